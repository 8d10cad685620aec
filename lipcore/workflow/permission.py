"""The one permission: which objects' pixels may be written in a frame, and by whom."""

from __future__ import annotations

from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.masks import IGNORE
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance


class Writer(Enum):
    """Who wants to write."""

    STROKE = auto()  # a person, by hand
    MODEL = auto()  # propagation
    IMPORT = auto()  # masks of another program
    REPLACEMENT = auto()  # the same, told to replace what a person made
    REMOVAL = auto()  # a person who takes masks away
    CURVE = auto()  # a person's curve, on frames that the person may not look at


_GIVES_WAY_TO_A_PERSON = (Writer.MODEL, Writer.IMPORT)


def locked_ids(project: Project) -> frozenset[int]:
    """Ids of the objects that nobody may change."""
    return frozenset(each.object_id for each in project.objects.values() if each.locked)


def writable(project: Project, frame: int, by: Writer) -> NDArray[np.bool_]:
    """Whether the pixels of each id may be written in a frame: (256,) bool, by id; the background always may.

    Locked objects keep their pixels whoever asks. What a person painted, corrected or verified is kept from
    propagation and imports, what was verified from curves, and pixels that are ignored (255) from propagation.
    """
    may = np.ones(256, np.bool_)
    may[list(locked_ids(project))] = False
    may[_kept(project.provenances[frame], by)] = False
    if by is Writer.MODEL:
        may[IGNORE] = False
    may[0] = True
    return may


def kept_frames(project: Project, object_id: int, by: Writer) -> frozenset[int]:
    """The frames in which `writable` says no of an object's pixels."""
    if object_id in locked_ids(project):
        return frozenset(range(project.frame_count))
    return frozenset(np.flatnonzero(_kept(project.provenances[:, object_id], by)).tolist())


def _kept(provenances: NDArray[np.uint8], by: Writer) -> NDArray[np.bool_]:
    """Which of these cells are kept for the sake of the person who made them."""
    least = Provenance.VERIFIED if by is Writer.CURVE else Provenance.USER
    return (provenances >= least) & (by is Writer.CURVE or by in _GIVES_WAY_TO_A_PERSON)


def refuse_locked(project: Project, *object_ids: int) -> None:
    """LipError if one of the objects is locked."""
    for object_id in object_ids:
        if object_id in locked_ids(project):
            raise LipError(f"{project.objects[object_id].name} is locked: unlock it to change it.")
