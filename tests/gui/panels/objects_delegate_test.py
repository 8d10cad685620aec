"""Where the parts of a row of the objects panel lie, and what a click on each of them asks for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QListView, QToolTip
from pytestqt.qtbot import QtBot

from lipgui.panels.objects_delegate import ObjectDelegate, RowLayout, row_height
from lipgui.panels.objects_model import ObjectsModel
from tests.gui.panels.objects_panel_test import BALL, CAR, DOG


class Rows(QListView):
    """Three objects, of which the second is hidden and the third locked."""

    def __init__(self) -> None:
        super().__init__()
        self.objects, self.delegate = ObjectsModel(), ObjectDelegate(self)
        self.objects.show_objects([DOG, BALL, CAR])
        self.setModel(self.objects)
        self.setItemDelegate(self.delegate)
        self.resize(280, 300)

    def parts(self, row: int) -> RowLayout:
        return RowLayout.of(self.visualRect(self.objects.index(row)), self.fontMetrics())


@pytest.fixture
def rows(qtbot: QtBot) -> Rows:
    view = Rows()
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    return view


def layout(rows: Rows, width: int) -> RowLayout:
    return RowLayout.of(QRect(0, 0, width, row_height(rows.fontMetrics())), rows.fontMetrics())


def test_the_parts_of_a_row_do_not_overlap(rows: Rows) -> None:
    row = layout(rows, 280)
    in_order = [row.swatch, row.thumbnail, row.name, row.eye, row.lock]
    assert all(one.right() < other.left() for one, other in pairwise(in_order))
    assert row.name.bottom() < row.detail.top()
    assert row.lock.right() <= 280


def test_a_narrow_row_gives_the_thumbnails_room_to_the_name(rows: Rows) -> None:
    em = rows.fontMetrics().height()
    assert not layout(rows, em * 14).thumbnail.isEmpty()
    narrow = layout(rows, em * 12)
    assert narrow.thumbnail.isEmpty()
    assert narrow.name.width() > 4 * em


def test_eye_lock_and_swatch_ask_for_the_other_state(rows: Rows, qtbot: QtBot) -> None:
    asked: list[tuple[object, ...]] = []
    rows.delegate.visibilityAsked.connect(lambda *values: asked.append(("visible", *values)))
    rows.delegate.lockAsked.connect(lambda *values: asked.append(("locked", *values)))
    rows.delegate.colourAsked.connect(lambda *values: asked.append(("colour", *values)))
    for row, part in ((0, "eye"), (1, "eye"), (0, "lock"), (2, "lock"), (1, "swatch"), (1, "name")):
        place = getattr(rows.parts(row), part).center()
        qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.RightButton, pos=rows.parts(0).eye.center())
    assert asked == [
        *(("visible", 3, False), ("visible", 7, True)),
        *(("locked", 3, True), ("locked", 9, False)),
        ("colour", 7),
    ]


def test_the_tool_tip_says_what_a_click_would_do(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, widget: told.append(text))
    for row, part in ((0, "eye"), (1, "eye"), (0, "lock"), (2, "lock"), (0, "swatch"), (0, "name")):
        place: QPoint = getattr(rows.parts(row), part).center()
        event = QHelpEvent(QHelpEvent.Type.ToolTip, place, rows.viewport().mapToGlobal(place))
        QApplication.sendEvent(rows.viewport(), event)
    assert told == ["Hide", "Show", "Lock: nothing can paint over it", "Unlock", "Change the colour", "Object 3: Dog"]


def test_a_hidden_objects_thumbnail_is_paler_and_a_score_has_a_bar(rows: Rows) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB888)
    image.fill(QColor(10, 250, 10))
    plain = rows.viewport().grab(rows.parts(0).detail).toImage()
    rows.objects.show_thumbnails({3: image, 7: image})
    rows.objects.show_scores({3: 0.9})
    picture = rows.viewport().grab().toImage()
    shown, hidden = (picture.pixelColor(rows.parts(row).thumbnail.center()) for row in (0, 1))
    assert shown == QColor(10, 250, 10)
    assert hidden != shown
    assert rows.viewport().grab(rows.parts(0).detail).toImage() != plain
