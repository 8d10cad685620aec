"""Two folders of masks compared: J and F averaged over objects and frames, the first and last frame left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lipcore.errors import LipError
from lipcore.evaluation.measures import boundary_measure, region_similarity
from lipcore.masks import object_ids, read_label_map


def compare_folders(results: Path, truths: Path) -> tuple[float, float]:
    """Mean J and F in 0..1 of the masks `<frame>.png` in `results` against those of the same names in `truths`."""
    names = sorted(path.name for path in truths.glob("*.png"))
    missing = [name for name in names if not (results / name).is_file()]
    if len(names) < 3 or missing:
        raise LipError(
            f"Cannot compare {results} with {truths}: {missing[0] if missing else 'too few masks'} is missing."
        )
    truth_maps = [read_label_map(truths / name) for name in names]
    ids = sorted({number for labels in truth_maps for number in object_ids(labels)})
    region, boundary = [], []
    for name, truth in list(zip(names, truth_maps, strict=True))[1:-1]:
        result = read_label_map(results / name)
        for object_id in ids:
            region.append(region_similarity(truth == object_id, result == object_id))
            boundary.append(boundary_measure(truth == object_id, result == object_id))
    return float(np.mean(region)), float(np.mean(boundary))
