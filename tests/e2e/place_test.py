"""The project's folder goes away under the window, or is another's: nothing is written there, and nothing is lost."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipcore.storage.project_folder import ProjectFolder
from lipcore.storage.project_lock import ProjectLock
from lipgui.document import edits
from lipgui.widgets.notice import Message
from tests.e2e.conftest import Hands
from tests.e2e.faults_test import SAVED, everything, on_disk, square, wait_until_saved

EDIT_IT = (
    "import sys; from pathlib import Path; from lipcore.storage.project_folder import ProjectFolder\n"
    "folder = ProjectFolder.open(Path(sys.argv[1])); folder.project.set_values((0.0, 0.5)); folder.close()"
)


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lipcore.storage.writer.LOOK_SECONDS", 0.05)


@pytest.fixture
def saved(opened: Hands, tmp_path: Path) -> Hands:
    """The moving square as a project, painted, tuned and saved."""
    opened.window.filing.save_to(tmp_path / "mine.lip")
    opened.paint_square()
    opened.run("tune")
    wait_until_saved(opened)
    return opened


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit_elsewhere(path: Path) -> subprocess.CompletedProcess[str]:
    """Let another process change a setting of the project."""
    arguments = [sys.executable, "-c", EDIT_IT, str(path)]
    return subprocess.run(arguments, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize("event", ["renamed", "unmounted", "replaced", "deleted"])
def test_the_folder_goes_away(
    saved: Hands, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, event: str, edited: bool
) -> None:
    window, path, away = saved.window, tmp_path / "mine.lip", tmp_path / "away.lip"
    shutil.copytree(path, tmp_path / "backup.lip")
    with qtbot.waitSignal(window.session.placeLost, timeout=20_000):
        path.rename(away)
        if event == "unmounted":
            path.mkdir()
        elif event == "replaced":
            shutil.copytree(tmp_path / "backup.lip", path)
        elif event == "deleted":
            shutil.rmtree(away)
        if edited:
            edits.paint(window.document, square(30, 40))
    before = {name: contents(tmp_path / name) for name in ("mine.lip", "away.lip") if (tmp_path / name).exists()}
    sentences = ("was moved or renamed", "is gone", "Another folder has the name of")  # seen at one of two moments
    assert any(sentence in window.stage.notice.text for sentence in sentences)
    assert window.status.saved_label.text() == "Not saved"
    edits.paint(window.document, square(2, 2))
    if event != "deleted":  # the tuned weights are only in the folder
        saved.run("propagate_forward")
    assert window.close() is False
    assert window.status.saved_label.text() == "Not saved"
    assert "What is not saved would be lost." in window.stage.notice.text
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))  # cancelled
    window.stage.notice.button.click()
    assert window.status.saved_label.text() == "Not saved"
    window.filing.offer_copy("It is gone.")
    window.stage.notice.button.click()
    assert "save a copy before you close it" in window.stage.notice.text, "the offer is gone, the work is not saved"
    assert {name: contents(tmp_path / name) for name in before} == before, "something was written there"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "copy.lip"), ""))
    assert window.close() is False
    assert window.stage.notice.button.text() == "Save a copy…"
    window.stage.notice.button.click()
    wait_until_saved(saved)
    assert on_disk(tmp_path / "copy.lip") == everything(window.document.project)
    assert bool(window.document.project.weights.entries) is (event != "deleted")


def test_a_folder_that_comes_back_is_saved_again(saved: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    window, path = saved.window, tmp_path / "mine.lip"
    with qtbot.waitSignal(window.session.placeLost, timeout=20_000):
        path.rename(tmp_path / "away.lip")
    (tmp_path / "away.lip").rename(path)
    qtbot.waitUntil(lambda: window.status.saved_label.text() == SAVED, timeout=20_000)
    edits.paint(window.document, square(30, 40))
    wait_until_saved(saved)
    assert on_disk(path) == everything(window.document.project)


def test_a_removed_lock_is_put_back(
    saved: Hands, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, take = tmp_path / "mine.lip", ProjectLock.take
    taken: list[bool] = []
    monkeypatch.setattr(ProjectLock, "take", lambda lock: taken.append(take(lock)) or taken[-1])
    (path / ".lock").unlink()
    qtbot.waitUntil(lambda: taken == [True], timeout=20_000)
    with pytest.raises(LipError, match="already open in another window"):
        ProjectFolder.open(path)
    edits.paint(saved.window.document, square(30, 40))
    wait_until_saved(saved)


def test_a_removed_lock_that_another_program_used_is_noticed(
    saved: Hands, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, path = saved.window, tmp_path / "mine.lip"
    monkeypatch.setattr("lipcore.storage.writer.LOOK_SECONDS", 1000.0)
    edits.paint(window.document, square(30, 40))
    wait_until_saved(saved)
    (path / ".lock").unlink()
    done = edit_elsewhere(path)
    assert done.returncode == 0, done.stderr
    before = contents(path)
    with qtbot.waitSignal(window.session.placeLost, timeout=20_000):
        edits.paint(window.document, square(2, 2))
    assert "another program has used the project since" in window.stage.notice.text
    assert contents(path) == before
    window.filing.save_to(tmp_path / "copy.lip")
    assert on_disk(tmp_path / "copy.lip") == everything(window.document.project)


@pytest.mark.parametrize("choice", ["Look only", "Take over", "Cancel"])
def test_a_disk_without_locks(
    saved: Hands, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    window, path = saved.window, tmp_path / "mine.lip"
    saved.do("close_project")
    before = contents(path)

    def no_locks(descriptor: int) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr("lipcore.storage.project_lock._lock", no_locks)
    with qtbot.waitSignal(window.session.lockUnavailable, timeout=20_000):
        window.session.open(path)
    notice = window.stage.notice
    assert "has no locks" in notice.text
    buttons = {button.text(): button for button in (notice.button, notice.second_button)}
    if choice == "Cancel":
        notice.close_button.click()
        assert not window.document.is_open
        return
    with qtbot.waitSignals([window.document.opened, window.viewing.frameShown], timeout=20_000):
        buttons[choice].click()
    if choice == "Look only":
        with qtbot.waitSignal(window.session.savingFailed, timeout=20_000):
            edits.paint(window.document, square(30, 40))
        assert "is read-only" in window.stage.notice.text
        assert contents(path) == before
        window.filing.save_to(tmp_path / "copy.lip")
    else:
        edits.paint(window.document, square(30, 40))
        wait_until_saved(saved)
        assert on_disk(path) == everything(window.document.project)


def test_no_line_of_the_notice_is_cut(hands: Hands, qtbot: QtBot) -> None:
    notice = hands.window.stage.notice
    notice.show_message(
        Message("The folder of the project was moved or renamed. " * 4, (("Save a copy…", lambda: None),))
    )
    qtbot.waitUntil(lambda: notice.height() == notice.heightForWidth(notice.width()))
    qtbot.waitUntil(lambda: notice.label.height() >= notice.label.heightForWidth(notice.label.width()))
