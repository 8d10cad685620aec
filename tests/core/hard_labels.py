"""Label maps that are hard to carry from one format to another, and a labelled video made of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lipcore.exchange import WRITABLE, LabelledFrames, Selection, export, find_format
from lipcore.project.objects import VideoObject, default_object

Labels = NDArray[np.uint8]
HEIGHT, WIDTH = 37, 53


def hard_labels(ignore: bool = True) -> list[Labels]:
    """Eight label maps (37, 53): holes, pieces, touching objects, nothing, one object, dots, 254 ids, noise."""
    holes = np.zeros((HEIGHT, WIDTH), np.uint8)
    holes[2:30, 2:40] = 1
    holes[5:12, 5:12] = 0
    holes[15:25, 15:35] = 2
    holes[18:20, 18:20] = 0
    pieces = np.zeros_like(holes)
    pieces[1:5, 1:5], pieces[30:36, 45:52], pieces[20, 20] = 3, 3, 3
    touching = np.zeros_like(holes)
    touching[:, :20], touching[:, 20:40], touching[10:20, 10:30] = 1, 2, 4
    many = np.zeros_like(holes)
    many.ravel()[: 254 * 7] = np.repeat(np.arange(1, 255, dtype=np.uint8), 7)
    full = np.full_like(holes, 254)
    dots = np.zeros_like(holes)
    dots[0, 0], dots[-1, -1], dots[0, -1], dots[-1, 0], dots[18, 26] = 1, 2, 3, 4, 5
    noise = np.random.default_rng(1).integers(0, 4, holes.shape).astype(np.uint8)
    if ignore:
        noise[:, 30:] = 255
        touching[0] = 255
    return [holes, pieces, touching, np.zeros_like(holes), full, dots, many, noise]


def labelled(maps: Sequence[Labels], name: str = "clip", rate: float = 24.0) -> LabelledFrames:
    """A labelled video of these label maps, with an object for every id and scores in the first frame."""
    ids = sorted({int(number) for labels in maps for number in np.unique(labels)} - {0, 255})
    objects = {number: default_object(number) for number in ids}
    if 1 in objects:
        objects[1] = VideoObject(1, "Käse / 1", (10, 20, 30))
    scores = np.full((len(maps), 256), np.nan, np.float32)
    scores[0, 1] = 0.75
    height, width = maps[0].shape
    names = [f"{frame:05d}" for frame in range(len(maps))]
    return LabelledFrames(name, height, width, names, rate, objects, lambda frame: maps[frame], scores)


def export_all(source: LabelledFrames, form: str, target: Path, options: object = None) -> Path:
    """Export everything in one format and give the target."""
    assert form in {known.name for known in WRITABLE}
    for _ in export(Selection(source), find_format(form), target, options):
        pass
    return target
