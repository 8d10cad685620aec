from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from lipgui.basics.frame_selection import FrameSelection
from lipgui.timeline.timeline import LaneLabel, Timeline
from tests.gui.timeline.hands import FRAMES, SELECTING, at, drag, wheel
from tests.gui.timeline.hands import arrays as arrays
from tests.gui.timeline.hands import timeline as timeline


def test_the_ruler_scrubs(qtbot: QtBot, timeline: Timeline) -> None:
    asked: list[int] = []
    timeline.frameRequested.connect(asked.append)
    drag(qtbot, timeline, at(timeline, 100, None), at(timeline, 300, None))
    assert asked[0] in (99, 100, 101)
    assert asked[-1] in (299, 300, 301)
    assert timeline.transport.frame_field.text() == str(asked[-1])


def test_a_click_on_a_lane_goes_there_and_chooses_the_object(qtbot: QtBot, timeline: Timeline) -> None:
    with qtbot.waitSignals([timeline.frameRequested, timeline.objectRequested]):
        qtbot.mouseClick(timeline.lanes, Qt.MouseButton.LeftButton, pos=at(timeline, 200, 1))
    assert abs(timeline.lanes.overlay.frame - 200) <= 1
    assert timeline.selection is None


def test_a_click_on_a_name_chooses_the_object(qtbot: QtBot, timeline: Timeline) -> None:
    position = QPoint(10, at(timeline, 0, 2).y())
    with qtbot.waitSignal(timeline.objectRequested) as chosen, qtbot.assertNotEmitted(timeline.frameRequested):
        qtbot.mouseClick(timeline.lanes, Qt.MouseButton.LeftButton, pos=position)
    assert chosen.args == [9]


def test_dragging_along_a_lane_selects_its_frames(qtbot: QtBot, timeline: Timeline) -> None:
    with qtbot.assertNotEmitted(timeline.frameRequested), qtbot.waitSignal(timeline.lanes.selectionChanged):
        drag(qtbot, timeline, at(timeline, 300, 1), at(timeline, 100, 1))
    selection = timeline.selection
    assert selection is not None
    assert selection.objects == (7,)
    assert abs(selection.first - 100) <= 1
    assert abs(selection.last - 300) <= 1
    assert "Ball" in timeline.bar.selection_label.text()


def test_dragging_over_several_lanes_selects_all_objects(qtbot: QtBot, timeline: Timeline) -> None:
    drag(qtbot, timeline, at(timeline, 100, 0), at(timeline, 300, 2))
    assert timeline.selection is not None
    assert timeline.selection.objects == ()
    assert "all objects" in timeline.bar.selection_label.text()


