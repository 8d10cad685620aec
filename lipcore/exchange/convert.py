"""From one format to another without project or video, where the labels say how large the pictures are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lipcore.errors import LipError
from lipcore.export.source import LabelledFrames
from lipcore.files import natural_key
from lipcore.importing.result import LabelImport
from lipcore.importing.source import Source
from lipcore.masks import MAX_PIXELS, object_ids
from lipcore.project.mask_store import PackedLabels
from lipcore.project.objects import VideoObject, default_object

_MAX_FRAMES = 100_000
_FRAME_RATE = 24.0  # of labels that do not say; only videos show it


@dataclass(frozen=True)
class Shape:
    """The video that labels are for, as far as they say: a `VideoShape`."""

    name: str
    height: int
    width: int
    frame_names: Sequence[str]


def shape_of(source: Source, size: tuple[int, int] | None = None) -> Shape:
    """The size, frames and name of the video that labels are for; `size`, height and width, where they say none.

    Frames are those that the source numbers, with those that it leaves out between them, else its pictures in natural
    order. LipError where sizes are missing or differ.
    """
    if not source.pictures:
        raise LipError(f"Cannot convert {source.name}: there is nothing in it for any frame.")
    sizes = {picture.size for picture in source.pictures if picture.size is not None}
    if len(sizes) > 1:
        raise LipError(f"Cannot convert {source.name}: its pictures have different sizes.")
    found = next(iter(sizes), size)
    if found is None:
        raise LipError(f"Cannot convert {source.name}: it does not say how large the pictures are; give the size.")
    if found[0] * found[1] > MAX_PIXELS:
        raise LipError(f"Cannot convert {source.name}: {found[1]} x {found[0]} pixels are too many.")
    return Shape(source.video or source.name, *found, _frame_names(source))


def _frame_names(source: Source) -> list[str]:
    numbers = {picture.frame: picture.name for picture in source.pictures if picture.frame is not None}
    if len(numbers) == len(source.pictures):
        last = max(numbers)
        if min(numbers) < 0 or last >= _MAX_FRAMES:
            raise LipError(f"Cannot convert {source.name}: it numbers frames from {min(numbers)} to {last}.")
        names = [numbers.get(frame, f"{frame:05d}") for frame in range(last + 1)]
        if len(set(names)) == len(names):
            return names
    return sorted((picture.name for picture in source.pictures), key=natural_key)


def labelled_frames(
    opened: LabelImport, shape: Shape, frame_rate: float | None, notes: dict[str, None]
) -> LabelledFrames:
    """Everything that an import reads, kept packed in memory, as a labelled video; remarks go to `notes`. LipError."""
    packed: dict[int, PackedLabels] = {}
    scores = np.full((len(shape.frame_names), 256), np.nan, np.float32)
    objects: dict[int, VideoObject] = dict(opened.objects)
    for step in opened.read():
        notes |= dict.fromkeys(step.notes)
        packed[step.frame], _ = PackedLabels.pack(step.labels)
        for number in object_ids(step.labels):
            objects.setdefault(number, default_object(number))
        for number, score in step.scores.items():
            scores[step.frame, number] = score
    empty = np.zeros((shape.height, shape.width), np.uint8)
    return LabelledFrames(
        shape.name,
        shape.height,
        shape.width,
        shape.frame_names,
        frame_rate or _FRAME_RATE,
        dict(sorted(objects.items())),
        lambda frame: packed[frame].unpack() if frame in packed else empty,
        scores,
    )
