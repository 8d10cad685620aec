"""Objects: what the user follows through the video, each under one id."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from lipcore.curves.curve import Curve, check_curves
from lipcore.errors import LipError
from lipcore.masks import MAX_OBJECT_ID
from lipcore.palette import davis_palette
from lipcore.project.edge_settings import EdgeSettings

MAX_NAME_LENGTH = 200


@dataclass(frozen=True)
class VideoObject:
    """One object: id 1..254, a name of one line, an RGB colour 0..255; hidden from view, locked against edits.

    `edges` says how soft the alpha is that exports and previews make of its masks; `curves` are the outlines that its
    painted masks can be drawn from again.

    Raises LipError for values outside these ranges, so that an object that exists is a valid one.
    """

    object_id: int
    name: str
    colour: tuple[int, int, int]
    hidden: bool = False
    locked: bool = False
    edges: EdgeSettings = field(default_factory=EdgeSettings)
    curves: tuple[Curve, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if not 1 <= self.object_id <= MAX_OBJECT_ID:
            raise LipError(f"An object's id must be from 1 to {MAX_OBJECT_ID}, not {self.object_id}.")
        if len(self.colour) != 3 or not all(0 <= part <= 255 for part in self.colour):
            raise LipError(f"The colour of an object is three numbers from 0 to 255, not {self.colour}.")
        if not self.name.strip() or len(self.name) > MAX_NAME_LENGTH:
            raise LipError(f"An object's name has 1 to {MAX_NAME_LENGTH} characters.")
        if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in self.name):
            raise LipError("An object's name is one line without control characters.")
        check_curves(self.curves)


def default_object(object_id: int) -> VideoObject:
    """The object "Object 7" in the colour of its id in the DAVIS palette; LipError unless the id is 1..254."""
    colour = davis_palette()[object_id % 256]
    return VideoObject(object_id, f"Object {object_id}", (int(colour[0]), int(colour[1]), int(colour[2])))
