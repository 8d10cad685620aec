"""Projects: saved as one works, opened again as they were, drafts, missing videos, disks that are full."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.storage.project_folder import ProjectFolder
from lipcore.video import open_video
from lipgui.controllers.session import opening
from lipgui.controllers.session.session import Session
from lipgui.document import edits
from tests.e2e.conftest import Hands
from tests.helpers import MovingSquare, write_moving_square


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Drafts of their own for each test."""
    folder = tmp_path / "drafts"
    monkeypatch.setattr(opening, "drafts_folder", lambda: folder)
    return folder


def everything(project: Project) -> tuple[object, ...]:
    labels = tuple(project.labels(frame).tobytes() for frame in range(project.frame_count))
    return labels, project.provenances.tobytes(), project.scores.tobytes(), dict(project.objects)


def reopen(hands: Hands, path: Path) -> None:
    hands.do("close_project")
    assert not hands.window.document.is_open
    hands.open(path)


def test_a_saved_project_comes_back_as_it_was(opened: Hands, tmp_path: Path) -> None:
    opened.paint_square()
    opened.run("tune")
    opened.run("propagate_forward")
    opened.window.filing.save_to(tmp_path / "mine.lip")
    opened.go_to(5)
    opened.do("verify_frame")
    before = everything(opened.window.document.project)
    reopen(opened, tmp_path / "mine.lip")
    document = opened.window.document
    assert everything(document.project) == before
    assert document.project.provenance(5, 1) == Provenance.VERIFIED
    assert document.tuned_weights() == b"1:5"
    assert opened.window.windowTitle() == "mine.lip — LIP"
    assert opened.window.settings.recent()[0] == tmp_path / "mine.lip"
    opened.run("propagate_forward")
    assert "restore" not in opened.segmenter.calls  # the network was in this state already


def test_what_was_done_before_closing_can_be_taken_back_and_compared_after_reopening(
    opened: Hands, tmp_path: Path, moving_square: MovingSquare
) -> None:
    opened.paint_square()
    opened.run("tune")
    opened.run("propagate_forward")
    opened.window.filing.save_to(tmp_path / "mine.lip")
    document = opened.window.document
    document.go_to(4)
    edits.paint(document, np.roll(moving_square.truth[4] > 0, 9, axis=1))
    opened.run("propagate_forward")
    before, texts = everything(document.project), [document.stack.text(row) for row in range(document.stack.count())]
    reopen(opened, tmp_path / "mine.lip")
    assert everything(document.project) == before
    assert [document.stack.text(row) for row in range(document.stack.count())] == texts
    opened.go_to(6)
    opened.key(Qt.Key.Key_K)
    assert np.array_equal(opened.window.canvas.picture.compositor.onion, moving_square.truth[6])
    edits.paint(document, np.roll(moving_square.truth[6] > 0, 20, axis=1))
    opened.run("propagate_forward")  # another run is another entry
    assert [document.stack.text(row) for row in range(document.stack.count())] == [*texts, "Paint", "Propagate forward"]
    for _ in range(len(texts) + 2):
        opened.do("undo")
    assert not document.can_undo()
    assert not any(document.labels(frame).any() for frame in range(12))
    assert not document.project.objects
    assert document.tuned_weights() == b""


