"""Entries of the one history: what an edit changes in frames, in the list of objects and in the weights in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QUndoCommand

from lipcore.project.objects import VideoObject
from lipcore.project.past_edit import PastEdit
from lipcore.project.project import Project
from lipcore.project.snapshots import FrameChange

Side = TypeVar("Side")
_KEY = 150  # bytes of a key, besides its points
_ON_DISK = 10  # a byte of weights that waits on disk counts a tenth of one in memory


class Written(Protocol):
    """What entries write to: the document."""

    @property
    def project(self) -> Project:
        """The open project."""

    def apply(
        self,
        changes: Sequence[FrameChange],
        forward: bool,
        objects: Mapping[int, VideoObject] | None = None,
        weights: str | None = None,
    ) -> None:
        """Make the changes, or take them back."""


class Entry(QUndoCommand):
    """One edit, all or nothing. `Document.push` makes it and then gives it to the history.

    `objects` is the new list of objects and `weights` the name of the weights to use, None to leave either as it is.
    Entries of the same `job` number, if that is not -1, become one entry.
    """

    def __init__(
        self,
        document: Written,
        text: str,
        changes: Iterable[FrameChange] = (),
        objects: Mapping[int, VideoObject] | None = None,
        weights: str | None = None,
        job: int = -1,
    ) -> None:
        super().__init__(text)
        project = document.project
        self.job = job
        self._document = document
        self._changes = list(changes)
        self._objects = None if objects is None else (dict(project.objects), dict(objects))
        self._weights = None if weights is None else (project.weights_in_use, weights)
        self._size = sum(change.size for change in self._changes)
        self._is_made = False

    @classmethod
    def of_past(cls, document: Written, edit: PastEdit, job: int) -> Entry:
        """An edit of an earlier session, which is made already; `job` if a run made it."""
        entry = cls(document, edit.text, edit.changes, job=job if edit.by_run else -1)
        if edit.objects is not None:
            before, after = ({each.object_id: each for each in side} for side in edit.objects)
            entry._objects = before, after
        entry._weights = edit.weights
        entry._is_made = True
        return entry

    def past(self) -> PastEdit:
        """The edit as a plain value, to be kept on disk."""
        objects = None
        if self._objects is not None:
            before, after = (tuple(side.values()) for side in self._objects)
            objects = before, after
        return PastEdit(self.text(), tuple(self._changes), objects, self._weights, self.job >= 0)

    def make(self) -> None:
        """Make the edit, before the history gets it."""
        self._apply(forward=True)
        self._is_made = True

    def redo(self) -> None:
        """Make the edit again; the history calls it once at first, when it is made already."""
        if not self._is_made:
            self._apply(forward=True)
        self._is_made = False

    def undo(self) -> None:
        """Take the edit back."""
        self._apply(forward=False)

    def take(self, later: Entry) -> None:
        """Become one with a later entry, which was made."""
        self._changes += later._changes
        self._size += later._size
        self._objects = _joined(self._objects, later._objects)
        self._weights = _joined(self._weights, later._weights)
        later.forget()

    def frames(self) -> set[int]:
        """The frames it touches."""
        return {change.frame for change in self._changes}

    def replaced(self, frame: int) -> NDArray[np.uint8] | None:
        """The label map (H, W) uint8 it replaced on a frame, None if it changed no pixel there."""
        for change in self._changes:
            if change.frame == frame and change.changes_pixels:
                before, project = change.before.packed, self._document.project
                return np.zeros((project.height, project.width), np.uint8) if before is None else before.unpack()
        return None

    def weights(self) -> set[str]:
        """Names of the tuned weights it needs to be undone or made again."""
        return set(self._weights or ()) - {""}

    def size(self) -> int:
        """Bytes it keeps in memory, roughly; weights on disk count a little."""
        objects = 200 * sum(map(len, self._objects or ())) + _curve_bytes(self._objects)
        if self._weights is None:
            return self._size + objects
        count, in_memory = self._document.project.weights.size(self._weights[1])
        return self._size + objects + (count if in_memory else count // _ON_DISK) + 200

    def forget(self) -> None:
        """Give the memory back, which PySide does not when an entry goes; it can no longer be undone."""
        self._changes.clear()
        self._objects = self._weights = None
        self._size = 0

    def _apply(self, forward: bool) -> None:
        side = 1 if forward else 0
        objects = self._objects[side] if self._objects is not None else None
        weights = self._weights[side] if self._weights is not None else None
        self._document.apply(self._changes, forward, objects, weights)


def _curve_bytes(objects: tuple[Mapping[int, VideoObject], Mapping[int, VideoObject]] | None) -> int:
    """What the curves of before take in memory, as far as they are not those of after as well."""
    if objects is None:
        return 0
    before, after = ({curve for each in side.values() for curve in each.curves} for side in objects)
    shared = {id(key.shape) for curve in after for key in curve.keys}
    gone = [key.shape.points.nbytes for curve in before - after for key in curve.keys if id(key.shape) not in shared]
    return sum(gone) + _KEY * sum(len(curve.keys) for curve in before - after)


def _joined(first: tuple[Side, Side] | None, second: tuple[Side, Side] | None) -> tuple[Side, Side] | None:
    """From before the first to after the second."""
    if first is None or second is None:
        return first or second
    return first[0], second[1]
