"""The lock that keeps two windows from writing one project, and the place it is for: the folder that was opened.

The lock is the system's own and not a library's: its descriptor must tell whether the file on disk is still the one
that is locked, and a file system without locks must be said, not replaced by a file that outlives its owner.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import explain
from lipcore.staging import RECORD, RECORD_COPY

LOCK_NAME = ".lock"
_NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}
_HELD = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}

if sys.platform == "win32":
    import msvcrt

    _HELD |= {errno.EACCES}

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class LockUnavailable(LipError):
    """The disk has no locks: whether another window has the project cannot be known, and only the user may decide."""


class ProjectLock:
    """A lock of the operating system on a file in the project folder: it ends with the process that holds it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._path = folder, folder / LOCK_NAME
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Take the lock; False if the folder is read-only.

        LipError if another window or program has the project; LockUnavailable if the disk has no locks.
        """
        if self._path.is_symlink():
            raise LipError(f"Cannot lock {self._folder}: its {LOCK_NAME} is a link to another file.")
        try:
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            descriptor = os.open(self._path, flags, 0o666)
        except OSError as error:
            if error.errno in _READ_ONLY:
                return False
            raise LipError(f"Cannot lock {self._folder}: {explain(error)}.") from error
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            if error.errno in _HELD:
                raise LipError(f"{self._folder} is already open in another window. Close it there first.") from error
            if error.errno in _NO_LOCKS:
                raise LockUnavailable(
                    f"The disk of {self._folder} has no locks, so LIP cannot tell whether another window has the "
                    "project open."
                ) from error
            raise LipError(f"Cannot lock {self._folder}: {explain(error)}.") from error
        self._descriptor = descriptor
        if not self.in_place:  # whoever held it removed it in this instant
            self.release()
            raise LipError(f"{self._folder} is already open in another window. Close it there first.")
        return True

    @property
    def in_place(self) -> bool:
        """Whether the file in the folder is the one that is locked, so that others are kept out."""
        if self._descriptor is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._descriptor), os.stat(self._path, follow_symlinks=False))
        except OSError:
            return False

    def release(self) -> None:
        """Give the lock back; does nothing if it is not held."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)


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
        for name in (RECORD, RECORD_COPY, "masks", "scores", "weights"):
            try:
                state = os.stat(self._folder / name)
                yield state.st_ino, state.st_mtime_ns
            except OSError:
                yield 0, 0