def test_dragging_into_the_next_lane_selects_both(qtbot: QtBot, timeline: Timeline) -> None:
    for first, last in ((1, 2), (2, 1)):
        drag(qtbot, timeline, at(timeline, 100, first), at(timeline, 300, last))
        assert timeline.selection is not None
        assert timeline.selection.objects == (7, 9)
    places = [at(timeline, 200, lane) - QPoint(0, timeline.lanes.layout_of_lanes.lane_height // 4) for lane in range(3)]
    selected = timeline.lanes.grab().toImage()
    timeline.lanes.select(None)
    bare = timeline.lanes.grab().toImage()
    assert [selected.pixelColor(each) != bare.pixelColor(each) for each in places] == [False, True, True]


def test_an_unsteady_hand_still_selects_one_object(qtbot: QtBot, timeline: Timeline) -> None:
    jitter = QPoint(0, timeline.lanes.layout_of_lanes.lane_height * 2 // 3)
    drag(qtbot, timeline, at(timeline, 100, 1), at(timeline, 300, 1) + jitter)
    assert timeline.selection is not None
    assert timeline.selection.objects == (7,)
    timeline.lanes.select(FrameSelection(250, 250, (7,)))
    assert timeline.bar.selection_label.text() == "Frame 250  ·  Ball"


def test_one_selected_frame_of_many_can_be_seen(timeline: Timeline) -> None:
    timeline.show_video(20_000, 25.0)
    before = timeline.lanes.grab().toImage()
    timeline.lanes.select(FrameSelection(10_000, 10_000, (7,)))
    after = timeline.lanes.grab().toImage()
    y = at(timeline, 0, 1).y()
    changed = [x for x in range(after.width()) if after.pixelColor(x, y) != before.pixelColor(x, y)]
    assert len(changed) >= 4
    assert abs(sum(changed) / len(changed) - at(timeline, 10_000, 1).x()) < 3


def test_shift_click_selects_from_the_playhead_and_goes_on_from_there(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.show_frame(50)
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mouseClick(timeline.lanes, Qt.MouseButton.LeftButton, shift, at(timeline, 80, 0))
    assert timeline.selection is not None
    assert (timeline.selection.first, timeline.selection.objects) == (50, (3,))
    assert abs(timeline.selection.last - 80) <= 1


def test_a_double_click_selects_the_whole_lane(qtbot: QtBot, timeline: Timeline) -> None:
    qtbot.mouseDClick(timeline.lanes, Qt.MouseButton.LeftButton, pos=at(timeline, 80, 2))
    assert timeline.selection == FrameSelection(0, FRAMES - 1, (9,))


def test_the_context_menu_offers_the_same(qtbot: QtBot, timeline: Timeline) -> None:
    position = at(timeline, 60, 0)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, position, timeline.lanes.mapToGlobal(position))
    QApplication.sendEvent(timeline.lanes, event)
    assert timeline.selection is not None
    assert (timeline.selection.count, timeline.selection.objects) == (1, (3,))
    menu = timeline.findChild(QMenu)
    texts = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(timeline.verifyRangeRequested):
        texts["Mark verified"].trigger()
    with qtbot.waitSignal(timeline.inOutChanged):
        texts["Set in and out points"].trigger()
    texts["Zoom to selection"].trigger()
    assert timeline.lanes.axis.visible_frames < 20
    with qtbot.waitSignal(timeline.lanes.selectionChanged) as selected:
        texts["Select nothing"].trigger()
    assert selected.args == [None]
    menu.close()


def test_the_menu_keeps_a_selection_it_is_opened_on_and_replaces_another(timeline: Timeline) -> None:
    def open_at(frame: int, lane: int) -> None:
        position = at(timeline, frame, lane)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, position, timeline.lanes.mapToGlobal(position))
        QApplication.sendEvent(timeline.lanes, event)
        timeline.findChild(QMenu).close()

    timeline.lanes.select(FrameSelection(100, 200, (7,)))
    open_at(150, 1)
    assert timeline.selection == FrameSelection(100, 200, (7,))
    open_at(150, 2)
    assert timeline.selection is not None
    assert (timeline.selection.count, timeline.selection.objects) == (1, (9,))


def test_escape_belongs_to_the_selection_before_the_window(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    timeline = Timeline()
    timeline.show_video(50, 25.0)
    window.setCentralWidget(timeline)
    cancelled: list[bool] = []
    action = QAction(window, shortcut=QKeySequence("Esc"))
    action.triggered.connect(lambda: cancelled.append(True))
    window.addAction(action)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    timeline.lanes.setFocus()
    timeline.lanes.select(FrameSelection(1, 5))
    qtbot.keyClick(timeline.lanes, Qt.Key.Key_Escape)
    assert (timeline.selection, cancelled) == (None, [])
    qtbot.keyClick(timeline.lanes, Qt.Key.Key_Escape)
    assert cancelled == [True]
    field = timeline.transport.frame_field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "9")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), cancelled) == ("0", [True])


def test_the_wheel_zooms_at_the_pointer(timeline: Timeline) -> None:
    position = at(timeline, 320, 1)
    wheel(timeline, position, 5, Qt.KeyboardModifier.NoModifier)
    assert timeline.lanes.axis.visible_frames < FRAMES / 2
    assert abs(timeline.lanes.frame_at(QPointF(position)) - 320) <= 1
    wheel(timeline, position, -50, Qt.KeyboardModifier.NoModifier)
    assert timeline.lanes.axis.is_fitted


