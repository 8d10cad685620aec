"""The lock that keeps two windows from writing one project.

It is the system's own and not a library's, because its descriptor must tell whether the file on disk is still the one
that is locked, and because a file system without locks must be said, not replaced by a file that outlives its owner.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import explain

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
