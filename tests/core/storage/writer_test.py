"""ProjectWriter: problems are reported once, saving goes on by itself, the thread ends."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.storage import writer
from lipcore.storage.project_files import ProjectFiles
from lipcore.storage.writer import ProjectWriter
from tests.core.project.helpers import paint, small_project


class FakeFiles(ProjectFiles):
    """Saves nothing; fails as long as `error` is set, waits as long as the gate is shut."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__(Path("fake.lip"))
        self.error, self.saves, self.frames = error, 0, list[int]()
        self.gate, self.entered = threading.Event(), threading.Event()
        self.gate.set()

    def save(self, project: Project) -> None:
        self.saves += 1
        self.entered.set()
        assert self.gate.wait(20)
        if self.error is not None:
            raise self.error
        self.frames += [snapshot.frame for snapshot in project.take_changes(1000).frames]


def test_a_problem_is_reported_once_and_its_end_too() -> None:
    project, files, reports = small_project(), FakeFiles(LipError("The disk is full.")), list[str]()
    saver = ProjectWriter(project, files, lambda problem: reports.append(str(problem)))
    saver.start(save=False)
    for frame in range(3):
        paint(project, frame, 1)
        with pytest.raises(LipError, match="The disk is full"):
            saver.flush()
    assert not saver.saved
    assert reports == ["The disk is full."]
    files.error = None
    saver.flush()
    assert saver.saved
    assert saver.problem is None
    saver.stop()
    assert reports == ["The disk is full.", "None"]
    assert files.frames == [0, 1, 2]


def test_saving_is_tried_again_without_being_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "RETRY_SECONDS", 0.01)
    project, files, recovered = small_project(), FakeFiles(LipError("The disk is full.")), threading.Event()

    def report(problem: LipError | None) -> None:
        if problem is None:
            recovered.set()
        else:
            files.error = None

    saver = ProjectWriter(project, files, report)
    saver.start(save=False)
    paint(project, 1, 1)
    assert recovered.wait(10)
    assert saver.saved
    saver.stop()


def test_retry_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "RETRY_SECONDS", 1000.0)
    project, files, recovered = small_project(), FakeFiles(LipError("The disk is full.")), threading.Event()
    saver = ProjectWriter(project, files, lambda problem: recovered.set() if problem is None else None)
    saver.start(save=False)
    paint(project, 1, 1)
    with pytest.raises(LipError):
        saver.flush()
    files.error = None
    saver.retry()
    assert recovered.wait(10)
    saver.stop()


def test_a_bug_while_saving_does_not_end_saving() -> None:
    project, files = small_project(), FakeFiles(ZeroDivisionError("division by zero"))
    saver = ProjectWriter(project, files)
    saver.start(save=False)
    paint(project, 1, 1)
    with pytest.raises(LipError, match="division by zero"):
        saver.flush()
    files.error = None
    saver.flush()
    assert files.frames == [1]
    saver.stop()


def test_an_edit_during_a_save_is_saved_next_and_never_waits() -> None:
    project, files = small_project(), FakeFiles()
    saver = ProjectWriter(project, files)
    saver.start(save=False)
    files.gate.clear()
    paint(project, 1, 1)
    assert files.entered.wait(10)
    paint(project, 2, 1)
    assert not saver.saved
    with pytest.raises(LipError, match="could not be saved within"):
        saver.flush(timeout=0.01)
    files.gate.set()
    saver.flush()
    assert files.frames == [1, 2]
    saver.stop()


def test_flush_of_a_saved_project_writes_nothing_and_stop_is_final() -> None:
    project, files = small_project(), FakeFiles()
    saver = ProjectWriter(project, files)
    saver.start(save=False)
    saver.flush()
    assert files.saves == 0
    saver.stop()
    paint(project, 1, 1)
    assert saver.saved
    assert files.saves == 0
    saver.stop()
