"""Pending frames: which frames changed since they were last written, and which of them must be written together."""

from __future__ import annotations

from collections.abc import Iterable


class PendingFrames:
    """Frames in the order of their last changes. Not thread safe: the project that owns it holds the lock.

    An edit of more than one frame makes everything that is pending whole: it is taken, and written, at once.
    """

    def __init__(self) -> None:
        self._frames: dict[int, None] = {}
        self._of_this_edit: set[int] = set()
        self._is_whole = False

    def __len__(self) -> int:
        return len(self._frames)

    def add(self, frame: int) -> None:
        """Note a change of the edit that is going on."""
        self._frames.pop(frame, None)  # so that the frame goes to the end
        self._frames[frame] = None
        self._of_this_edit.add(frame)

    def make_whole(self) -> None:
        """Note that the edit that is going on is to be written at once, even if it changes a single frame."""
        self._is_whole = True

    def end_edit(self) -> None:
        """Note that the edit is complete."""
        self._is_whole |= len(self._of_this_edit) > 1
        self._of_this_edit.clear()

    def put_back(self, frames: Iterable[int], is_whole: bool) -> None:
        """Let these frames be taken again."""
        self._frames.update(dict.fromkeys(frames))
        self._is_whole |= is_whole

    def take(self, limit: int) -> tuple[list[int], bool]:
        """At most `limit` frames, oldest change first; or all, and True, if they must be written together."""
        is_whole = self._is_whole and bool(self._frames)
        frames = list(self._frames) if is_whole else list(self._frames)[:limit]
        for frame in frames:
            del self._frames[frame]
        self._is_whole = False
        return frames, is_whole