def test_edits_of_a_saved_project_are_saved_as_they_are_made(opened: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    opened.window.filing.save_to(tmp_path / "mine.lip")
    opened.paint_square()
    qtbot.waitUntil(lambda: opened.window.status.saved_label.text() == "All changes saved", timeout=10_000)
    copy = tmp_path / "copy.lip"
    shutil.copytree(tmp_path / "mine.lip", copy, ignore=shutil.ignore_patterns(".lock"))
    folder = ProjectFolder.open(copy)
    try:
        assert np.array_equal(folder.project.labels(0), opened.window.document.labels(0))
    finally:
        folder.close()


def test_work_that_was_never_saved_comes_back_with_the_video(
    opened: Hands, moving_square: MovingSquare, drafts: Path
) -> None:
    opened.paint_square()
    assert len(list(drafts.iterdir())) == 1
    reopen(opened, moving_square.path)
    assert np.array_equal(opened.window.document.labels(0), moving_square.truth[0])
    assert "earlier work" in opened.window.stage.notice.text


def test_a_video_that_was_only_looked_at_leaves_no_draft(
    hands: Hands, moving_square: MovingSquare, drafts: Path
) -> None:
    hands.open(moving_square.path)
    hands.do("close_project")
    assert list(drafts.iterdir()) == []


def test_a_draft_that_another_window_has_is_left_alone(hands: Hands, moving_square: MovingSquare, drafts: Path) -> None:
    video = open_video(moving_square.path)
    drafts.mkdir()
    folder = ProjectFolder.create(opening.draft_path(moving_square.path), Project.create(video))
    try:
        hands.open(moving_square.path)
        assert "open elsewhere" in hands.window.stage.notice.text
        assert hands.window.status.saved_label.text().startswith("Not saved")
    finally:
        folder.close()
        video.close()


def test_saving_a_draft_as_a_project_moves_it(opened: Hands, tmp_path: Path, drafts: Path) -> None:
    opened.paint_square()
    opened.window.filing.save_to(tmp_path / "mine")
    assert (tmp_path / "mine.lip" / "project.json").is_file()
    assert list(drafts.iterdir()) == []
    assert opened.window.session.project_path == tmp_path / "mine.lip"


def test_a_video_that_was_moved_is_asked_for(opened: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    opened.paint_square()
    opened.window.filing.save_to(tmp_path / "mine.lip")
    labels = opened.window.document.labels(0).copy()
    opened.do("close_project")
    (tmp_path / "moving_square").rename(tmp_path / "elsewhere")
    with qtbot.waitSignal(opened.window.session.videoWanted, timeout=10_000):
        opened.window.session.open(tmp_path / "mine.lip")
    assert not opened.window.document.is_open
    notice = opened.window.stage.notice
    assert [button.text() for button in (notice.button, notice.second_button)] == [
        "Find the file…",
        "Find the folder of images…",
    ]
    with qtbot.waitSignal(opened.window.document.opened, timeout=10_000):
        opened.window.session.use_video(tmp_path / "elsewhere")
    assert np.array_equal(opened.window.document.labels(0), labels)


def test_another_video_is_taken_only_when_told_to(opened: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    opened.paint_square()
    opened.window.filing.save_to(tmp_path / "mine.lip")
    opened.do("close_project")
    shutil.rmtree(tmp_path / "moving_square")
    other = write_moving_square(tmp_path / "other").path
    (other / "00003.png").write_bytes((other / "00004.png").read_bytes())
    with qtbot.waitSignal(opened.window.session.videoWanted, timeout=10_000):
        opened.window.session.open(tmp_path / "mine.lip")
    with qtbot.waitSignal(opened.window.session.differentVideo, timeout=10_000):
        opened.window.session.use_video(other)
    with qtbot.waitSignal(opened.window.document.opened, timeout=10_000):
        opened.window.stage.notice.button.click()


def test_a_project_that_is_open_elsewhere_is_refused(hands: Hands, moving_square: MovingSquare, tmp_path: Path) -> None:
    hands.open(moving_square.path)
    folder = ProjectFolder.create(tmp_path / "taken.lip", Project.create(hands.window.document.video))
    try:
        with hands.qtbot.waitSignal(hands.window.session.failed, timeout=10_000):
            hands.window.session.open(tmp_path / "taken.lip")
        assert "open" in hands.window.stage.notice.text
        assert hands.window.document.is_open
    finally:
        folder.close()


def test_a_full_disk_is_told_and_nothing_is_lost(
    opened: Hands, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lipcore.storage.project_files import ProjectFiles

    opened.window.filing.save_to(tmp_path / "mine.lip")
    save = ProjectFiles.save

    def full(self: ProjectFiles, project: Project) -> None:
        raise LipError("Cannot save mine.lip: no space is left on the disk.")

    monkeypatch.setattr(ProjectFiles, "save", full)
    with qtbot.waitSignal(opened.window.session.savingFailed, timeout=10_000):
        opened.paint_square()
    notice = opened.window.stage.notice
    assert "no space is left" in notice.text
    assert opened.window.status.saved_label.text() == "Not saved"
    assert opened.window.document.labels(0).any()
    opened.window.close()
    assert opened.window.isVisible()
    monkeypatch.setattr(ProjectFiles, "save", save)
    opened.window.session.retry()
    qtbot.waitUntil(lambda: opened.window.status.saved_label.text() == "All changes saved", timeout=10_000)


def test_the_sample_opens_with_its_first_frame_painted(hands: Hands, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hands.window.viewing.frameShown, timeout=20_000):
        hands.do("show_guide")
    document = hands.window.document
    assert len(document.project.objects) >= 2
    assert document.project.annotated_frames == [0]
    guide = hands.window.stage.guide
    assert guide.isVisible()
    assert guide.step == ""
    guide.on_done("undo")
    assert guide.step == ""
    guide.button.click()
    assert guide.step == "tune"
    with qtbot.waitSignal(hands.window.segmentation.ended, timeout=20_000):
        guide.button.click()
    assert guide.step == "propagate_forward"
    guide.close_button.click()
    assert hands.window.looking.preferences.guide_seen


def test_two_videos_one_after_the_other(opened: Hands, tmp_path: Path) -> None:
    opened.paint_square()
    other = write_moving_square(tmp_path / "second", frames=5, height=40, width=40)
    opened.open(other.path)
    assert opened.window.document.project.frame_count == 5
    assert not opened.window.document.labels(0).any()
    assert opened.window.document.stack.count() == 0


def test_session_is_quiet_when_nothing_is_open(hands: Hands) -> None:
    session: Session = hands.window.session
    assert session.title == ""
    assert session.project_path is None
