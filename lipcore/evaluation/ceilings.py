"""The best that stages of propagation can give: true masks put through each of them, and measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from lipcore.evaluation.davis import ids_of_truth, measure_frame, truth_files
from lipcore.files import safe_child
from lipcore.learning.targets import Objects, crop_targets, objects_of_labels
from lipcore.masks import IGNORE, Labels, read_label_map
from lipcore.model.paste import paste_masks
from lipcore.network_input import InputSize
from lipcore.presets import Preset
from lipcore.propagation.stages.constraints import resolve_overlaps
from lipcore.propagation.stages.edge_cut import cut_edges
from lipcore.video import open_video

EVERY = 4  # frames of which one is measured


@dataclass(frozen=True)
class Ceiling:
    """Mean J and F, 0..1, of true masks after a stage."""

    stage: str
    region: float
    boundary: float


def ceilings(davis: Path, sequence: str, year: int, preset: Preset) -> tuple[Ceiling, ...]:
    """The ceilings of a sequence, over every fourth of its frames; LipError."""
    files = truth_files(davis, sequence)
    truths = [read_label_map(path) for path in files]
    ids = ids_of_truth(truths, year)
    figures: dict[str, list[NDArray[np.float64]]] = {}
    with open_video(safe_child(davis / "JPEGImages" / "480p", sequence)) as video:
        size = InputSize.fit(video.height, video.width, preset.network.shorter_side, preset.network.longer_side, None)
        rows = {name: number for number, name in enumerate(video.frame_names)}
        for path, truth in list(zip(files, truths, strict=True))[1:-1:EVERY]:
            for stage, labels in _stages(truth, video[rows[path.stem]], size, preset):
                figures.setdefault(stage, []).append(measure_frame(truth, labels, ids, year).mean(axis=1))
    means = {stage: np.mean(measured, axis=0) for stage, measured in figures.items()}
    return tuple(Ceiling(stage, float(region), float(boundary)) for stage, (region, boundary) in means.items())


def ceiling_means(sequences: Sequence[Sequence[Ceiling]]) -> tuple[Ceiling, ...]:
    """The ceilings of several sequences, at least one, averaged stage by stage."""
    means = []
    for same in zip(*sequences, strict=True):
        region, boundary = np.mean([(one.region, one.boundary) for one in same], axis=0)
        means.append(Ceiling(same[0].stage, float(region), float(boundary)))
    return tuple(means)


def _stages(truth: Labels, frame: Labels, size: InputSize, preset: Preset) -> Iterator[tuple[str, Labels]]:
    """Name and label map (H, W) of every stage; `truth` (H, W), `frame` (H, W, 3), both at the size of the video."""
    ids = [int(value) for value in np.unique(truth) if value not in (0, IGNORE)]
    table = np.array([0, *ids], np.uint8)
    slots = np.searchsorted(table, np.where(truth == IGNORE, 0, truth)).astype(np.uint8)
    smaller = torch.from_numpy(size.labels(slots))[None]
    objects = objects_of_labels(smaller, torch.zeros(1, dtype=torch.bool), len(ids))
    cells = preset.network.mask_side * (4 if preset.network.edge_channels else 2)
    for side in (0, cells, cells // 4):
        name = f"RoIs of {side} cells" if side else "labels at the network's size"
        masks = _through_rois(objects, side) if side else objects.masks[0].float()
        larger = F.interpolate(masks[None], truth.shape, mode="bilinear", align_corners=False)[0].numpy()
        found = resolve_overlaps(larger)
        yield name, table[found]
        yield f"{name}, edge cut", table[cut_edges(found, larger, frame)]


def _through_rois(objects: Objects, side: int) -> Tensor:
    """Masks (K, H, W) of one image's K objects, each brought to its RoI of `side` cells and pasted back."""
    rows = torch.nonzero(objects.present[0]).squeeze(1)
    boxes = objects.boxes[0, rows]
    targets, _ = crop_targets(objects, F.pad(boxes, (1, 0)), rows + 1, side)
    masks = torch.zeros(objects.masks[0].shape)
    masks[rows] = paste_masks(targets, boxes, (masks.shape[-2], masks.shape[-1]))
    return masks
