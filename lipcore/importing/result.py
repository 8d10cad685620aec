"""What an import reads into and what it gives: frames of labels, the objects they show, and remarks for the user."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.masks import IGNORE, MAX_OBJECT_ID, Labels
from lipcore.project.objects import MAX_NAME_LENGTH, VideoObject, default_object


@dataclass(frozen=True)
class ImportOptions:
    """How to read what can be read in several ways.

    `video` is which of several videos in the source, by name. `frame` is the frame that a single file belongs to.
    `values` says what the values of grey, 16-bit and transparent masks are: "ids" of objects, "shades" of one object,
    "auto": only what is beyond doubt, or the path of a palette that says which colour is which object. With `stretch`,
    labels that are one pixel off the video's size are fitted.
    `likely` is the video that is taken if there are several and none is asked for.
    """

    video: str = ""
    frame: int | None = None
    values: str = "auto"
    stretch: bool = False
    likely: str = ""


@dataclass(frozen=True)
class ImportedFrame:
    """The labels (H, W) uint8 of a frame, id scores 0..1 where the source has them, and what was repaired or lost."""

    frame: int
    labels: Labels
    scores: Mapping[int, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelImport:
    """An import that is ready to be read.

    `frames` are the frames it has labels for, in rising order; `objects` those the source names (a folder of masks
    names none: ids without an entry get default names); `notes` are remarks for the user; `origins` says what an id is
    called in the source. `read()` yields each frame once, in order, and raises LipError where the source turns out to
    be unusable, or at the end if no frame shows an object.
    """

    frames: Sequence[int]
    objects: Mapping[int, VideoObject]
    notes: tuple[str, ...]
    read: Callable[[], Iterator[ImportedFrame]]
    origins: Mapping[int, str] = field(default_factory=dict)


def imported_object(object_id: int, name: object = None, colour: object = None) -> VideoObject:
    """An object with a name and colour from a file, as far as they are usable, else the default ones."""
    plain = default_object(object_id)
    text = " ".join("".join(c if c.isprintable() else " " for c in name).split()) if isinstance(name, str) else ""
    text = text.encode("utf-8", "ignore").decode("utf-8")[:MAX_NAME_LENGTH].strip()
    parts = colour if isinstance(colour, list) and len(colour) == 3 else []
    usable = [part for part in parts if type(part) is int and 0 <= part <= 255]
    shade = (usable[0], usable[1], usable[2]) if len(usable) == 3 else plain.colour
    return VideoObject(object_id, text or plain.name, shade)


def assign_ids(keys: Sequence[object], wanted: Mapping[object, object], source: str) -> dict[object, int]:
    """An id 1..254 per key: the wanted ones if all of them are such ids and differ, else 1, 2, 3 in order. LipError."""
    ids = [wanted.get(key) for key in keys]
    fitting = [number for number in ids if type(number) is int and 1 <= number <= MAX_OBJECT_ID]
    if len(fitting) == len(set(fitting)) == len(keys):
        return dict(zip(keys, fitting, strict=True))
    if len(keys) > MAX_OBJECT_ID:
        raise LipError(f"Cannot import {source}: it has {len(keys)} objects and at most {MAX_OBJECT_ID} are possible.")
    return {key: number for number, key in enumerate(keys, start=1)}


def paint(labels: Labels, mask: NDArray[np.bool_], number: int) -> int:
    """Give the pixels of a mask an id, in place; the number of pixels of other objects that this covered."""
    before = labels[mask]
    labels[mask] = number
    return int(np.count_nonzero((before != 0) & (before != number) & (before != IGNORE)))


def overlap_notes(covered: int) -> tuple[str, ...]:
    """The remark about pixels that two objects claim."""
    return (f"{covered} pixels belong to two objects; the later one has them.",) if covered else ()
