"""The place of a project: notices when its folder or its lock is no longer the one that was opened."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from lipcore.errors import LipError
from lipcore.project.lock import ProjectLock


class PlaceLost(LipError):
    """The folder was moved, replaced or taken over under the program: nothing more may be written there."""


class ProjectPlace:
    """Holds the folder open, so that nothing else can pass for it. Used by one thread at a time."""

    def __init__(self, folder: Path, lock: ProjectLock | None) -> None:
        self._folder, self._lock = folder, lock
        self._descriptor: int | None = None
        self._seen: tuple[tuple[int, int], ...] = ()
        with contextlib.suppress(OSError):  # Windows does not open folders; there a folder in use cannot be renamed
            self._descriptor = os.open(folder, os.O_RDONLY)

    def check(self) -> None:
        """Raise PlaceLost unless the folder and its lock are those that were opened."""
        try:
            there = os.stat(self._folder)
        except OSError as error:
            raise PlaceLost(self._gone()) from error
        if self._descriptor is not None and not os.path.samestat(there, os.fstat(self._descriptor)):
            raise PlaceLost(f"Another folder has the name of {self._folder} now; nothing is written there.")
        if self._lock is not None and not self._lock.in_place:
            self._lock_again(self._lock)

    def settle(self) -> None:
        """Remember the folder as this program left it, to tell later whether another one wrote there."""
        self._seen = tuple(self._states())

    def whereabouts(self) -> Path | None:
        """Where the folder is now, if it was moved and the system can tell."""
        if self._descriptor is None:
            return None
        with contextlib.suppress(OSError):
            path = Path(os.readlink(f"/proc/self/fd/{self._descriptor}"))
            if os.path.samestat(path.stat(), os.fstat(self._descriptor)):
                return path
        return None

    def close(self) -> None:
        """Let the folder go."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _gone(self) -> str:
        path = self.whereabouts()
        if path is not None:
            return f"{self._folder} was moved or renamed: it is {path} now; nothing is written there."
        return f"{self._folder} is gone: it was moved or deleted, or its disk was taken away."

    def _lock_again(self, lock: ProjectLock) -> None:
        """Lock the folder anew if its lock was removed; PlaceLost if another program may have written meanwhile."""
        lost = PlaceLost(f"The lock of {self._folder} was removed, and another program has used the project since.")
        if not self._seen or tuple(self._states()) != self._seen:
            raise lost
        lock.release()
        try:
            if not lock.take():
                raise PlaceLost(f"The lock of {self._folder} was removed, and the folder is read-only now.")
        except PlaceLost:
            raise
        except LipError as error:
            raise lost from error
        if tuple(self._states()) != self._seen:
            raise lost

    def _states(self) -> Iterable[tuple[int, int]]:
        """Number and time of change of what every writer replaces or puts files into."""
        for name in ("project.json", "project-copy.json", "masks", "scores", "weights"):
            try:
                state = os.stat(self._folder / name)
                yield state.st_ino, state.st_mtime_ns
            except OSError:
                yield 0, 0
