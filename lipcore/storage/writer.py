"""The writer: a thread that saves a project a moment after every edit."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.storage.project_files import ProjectFiles
from lipcore.storage.project_lock import PlaceLost

log = logging.getLogger(__name__)

DELAY_SECONDS = 0.005  # edits within this time are written together; a kill loses what was not written yet
RETRY_SECONDS = 5.0  # after a failure, new edits are written no sooner than this
LOOK_SECONDS = 2.0  # between two looks whether the folder is still there while nothing is edited


class ProjectWriter:
    """Saves in the background what changes in a project.

    `on_problem` is called in the writer's thread: with a LipError when saving fails, once for each new sentence, and
    with None when saving works again. What could not be saved is tried again every `RETRY_SECONDS`, and at once by
    `retry` and `flush`. Until `start` nothing is written. A folder that goes away while nothing is edited is a problem
    of saving as well, found within `LOOK_SECONDS`.
    """

    def __init__(
        self, project: Project, files: ProjectFiles, on_problem: Callable[[LipError | None], None] | None = None
    ) -> None:
        self._project, self._files = project, files
        self._on_problem = on_problem or (lambda problem: None)
        self._condition = threading.Condition()  # never held while the project's lock is taken
        self._edits = self._saved_edits = 0
        self._attempts = self._wanted_attempt = 0
        self._stopping = False
        self._problem: LipError | None = None
        self._thread = threading.Thread(target=self._run, name=f"writer of {project.name}", daemon=True)

    @property
    def problem(self) -> LipError | None:
        """Why the last attempt to save failed, None if it did not."""
        return self._problem

    @property
    def saved(self) -> bool:
        """Whether every edit is on disk, in the folder that was opened."""
        with self._condition:
            return self._saved_edits == self._edits and self._problem is None

    def start(self, save: bool) -> None:
        """Begin to watch the project; with `save`, save at once what it marks as changed already."""
        self._edits = int(save)
        self._project.watch(self._edited)
        self._thread.start()

    def retry(self) -> None:
        """Try again to save at once, without waiting for the result."""
        with self._condition:
            self._wanted_attempt = self._attempts + 1
            self._condition.notify_all()

    def flush(self, timeout: float = 60.0) -> None:
        """Wait until everything edited so far is on disk; LipError if it cannot be, or not within `timeout` seconds."""
        with self._condition:
            target, attempt = self._edits, self._attempts + 1
            if self._saved_edits >= target and self._problem is None:
                return
            self._wanted_attempt = attempt
            self._condition.notify_all()

            def done() -> bool:
                if self._problem is not None:
                    return self._attempts >= attempt
                return self._saved_edits >= target

            while not done():
                if not self._condition.wait_for(done, timeout):
                    raise LipError(f"{self._files.folder} could not be saved within {timeout:.0f} seconds.")
            if self._problem is not None:
                raise self._problem

    def stop(self) -> None:
        """End the thread after the save it is in; edits that are not on disk by then stay in memory only."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        self._project.watch(None)
        if self._thread.is_alive():
            self._thread.join()

    def _edited(self) -> None:
        with self._condition:
            self._edits += 1
            self._condition.notify_all()

    def _run(self) -> None:
        while self._wait_for_work():
            with self._condition:
                edits = self._edits
            problem = self._save()
            if isinstance(problem, PlaceLost) or isinstance(self._problem, PlaceLost):
                self._files.follow_weights(self._project)
            with self._condition:
                before, self._problem = self._problem, problem
                self._attempts += 1
                if problem is None:
                    self._saved_edits = edits
                self._condition.notify_all()
            if str(before or "") != str(problem or ""):
                self._on_problem(problem)

    def _wait_for_work(self) -> bool:
        """Return True when it is time to save, False when the thread is to end."""
        with self._condition:
            while not self._condition.wait_for(self._is_wanted, LOOK_SECONDS):
                if self._is_lost() == (self._problem is None):
                    return True  # to find out, or to find that it is back
            pause = DELAY_SECONDS if self._problem is None else RETRY_SECONDS
            self._condition.wait_for(lambda: self._stopping or self._asked(), pause)
            return not self._stopping

    def _is_wanted(self) -> bool:
        return self._stopping or self._asked() or self._saved_edits < self._edits

    def _is_lost(self) -> bool:
        try:
            self._files.check_place()
        except LipError:
            return True
        return False

    def _asked(self) -> bool:
        return self._wanted_attempt > self._attempts

    def _save(self) -> LipError | None:
        try:
            self._files.save(self._project)
        except LipError as error:
            return error
        except Exception as error:  # the thread must go on: the project would never be saved again
            log.exception("saving %s failed", self._files.folder)
            return LipError(f"Cannot save {self._files.folder}: {error or type(error).__name__}.")
        return None
