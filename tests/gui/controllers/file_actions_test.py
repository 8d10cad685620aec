"""What the menu File asks for, and what it offers when something is amiss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from lipgui.basics.settings import Settings
from lipgui.controllers.file_actions import Filing
from lipgui.document.document import Document
from lipgui.timeline.timeline import Timeline
from lipgui.widgets.notice import Message


class Session(QObject):
    """Notes what it is asked to do."""

    videoWanted = Signal(str)
    differentVideo = Signal(str, object)
    lockUnavailable = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[object, ...]] = []
        self.has_place, self.is_lost, self.title = True, False, "clip.lip"
        self.project_path: Path | None = None
        self.folder_path: Path | None = None

    def open(self, path: Path, how: str = "") -> None:
        self.done.append(("open", path, how) if how else ("open", path))

    def save(self) -> bool:
        return self.has_place

    def save_as(self, path: Path) -> None:
        self.done.append(("save_as", path))
        self.project_path, self.is_lost = path, False

    def use_video(self, path: Path, anyway: bool = False) -> None:
        self.done.append(("use_video", path, anyway))

    def give_up_waiting(self) -> None:
        self.done.append(("give_up",))

    def retry(self) -> None:
        self.done.append(("retry",))


class File:
    """The menu's actions, with what they told; the system's dialogs give `chosen`."""

    def __init__(self, window: QWidget, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session, self.settings, self.timeline = Session(), Settings(), Timeline(window)
        self.filing = Filing(document, self.session, self.settings, self.timeline, window)  # type: ignore[arg-type]
        self.told, self.messages, self.chosen, self.asked_in = list[str](), list[Message](), "", list[str]()
        self.filing.told.connect(self.told.append)
        self.filing.announced.connect(self.messages.append)
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda window, title, start: self.choose(start))
        for name in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, name, lambda window, title, start, kinds: (self.choose(start), kinds))

    def choose(self, start: str) -> str:
        self.asked_in.append(start)
        return self.chosen

    def answer(self, text: str) -> None:
        """Choose a button of the last message."""
        dict(self.messages[-1].choices)[text]()


@pytest.fixture
def file(qtbot: QtBot, document: Document, monkeypatch: pytest.MonkeyPatch) -> Iterator[File]:
    window = QWidget()
    qtbot.addWidget(window)
    file = File(window, document, monkeypatch)
    yield file
    file.filing.files_queue.stop_all()
    window.close()


@pytest.mark.parametrize("name", ["open_video", "open_folder", "open_project"])
def test_what_is_chosen_is_opened_and_a_cancelled_dialog_opens_nothing(file: File, tmp_path: Path, name: str) -> None:
    recent = tmp_path / "clips" / "one.mp4"
    recent.parent.mkdir()
    recent.touch()
    file.settings.add_recent(recent)
    action = file.filing.answers()[name]
    action()
    assert file.session.done == []
    file.chosen = "two"
    action()
    assert file.session.done == [("open", Path("two"))]
    assert file.asked_in == [str(recent.parent)] * 2


def test_a_project_without_a_place_asks_for_one(file: File) -> None:
    file.filing.save()
    assert file.told == ["All changes are saved in clip.lip."]
    file.session.has_place = False
    file.chosen = "there.lip"
    file.filing.save()
    assert file.session.done == [("save_as", Path("there.lip"))]
    assert "saved in there.lip" in file.told[-1]
    assert file.asked_in[0].endswith("array.lip")


def test_a_failed_save_can_be_tried_again(file: File) -> None:
    file.filing.offer_retry("The disk is full.")
    assert file.messages[-1].text.startswith("The disk is full. Your work is kept")
    file.answer("Try again")
    assert file.session.done == [("retry",)]


def test_a_copy_is_offered_until_it_is_saved(file: File) -> None:
    file.session.is_lost = True
    file.filing.offer_copy("The folder is gone.")
    file.answer("Save a copy…")
    assert len(file.messages) == 2
    file.chosen = "copy.lip"
    file.answer("Save a copy…")
    assert len(file.messages) == 2
    assert file.session.done == [("save_as", Path("copy.lip"))]


def test_a_locked_project_can_be_looked_at_or_taken_over(file: File) -> None:
    file.session.lockUnavailable.emit("Another window has it.", Path("x.lip"))
    file.answer("Look only")
    file.answer("Take over")
    assert file.session.done == [("open", Path("x.lip"), "read"), ("open", Path("x.lip"), "write")]


def test_a_missing_video_is_found_or_given_up(file: File) -> None:
    file.session.videoWanted.emit("The video is gone.")
    file.answer("Find the file…")
    file.chosen = "found"
    file.answer("Find the folder of images…")
    file.session.differentVideo.emit("It is another one.", Path("other.mp4"))
    file.answer("Use it all the same")
    assert file.session.done == [
        *(("give_up",), ("use_video", Path("found"), False), ("use_video", Path("other.mp4"), True))
    ]


def test_the_command_is_copied(file: File) -> None:
    file.filing.copy_command()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("lip segment")
    assert file.told == [f"Copied: {text}"]


def test_what_was_exported_is_shown_in_its_folder(file: File, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    for path in (tmp_path, tmp_path / "masks.json"):
        file.filing._on_exported(path)
        file.answer("Show in folder")
    assert shown == [str(tmp_path)] * 2
