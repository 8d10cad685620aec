"""The lock that keeps two windows from writing one project."""

from __future__ import annotations

import contextlib
from pathlib import Path

from filelock import FileLock, Timeout

from lipcore.errors import LipError
from lipcore.files import explain

LOCK_NAME = ".lock"


class ProjectLock:
    """A lock of the operating system on a file in the project folder: it ends with the process that holds it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / LOCK_NAME, thread_local=False)

    def take(self) -> bool:
        """Take the lock; False if the folder is read-only. LipError if another window or program has the project."""
        try:
            self._lock.acquire(blocking=False)
        except Timeout as error:
            raise LipError(f"{self._folder} is already open in another window. Close it there first.") from error
        except PermissionError:
            return False
        except OSError as error:
            if explain(error) == "the disk is read-only":
                return False
            raise LipError(f"Cannot lock {self._folder}: {explain(error)}.") from error
        return True

    def release(self) -> None:
        """Give the lock back; does nothing if it is not held."""
        with contextlib.suppress(OSError):
            self._lock.release()
