"""The disk refuses while one works: a clear sentence, nothing lost, and saved again once it takes files."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lipcore.project.project import Project
from lipcore.storage.project_folder import ProjectFolder
from lipgui.document import edits, range_edits
from tests.core.storage.faulty_disk import FaultyDisk
from tests.e2e.conftest import Hands
from tests.helpers import FailingSegmenter, FakeSegmenter

SAVED = "All changes saved"


def everything(project: Project) -> tuple[object, ...]:
    labels = tuple(project.labels(frame).tobytes() for frame in range(project.frame_count))
    cells = project.provenances.tobytes(), project.scores.tobytes(), project.boxes.tobytes()
    return labels, cells, dict(project.objects), project.weights_in_use


def on_disk(path: Path) -> tuple[object, ...]:
    """The project as whoever only reads the folder sees it."""
    folder = ProjectFolder.read(path)
    try:
        assert folder.notes == ()
        return everything(folder.project)
    finally:
        folder.close()


def square(top: int, left: int) -> np.ndarray:
    mask = np.zeros((48, 64), bool)
    mask[top : top + 6, left : left + 6] = True
    return mask


@pytest.fixture
def saved(opened: Hands, tmp_path: Path) -> Hands:
    """The moving square as a project, with frame 0 painted and saved."""
    opened.window.filing.save_to(tmp_path / "mine.lip")
    opened.paint_square()
    wait_until_saved(opened)
    return opened


def wait_until_saved(hands: Hands) -> None:
    hands.qtbot.waitUntil(lambda: hands.window.status.saved_label.text() == SAVED, timeout=20_000)


@pytest.mark.parametrize(
    ("code", "words"), [(errno.EACCES, "permission is denied"), (errno.EROFS, "the disk is read-only")]
)
def test_permission_lost_midway(
    saved: Hands, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    window, path = saved.window, tmp_path / "mine.lip"
    document, before = window.document, on_disk(tmp_path / "mine.lip")
    refused = True

    def refuse(step: str, file: Path) -> None:
        if refused:
            raise OSError(code, os.strerror(code))

    FaultyDisk(path, monkeypatch).hook = refuse
    with qtbot.waitSignal(window.session.savingFailed, timeout=20_000):
        edits.paint(document, square(30, 40))
    notice = window.stage.notice
    assert words in notice.text
    assert "nothing is lost as long as it is open" in notice.text
    assert window.status.saved_label.text() == "Not saved"
    # one works on: painting, a run over all frames, and an edit of a range
    edits.paint(document, square(2, 2))
    saved.run("propagate_forward")
    range_edits.clear_range(document, 8, 11)
    assert document.labels(5).any()
    assert on_disk(path) == before
    assert window.close() is False, "the window must not close and lose the work"
    assert words in notice.text
    refused = False
    window.session.retry()
    wait_until_saved(saved)
    assert on_disk(path) == everything(document.project)


def test_permission_lost_in_the_middle_of_an_edit_of_many_frames(
    saved: Hands, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, path = saved.window, tmp_path / "mine.lip"
    saved.run("propagate_forward")
    wait_until_saved(saved)
    document, before = window.document, on_disk(path)
    refused = True

    def refuse(step: str, file: Path) -> None:
        if refused and step == "flush" and file.name.startswith(".00007.png"):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    FaultyDisk(path, monkeypatch).hook = refuse
    with qtbot.waitSignal(window.session.savingFailed, timeout=20_000):
        edits.split_object(document, 1, 4, 11)
    assert on_disk(path) == before
    assert document.labels(7).max() == 2
    refused = False
    window.stage.notice.button.click()
    wait_until_saved(saved)
    assert on_disk(path) == everything(document.project)


class TestClosingMidway:
    @pytest.fixture
    def segmenter(self, gate: Event) -> FakeSegmenter:
        """One that waits after five frames until the gate opens."""
        return FakeSegmenter(gate=gate, gate_after=5)

    def test_closing_the_window_while_it_propagates_keeps_every_finished_frame(
        self, saved: Hands, tmp_path: Path, gate: Event, qtbot: QtBot
    ) -> None:
        window, reached = saved.window, []
        window.segmentation.framesReached.connect(lambda first, last: reached.append(first))
        saved.begin("propagate_forward")
        qtbot.waitUntil(lambda: len(reached) == 5, timeout=20_000)
        kept = [window.document.labels(frame).copy() for frame in range(5)]
        window.close()
        assert "Propagate forward is still running" in window.stage.notice.text
        assert window.isVisible()
        window.stage.notice.button.click()
        gate.set()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
        folder = ProjectFolder.open(tmp_path / "mine.lip")
        assert folder.notes == ()
        assert all(np.array_equal(folder.project.labels(frame), labels) for frame, labels in enumerate(kept))
        folder.close()


class TestWorkerDies:
    @pytest.fixture
    def segmenter(self) -> FakeSegmenter:
        """One that fails at its fifth frame with an error that no user can cause."""
        return FailingSegmenter(RuntimeError("the worker died"), frames=4)

    def test_what_was_finished_is_on_disk(self, saved: Hands, tmp_path: Path) -> None:
        saved.run("propagate_forward")
        wait_until_saved(saved)
        document = saved.window.document
        assert document.labels(3).any()
        assert not document.labels(5).any()
        assert on_disk(tmp_path / "mine.lip") == everything(document.project)


def test_a_read_only_project_says_so_and_is_kept_by_saving_it_elsewhere(
    saved: Hands, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, path = saved.window, tmp_path / "mine.lip"
    saved.do("close_project")
    before = sorted((each, each.stat().st_mtime_ns) for each in path.rglob("*"))

    with monkeypatch.context() as patch:
        patch.setattr("lipcore.storage.project_lock.ProjectLock.take", lambda lock: False)
        saved.open(path)
    with qtbot.waitSignal(window.session.savingFailed, timeout=20_000):
        edits.paint(window.document, square(30, 40))
    assert "is read-only" in window.stage.notice.text
    assert "Save the project elsewhere" in window.stage.notice.text
    assert sorted((each, each.stat().st_mtime_ns) for each in path.rglob("*")) == before
    window.filing.save_to(tmp_path / "elsewhere.lip")
    wait_until_saved(saved)
    assert on_disk(tmp_path / "elsewhere.lip") == everything(window.document.project)
