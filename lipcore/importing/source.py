"""What a file or folder of labels holds, before it meets a video: its pictures, their annotations, their objects."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.importing.result import overlap_notes, paint
from lipcore.masks import IGNORE, MAX_OBJECT_ID, Labels

Mask: TypeAlias = NDArray[np.bool_]
Key: TypeAlias = Hashable
MAX_PARTS = 4 * MAX_OBJECT_ID  # most annotations of one picture


class Special(Enum):
    """Keys of annotations that belong to no object: pixels to be ignored, and pixels that are background again."""

    BACKGROUND = 0
    IGNORED = IGNORE


@dataclass(frozen=True)
class Picture:
    """A picture that has labels: its name without extension, and what else the source says.

    `size` is height and width in pixels. `frame` is its number among the frames, counted from 0. `other_name` serves
    where `name` belongs to no frame.
    """

    name: str
    size: tuple[int, int] | None = None
    frame: int | None = None
    other_name: str = ""


@dataclass(frozen=True)
class Described:
    """What a source says of an object: name, colour [r, g, b] and id as far as usable, and how it is called there."""

    name: object = None
    colour: object = None
    wanted: object = None
    origin: str = ""


@dataclass(frozen=True)
class Part:
    """One annotation: the key of its object, what draws it as (height, width) bool, and its score 0..1."""

    key: Key
    draw: Callable[[int, int], Mask]
    score: float | None = None


@dataclass(frozen=True)
class Drawn:
    """The labels (H, W) uint8 of a picture, id scores, and what was repaired or lost."""

    labels: Labels
    scores: Mapping[int, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


Draw: TypeAlias = Callable[[int, int, int], Drawn]
"""Draws the picture at an index, for a height and width; LipError."""


@dataclass(frozen=True)
class Source:
    """Labels as they stand in a file or folder.

    `name` is what sentences call it. `objects` are those that are known before anything is drawn, by key; `reader`
    gets an id for each of these keys and gives what draws. `lone` says that it is one file that may be called
    anything. `video` and `frame_rate` are what it says of the video.
    """

    name: str
    pictures: Sequence[Picture]
    objects: Mapping[Key, Described]
    reader: Callable[[Mapping[Key, int]], Draw]
    notes: tuple[str, ...] = ()
    lone: bool = False
    video: str = ""
    frame_rate: float | None = None


def parts_reader(
    parts_of: Callable[[int], tuple[Sequence[Part], tuple[str, ...]]], source: str
) -> Callable[[Mapping[Key, int]], Draw]:
    """A `Source.reader` for annotations: `parts_of` gives those of a picture, by index, in the order of painting."""

    def reader(ids: Mapping[Key, int]) -> Draw:
        def draw(index: int, height: int, width: int) -> Drawn:
            parts, notes = parts_of(index)
            check_count(len(parts), source)
            labels, covered = np.zeros((height, width), np.uint8), 0
            scores: dict[int, float] = {}
            for part in parts:
                number = part.key.value if isinstance(part.key, Special) else ids.get(part.key)
                if number is None:
                    raise LipError(f"Cannot import {source}: it changed while it was read.")
                mask = part.draw(height, width)
                covered += paint(labels, mask, number) if part.key is not Special.BACKGROUND else 0
                if part.key is Special.BACKGROUND:
                    labels[mask] = 0
                elif part.score is not None and number != IGNORE:
                    scores[number] = max(part.score, scores.get(number, 0.0))
            return Drawn(labels, scores, notes + overlap_notes(covered))

        return draw

    return reader


def check_count(count: int, source: str) -> None:
    """LipError if a picture has more annotations than any use of them explains."""
    if count > MAX_PARTS:
        raise LipError(f"Cannot import {source}: a picture has more than {MAX_PARTS} annotations.")
