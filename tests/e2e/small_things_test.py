"""Small things that people stumble over: tool tips, colours, names, where one was, what is told, and quitting."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QDesktopServices, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QStyle
from pytestqt.qtbot import QtBot

from lipcore.palette import colour_blind_palette
from lipgui.controllers.session import opening
from lipgui.dialogs.export_dialog import ExportDialog
from lipgui.panels.objects_model import ObjectRole
from lipgui.widgets.notice import Message
from tests.e2e.conftest import Hands
from tests.helpers import FakeSegmenter, MovingSquare


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "drafts_folder", lambda: tmp_path / "drafts")


def test_a_tool_tip_explains_the_tool_and_has_no_ampersand(hands: Hands) -> None:
    actions = hands.window.actions_by_name
    assert actions["tool_grabcut"].toolTip().startswith("GrabCut  (C)\nDrag a box around the object")
    assert not [name for name in actions.keys() if "&" in actions[name].toolTip()]


def test_the_highlighted_row_of_a_drop_down_can_be_read(opened: Hands, qtbot: QtBot) -> None:
    for theme in ("theme_dark", "theme_light"):
        opened.do(theme)
        box = opened.window.options.overlay_box
        box.showPopup()
        view = box.view()
        view.setCurrentIndex(box.model().index(1, 0))
        rect = view.visualRect(view.currentIndex())
        image = view.viewport().grab().toImage()
        accent = opened.window.palette().color(QPalette.ColorRole.Highlight)
        assert image.pixelColor(rect.right() - 4, rect.center().y()) == accent
        box.hidePopup()


def test_a_message_does_not_move_the_picture(opened: Hands) -> None:
    window = opened.window
    before, place = window.canvas.geometry_of_view, window.canvas.mapTo(window, window.canvas.rect().topLeft())
    window.stage.notice.show_message(Message("Something happened.", (("Do it", lambda: None),)))
    window.job_panel.show_job("Tune", "steps")
    window.job_panel.show_loss(1, 0.5)
    assert window.canvas.geometry_of_view == before
    assert window.canvas.mapTo(window, window.canvas.rect().topLeft()) == place


def test_a_video_keeps_its_name_and_the_frame_where_one_was(hands: Hands, moving_square: MovingSquare) -> None:
    hands.open(moving_square.path)
    window = hands.window
    assert window.document.project.name == window.session.title == moving_square.path.name
    assert window.windowTitle() == f"{moving_square.path.name} — LIP"
    hands.do("new_object")
    hands.paint_square()
    hands.go_to(7)
    hands.do("close_project")
    assert window.status.zoom_label.text() == window.status.saved_label.text() == ""
    hands.open(moving_square.path)
    assert window.document.frame == 7
    assert window.document.project.name == moving_square.path.name


def test_size_rate_and_length_of_the_video_are_told(opened: Hands) -> None:
    assert opened.window.status.video_label.text() == "64 × 48  ·  24 fps  ·  0:01  ·  12 frames"


def test_objects_start_in_bright_colours_and_keep_chosen_ones(opened: Hands) -> None:
    window, safe = opened.window, colour_blind_palette()
    index = window.objects.model.index(0)
    assert window.objects.model.data(index, ObjectRole.COLOUR) == QColor(*safe[1].tolist())
    window.editing.recolour(1, QColor(1, 2, 3))
    assert window.document.palette()[1].tolist() == [1, 2, 3]
    assert window.objects.model.data(index, ObjectRole.COLOUR) == QColor(1, 2, 3)


def test_enter_opens_a_focused_recent_entry(hands: Hands, moving_square: MovingSquare, qtbot: QtBot) -> None:
    hands.open(moving_square.path)
    hands.do("close_project")
    button = next(each for each in hands.window.welcome.findChildren(QPushButton) if each.objectName() == "recent")
    button.setFocus()
    with qtbot.waitSignal(hands.window.document.opened, timeout=20_000):
        QTest.keyClick(button, Qt.Key.Key_Return)


def test_x_is_told_while_it_is_on(opened: Hands) -> None:
    label = opened.window.status.hand_label
    for text in ("X: left erases, right paints", ""):
        opened.key(Qt.Key.Key_X)
        assert label.text() == text


def test_the_menu_of_a_row_has_keys_and_what_concerns_two_objects(opened: Hands) -> None:
    menu = opened.window.objects.object_menu()
    texts = [action.text() for action in menu.actions()]
    assert "Rename\tF2" in texts
    assert "Hide\tH" in texts
    assert {"&Merge into another object…", "S&wap identities in range…", "S&plit from here into a new object"} <= {
        *texts
    }
    menu.deleteLater()
    opened.window.timeline.lanes.select(None)
    opened.key(Qt.Key.Key_F2)
    assert opened.window.objects.view.state() == opened.window.objects.view.State.EditingState


def test_the_review_list_has_room_for_more_than_two_rows(opened: Hands) -> None:
    opened.paint_square()
    opened.run("propagate_forward")
    window = opened.window
    window.review.show_doubtful([])
    assert window.objects.height() < window.review.height()


def test_saving_as_tells_the_folder_that_is_there(opened: Hands, tmp_path: Path) -> None:
    opened.window.filing.save_to(tmp_path / "mine")
    assert f"saved in {tmp_path / 'mine.lip'};" in opened.window.status.currentMessage()
    assert (tmp_path / "mine.lip" / "project.json").is_file()


def test_what_was_exported_can_be_shown_in_its_folder(
    opened: Hands, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    opened.paint_square()
    opened.do("export")
    dialog = opened.window.findChild(ExportDialog)
    dialog.place_field.setText(str(tmp_path / "out"))
    with qtbot.waitSignal(dialog.finished_with, timeout=20_000):
        dialog.export_button.click()
    opened.answer("Show in folder")
    assert shown == [str(tmp_path / "out")]


def test_the_patch_under_a_resting_pointer_is_shown_once_superpixels_are_loaded(opened: Hands, qtbot: QtBot) -> None:
    canvas = opened.window.canvas
    for x in (17, 18):  # a pointer that an earlier test left on the very place would not move
        QTest.mouseMove(canvas.viewport, opened.point(x, 16))
    opened.key(Qt.Key.Key_S)
    qtbot.waitUntil(lambda: len(canvas.picture.outlines) > 0, timeout=20_000)


def test_the_words_for_an_empty_list_of_objects_are_not_cut(hands: Hands, moving_square: MovingSquare) -> None:
    hands.window.resize(1024, 640)
    hands.open(moving_square.path)
    label = next(each for each in hands.window.objects.findChildren(QLabel) if "No objects yet" in each.text())
    assert label.isVisible()
    assert label.height() >= label.heightForWidth(label.width())


def test_what_was_told_of_a_run_does_not_outlive_it_or_its_being_undone(opened: Hands) -> None:
    window = opened.window
    opened.paint_square()
    opened.begin("tune")
    with opened.qtbot.waitSignal(window.segmentation.ended, timeout=20_000):
        opened.do("stop")
        window.running.told.emit("Stopping after this step; what is finished is kept.")
    assert window.status.currentMessage() == ""
    opened.run("propagate_forward")
    assert "Propagate forward done" in window.job_panel.title_label.text()
    opened.do("undo")
    assert window.job_panel.title_label.text().startswith("Undid “Propagate forward”")


def test_buttons_of_dialogs_have_no_icons_and_the_chosen_row_of_a_menu_can_be_read(opened: Hands) -> None:
    opened.do("export")
    dialog = opened.window.findChild(ExportDialog)
    hint = QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons
    assert dialog.buttons.style().styleHint(hint, None, dialog.buttons) == 0
    dialog.close()
    for theme in ("theme_dark", "theme_light"):
        opened.do(theme)
        menu = opened.window.menuBar().actions()[0].menu()
        menu.popup(opened.window.mapToGlobal(QPoint(0, 0)))
        menu.setActiveAction(opened.window.actions_by_name["open_video"])
        image = menu.grab().toImage()
        row = menu.actionGeometry(opened.window.actions_by_name["open_video"])
        ground = image.pixelColor(row.right() - 12, row.top() + 3)
        text = opened.window.palette().color(QPalette.ColorRole.ButtonText)  # that icons are drawn in
        assert abs(ground.lightness() - text.lightness()) > 90
        menu.close()


class TestQuitting:
    @pytest.fixture
    def segmenter(self, gate: Event) -> FakeSegmenter:
        return FakeSegmenter(gate=gate)

    def test_closing_during_a_run_says_so_and_can_wait_for_it(self, opened: Hands, gate: Event, qtbot: QtBot) -> None:
        window = opened.window
        opened.paint_square()
        opened.do("tune")
        window.close()
        assert "Tune is still running" in window.stage.notice.text
        opened.key(Qt.Key.Key_Escape)
        assert window.isVisible()
        window.close()
        window.stage.notice.second_button.click()
        assert window.isVisible()
        gate.set()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)


def test_the_window_fits_a_low_screen_with_every_panel_open(opened: Hands, qtbot: QtBot) -> None:
    window = opened.window
    for _ in range(3):
        opened.do("new_object")
    window.resize(1100, 620)
    opened.do("edges")
    qtbot.waitUntil(lambda: window.edges_panel.isVisible() and window.timeline.lanes.height() > 0)
    assert window.height() == 620
    assert window.minimumSizeHint().height() <= 620
    opened.do("edges")