def test_shift_wheel_pans_and_the_scroll_bar_follows(timeline: Timeline) -> None:
    position = at(timeline, 250, 1)
    wheel(timeline, position, 5, Qt.KeyboardModifier.NoModifier)
    first = timeline.lanes.axis.first
    wheel(timeline, position, -3, Qt.KeyboardModifier.ShiftModifier)
    assert timeline.lanes.axis.first > first
    assert timeline._across.value() == round(timeline.lanes.axis.first)
    timeline._across.setValue(0)
    assert timeline.lanes.axis.first == 0


def test_the_middle_button_pans(qtbot: QtBot, timeline: Timeline) -> None:
    for _ in range(3):
        timeline.zoom_in()
    start = at(timeline, timeline.lanes.axis.first + 10, 1)
    held = timeline.lanes.frame_at(QPointF(start))
    qtbot.mousePress(timeline.lanes, Qt.MouseButton.MiddleButton, pos=start)
    before = timeline.lanes.axis
    qtbot.mouseMove(timeline.lanes, start + QPoint(-40, 0))
    qtbot.mouseRelease(timeline.lanes, Qt.MouseButton.MiddleButton, pos=start + QPoint(-40, 0))
    assert timeline.lanes.axis == before.panned(-40)
    assert timeline.lanes.frame_at(QPointF(start + QPoint(-40, 0))) == held


def test_many_lanes_scroll_and_the_chosen_one_comes_into_view(timeline: Timeline) -> None:
    timeline.show_objects([LaneLabel(number, f"Object {number}", (9, 9, 9)) for number in range(1, 31)])
    assert timeline._down.maximum() > 0
    timeline.show_selected(30)
    layout = timeline.lanes.layout_of_lanes
    assert layout.lane_top(29) + layout.lane_height <= timeline.lanes.height()
    wheel(timeline, at(timeline, 0, None) - QPoint(60, 0), 50, Qt.KeyboardModifier.NoModifier)
    assert timeline.lanes.layout_of_lanes.scroll == 0
    timeline._down.setValue(40)
    assert timeline.lanes.layout_of_lanes.scroll == 40


def test_in_and_out_points_are_set_here_and_dragged(qtbot: QtBot, timeline: Timeline) -> None:
    changes: list[tuple[int, int]] = []
    timeline.inOutChanged.connect(lambda first, last: changes.append((first, last)))
    timeline.show_frame(100)
    qtbot.mouseClick(timeline.bar.in_button, Qt.MouseButton.LeftButton)
    timeline.show_frame(400)
    qtbot.mouseClick(timeline.bar.out_button, Qt.MouseButton.LeftButton)
    assert changes == [(100, FRAMES - 1), (100, 400)]
    handle = QPoint(round(timeline.lanes.x_of(401)) - 2, 8)
    with qtbot.assertNotEmitted(timeline.frameRequested):
        drag(qtbot, timeline, handle, at(timeline, 300, None))
    assert abs(changes[-1][1] - 300) <= 1
    timeline.clear_in_out()
    assert changes[-1] == (0, FRAMES - 1)


def test_keys_move_choose_select_and_let_go(qtbot: QtBot, timeline: Timeline) -> None:
    lanes = timeline.lanes
    asked: list[int] = []
    timeline.frameRequested.connect(asked.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Home):
        qtbot.keyClick(lanes, key)
    assert asked == [1, 2, 1, FRAMES - 1, 0]
    with qtbot.waitSignal(timeline.objectRequested) as chosen:
        qtbot.keyClick(lanes, Qt.Key.Key_Down)
    assert chosen.args == [3]
    timeline.show_selected(3)
    for _ in range(3):
        qtbot.keyClick(lanes, Qt.Key.Key_Right, SELECTING)
    assert timeline.selection == FrameSelection(0, 3, (3,))
    qtbot.keyClick(lanes, Qt.Key.Key_Left, SELECTING)
    assert timeline.selection == FrameSelection(0, 2, (3,))
    qtbot.keyClick(lanes, Qt.Key.Key_Escape)
    assert timeline.selection is None
    qtbot.keyClick(lanes, Qt.Key.Key_Plus)
    assert not lanes.axis.is_fitted
    qtbot.keyClick(lanes, Qt.Key.Key_Minus)
    assert lanes.axis.is_fitted
