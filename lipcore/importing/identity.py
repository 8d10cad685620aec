"""Which annotations belong to the same object, and ids compared by value: "7", 7 and 7.0 are one."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lipcore.errors import LipError
from lipcore.importing.source import Key

Identity: TypeAlias = int | str | None
_WHOLE = re.compile(r"(0|-?[1-9][0-9]{0,17})(\.0+)?")


def identity(value: object) -> Identity:
    """An id from a file by its value: a number if it is a whole one, however written, else text; None if unusable."""
    if isinstance(value, str):
        match = _WHOLE.fullmatch(value.strip())
        return int(match[1]) if match else value
    if isinstance(value, float) and math.isfinite(value):
        return int(value) if value.is_integer() else str(value)
    return value if type(value) is int else None


def whole(value: object) -> int | None:
    """A whole number from a file, however written; None for everything else."""
    found = identity(value)
    return found if isinstance(found, int) else None


def label_text(value: object) -> str | None:
    """A label from a file as text: 5 and 5.0 are "5"; None if there is none."""
    found = identity(value)
    return value if isinstance(value, str) else None if found is None else str(found)


@dataclass(frozen=True)
class Claim:
    """What an annotation says of its object: the picture and label it has, and a track id or None."""

    picture: Key
    label: Key
    track: Identity = None


def identify(claims: Sequence[Claim], source: str) -> list[Key]:
    """A key for the object of every annotation.

    A track id is one object. Without these, a label that is never twice in a picture is one object; if only one picture
    is annotated, every annotation is one; else it is refused with LipError.
    """
    loose = [index for index, claim in enumerate(claims) if claim.track is None]
    pairs = Counter((claims[index].picture, claims[index].label) for index in loose)
    one_picture = len({claims[index].picture for index in loose}) == 1
    if pairs and max(pairs.values()) > 1 and not one_picture:
        raise LipError(f"Cannot import {source}: it has several objects of one category in a frame but no track ids.")
    keys: list[Key] = [("track", claim.track) for claim in claims]
    for index in loose:
        keys[index] = ("annotation", index) if one_picture else ("label", claims[index].label)
    return keys
