"""The commands of the one history: pixels and cells of frames, the list of objects, tuned weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QUndoCommand

from lipcore.project.objects import VideoObject
from lipgui.changes import FrameChange
from lipgui.document import Document


class EditFrames(QUndoCommand):
    """Change pixels and cells of some frames; commands of the same `job` number become one entry of the history."""

    def __init__(self, document: Document, text: str, changes: Sequence[FrameChange], job: int = -1) -> None:
        super().__init__(text)
        self._document, self._job = document, job
        self._changes = list(changes)

    def redo(self) -> None:
        """Make the changes."""
        self._document.apply(self._changes, forward=True)

    def undo(self) -> None:
        """Take the changes back."""
        self._document.apply(self._changes, forward=False)

    def id(self) -> int:
        """The job's number, -1 for a command that stands alone."""
        return self._job

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take the changes of a later command of the same job."""
        if not isinstance(other, EditFrames) or other._job != self._job:
            return False
        self._changes.extend(other._changes)
        return True

    def frames(self) -> set[int]:
        """The frames it touches."""
        return {change.frame for change in self._changes}

    def replaced(self, frame: int) -> NDArray[np.uint8] | None:
        """The label map (H, W) uint8 it replaced on a frame, None if it changed no pixel there."""
        for change in self._changes:
            if change.frame == frame and change.before is not None:
                return change.before.labels.unpack()
        return None

    def size(self) -> int:
        """Bytes it keeps in memory, roughly."""
        return sum(change.size for change in self._changes)

    def forget(self) -> None:
        """Give the memory back; it can no longer be undone."""
        self._changes.clear()


class EditObjects(QUndoCommand):
    """Replace the list of objects: add, remove, rename, recolour, hide, lock."""

    def __init__(self, document: Document, text: str, after: Mapping[int, VideoObject]) -> None:
        super().__init__(text)
        self._document = document
        self._before, self._after = dict(document.project.objects), dict(after)

    def redo(self) -> None:
        """Show the new list."""
        self._document.replace_objects(self._after)

    def undo(self) -> None:
        """Show the old list."""
        self._document.replace_objects(self._before)

    def frames(self) -> set[int]:
        """No frame's pixels change."""
        return set()

    def replaced(self, frame: int) -> NDArray[np.uint8] | None:
        """No frame's pixels change."""
        return None

    def size(self) -> int:
        """Bytes it keeps in memory, roughly."""
        return 200 * (len(self._before) + len(self._after))

    def forget(self) -> None:
        """Give the memory back; it can no longer be undone."""
        self._before, self._after = {}, {}


class UseWeights(QUndoCommand):
    """Use other tuned weights, by name; undoing rolls them back bit for bit. The project itself keeps every state."""

    def __init__(self, document: Document, text: str, before: str, after: str) -> None:
        super().__init__(text)
        self._document = document
        self._before, self._after = before, after

    def redo(self) -> None:
        """Use the new weights."""
        self._document.use_weights(self._after)

    def undo(self) -> None:
        """Use the old weights."""
        self._document.use_weights(self._before)

    def frames(self) -> set[int]:
        """No frame's pixels change."""
        return set()

    def replaced(self, frame: int) -> NDArray[np.uint8] | None:
        """No frame's pixels change."""
        return None

    def size(self) -> int:
        """Bytes it keeps in memory: names only."""
        return 200

    def forget(self) -> None:
        """Nothing to give back."""


def push_tuning(document: Document, text: str, state: bytes, examples: Sequence[int]) -> None:
    """Keep a newly tuned state in the project and use it, as one entry of the history."""
    before = document.project.weights_in_use
    document.push(UseWeights(document, text, before, document.keep_weights(state, examples)))
