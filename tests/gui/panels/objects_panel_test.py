from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QColorDialog, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from lipcore.project.objects import VideoObject
from lipgui.panels.objects_delegate import RowLayout
from lipgui.panels.objects_model import ObjectRole
from lipgui.panels.objects_panel import ObjectsPanel

DOG = VideoObject(3, "Dog", (200, 0, 0))
BALL = VideoObject(7, "Ball", (0, 200, 0), hidden=True)
CAR = VideoObject(9, "Car", (0, 0, 200), locked=True)


@pytest.fixture
def panel(qtbot: QtBot) -> ObjectsPanel:
    widget = ObjectsPanel()
    qtbot.addWidget(widget)
    widget.resize(280, 400)
    widget.show_objects([DOG, BALL, CAR])
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def parts(panel: ObjectsPanel, row: int) -> RowLayout:
    return RowLayout.of(panel.view.visualRect(panel.model.index(row)), panel.view.fontMetrics())


def click(qtbot: QtBot, panel: ObjectsPanel, position: QPoint) -> None:
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=position)


def test_rows_tell_everything_a_screen_reader_needs(panel: ObjectsPanel) -> None:
    panel.show_scores({3: 0.934})
    spoken = [panel.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert spoken == ["Object 3: Dog, score 0.93", "Object 7: Ball, hidden", "Object 9: Car, locked"]


def test_a_click_chooses_an_object_and_showing_one_is_silent(qtbot: QtBot, panel: ObjectsPanel) -> None:
    with qtbot.waitSignal(panel.objectSelected) as chosen:
        click(qtbot, panel, parts(panel, 1).name.center())
    assert chosen.args == [7]
    with qtbot.assertNotEmitted(panel.objectSelected):
        panel.show_selected(9)
        panel.show_objects([DOG, CAR])
    assert panel.selected == 9
    panel.show_selected(0)
    assert panel.selected == 0
    assert not panel.remove_button.isEnabled()


def test_arrow_keys_choose(qtbot: QtBot, panel: ObjectsPanel) -> None:
    panel.show_selected(3)
    with qtbot.waitSignal(panel.objectSelected) as chosen:
        qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    assert chosen.args == [7]


def test_eye_and_lock_are_toggled_without_choosing_the_row(qtbot: QtBot, panel: ObjectsPanel) -> None:
    seen: list[tuple[str, int, bool]] = []
    panel.visibilityChanged.connect(lambda number, value: seen.append(("visible", number, value)))
    panel.lockChanged.connect(lambda number, value: seen.append(("locked", number, value)))
    for row in (0, 1, 2):
        click(qtbot, panel, parts(panel, row).eye.center())
        click(qtbot, panel, parts(panel, row).lock.center())
    assert seen == [
        ("visible", 3, False), ("locked", 3, True),
        ("visible", 7, True), ("locked", 7, True),
        ("visible", 9, False), ("locked", 9, False),
    ]  # fmt: skip


def test_a_name_is_typed_in_its_row(qtbot: QtBot, panel: ObjectsPanel) -> None:
    panel.show_selected(3)
    qtbot.mouseClick(panel.rename_button, Qt.MouseButton.LeftButton)
    editor = panel.view.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "  Brown   dog ")
    with qtbot.waitSignal(panel.objectRenamed) as renamed:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert renamed.args == [3, "Brown dog"]
    assert panel.model.index(0).data() == "Dog"  # until the window answers
    panel.show_objects([VideoObject(3, "Brown dog", (200, 0, 0)), BALL, CAR])
    assert panel.model.index(0).data() == "Brown dog"


@pytest.mark.parametrize("name", ["", "   ", "Dog"])
def test_an_empty_or_unchanged_name_asks_for_nothing(qtbot: QtBot, panel: ObjectsPanel, name: str) -> None:
    with qtbot.assertNotEmitted(panel.objectRenamed):
        assert not panel.model.setData(panel.model.index(0), name)


def test_a_colour_is_chosen_by_a_click_on_the_swatch(qtbot: QtBot, panel: ObjectsPanel) -> None:
    click(qtbot, panel, parts(panel, 2).swatch.center())
    dialog = panel.findChild(QColorDialog)
    assert dialog.currentColor() == QColor(0, 0, 200)
    dialog.setCurrentColor(QColor(1, 2, 3))
    with qtbot.waitSignal(panel.objectRecoloured) as recoloured:
        dialog.accept()
    assert recoloured.args == [9, QColor(1, 2, 3)]


def test_buttons_and_menu_add_and_delete(qtbot: QtBot, panel: ObjectsPanel) -> None:
    with qtbot.waitSignal(panel.objectAdded):
        qtbot.mouseClick(panel.add_button, Qt.MouseButton.LeftButton)
    panel.show_selected(7)
    with qtbot.waitSignal(panel.objectRemoved) as removed:
        qtbot.mouseClick(panel.remove_button, Qt.MouseButton.LeftButton)
    assert removed.args == [7]
    menu = panel.object_menu()
    actions = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(panel.visibilityChanged) as shown:
        actions["Show"].trigger()
    assert shown.args == [7, True]
    with qtbot.waitSignal(panel.lockChanged) as locked:
        actions["Lock"].trigger()
    assert locked.args == [7, True]
    menu.deleteLater()


def test_without_objects_it_says_what_to_do(qtbot: QtBot, panel: ObjectsPanel) -> None:
    assert not panel.first_button.isVisible()
    panel.show_objects([])
    assert panel.first_button.isVisible()
    assert not panel.view.isVisible()
    with qtbot.waitSignal(panel.objectAdded):
        qtbot.mouseClick(panel.first_button, Qt.MouseButton.LeftButton)


def test_scores_and_pictures_of_missing_objects_are_forgotten(panel: ObjectsPanel) -> None:
    image = QImage(8, 6, QImage.Format.Format_RGB888)
    image.fill(QColor("red"))
    panel.show_scores({3: 0.5, 7: 0.25})
    panel.show_thumbnails({7: image})
    assert panel.model.index(1).data(ObjectRole.SCORE) == 0.25
    panel.show_objects([DOG])
    panel.show_objects([DOG, BALL])
    assert panel.model.index(1).data(ObjectRole.SCORE) is None
    assert panel.model.index(1).data(ObjectRole.THUMBNAIL) is None


def test_a_row_shows_swatch_and_thumbnail(panel: ObjectsPanel) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB888)
    image.fill(QColor(10, 250, 10))
    panel.show_thumbnails({3: image})
    picture = panel.view.viewport().grab().toImage()
    assert picture.pixelColor(parts(panel, 0).swatch.center()) == QColor(200, 0, 0)
    assert picture.pixelColor(parts(panel, 0).thumbnail.center()) == QColor(10, 250, 10)


def test_every_button_has_a_name_and_a_tool_tip(panel: ObjectsPanel) -> None:
    for button in panel.findChildren(QToolButton):
        assert button.accessibleName()
        assert button.toolTip()
