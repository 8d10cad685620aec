"""Objects: added, chosen by key and click, renamed, hidden, locked, swapped, merged, split, removed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from lipcore.errors import LipError
from lipgui.document import edits, range_edits
from tests.e2e.conftest import Hands


def square(top: int, left: int) -> np.ndarray:
    mask = np.zeros((48, 64), bool)
    mask[top : top + 10, left : left + 10] = True
    return mask


@pytest.fixture
def two(opened: Hands) -> Hands:
    """Object 1 on the left and object 2 on the right, on frames 0 and 1."""
    document = opened.window.document
    opened.do("new_object")
    for frame in (0, 1):
        document.go_to(frame)
        for object_id, left in ((1, 5), (2, 45)):
            document.select_object(object_id)
            edits.paint(document, square(20, left), frame=frame)
    document.select_object(1)
    opened.go_to(0)
    return opened


def test_number_keys_choose_and_say_when_there_is_nothing_to_choose(two: Hands) -> None:
    document = two.window.document
    two.key(Qt.Key.Key_2)
    assert document.object_id == 2
    assert two.window.objects.selected == 2
    two.key(Qt.Key.Key_7)
    assert document.object_id == 2
    assert "press N" in two.window.status.currentMessage()


def test_alt_click_picks_the_object_under_the_cursor(two: Hands) -> None:
    QTest.mouseClick(
        two.window.canvas.viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier, two.point(50, 25)
    )
    assert two.window.document.object_id == 2


def test_the_list_renames_recolours_hides_and_locks_and_undo_takes_each_back(two: Hands) -> None:
    document, panel = two.window.document, two.window.objects
    panel.objectRenamed.emit(1, "Cat")
    panel.objectRecoloured.emit(1, QColor(10, 20, 30))
    panel.visibilityChanged.emit(1, False)
    panel.lockChanged.emit(1, True)
    each = document.project.objects[1]
    assert (each.name, each.colour, each.hidden, each.locked) == ("Cat", (10, 20, 30), True, True)
    assert document.palette()[1].tolist() == [10, 20, 30]
    for _ in range(4):
        two.do("undo")
    assert document.project.objects[1].name == "Object 1"
    assert not document.project.objects[1].locked


def test_an_empty_name_is_refused_with_a_sentence(two: Hands) -> None:
    two.window.objects.objectRenamed.emit(1, "  ")
    assert "name" in two.window.stage.notice.text
    assert two.window.document.project.objects[1].name == "Object 1"


def test_painting_over_a_locked_object_leaves_it(two: Hands) -> None:
    document = two.window.document
    two.do("lock_object")
    document.select_object(2)
    two.key(Qt.Key.Key_B)
    two.window.looking.set_brush_size(20)
    two.drag((5, 25), (50, 25))
    assert (document.labels(0)[20:30, 5:15] == 1).all()
    assert document.labels(0)[25, 30] == 2


def choose_other(hands: Hands, action: str) -> None:
    hands.do(action)
    menu = hands.window.findChild(QMenu, "otherObjects")
    assert menu is not None
    menu.actions()[-1].trigger()
    menu.close()


def test_two_objects_change_their_identities_in_the_range(two: Hands) -> None:
    document = two.window.document
    choose_other(two, "swap_objects")
    assert document.labels(0)[25, 8] == 2
    assert document.labels(1)[25, 48] == 1
    two.do("undo")
    assert document.labels(0)[25, 8] == 1


def test_one_object_is_merged_into_another(two: Hands) -> None:
    choose_other(two, "merge_objects")
    assert (two.window.document.labels(0)[25, [8, 48]] == 2).all()


def test_an_object_is_split_from_the_shown_frame_on(two: Hands) -> None:
    document = two.window.document
    document.go_to(1)
    two.do("split_object")
    assert document.labels(0)[25, 8] == 1
    assert document.labels(1)[25, 8] == 3
    assert document.object_id == 3
    two.do("undo")
    assert document.labels(1)[25, 8] == 1
    assert 3 not in document.project.objects


def test_a_connected_part_is_split_off_from_the_shown_frame_to_the_end_of_the_range(two: Hands) -> None:
    document = two.window.document
    for frame, left in ((0, 30), (1, 31)):  # a second, smaller part of object 1
        edits.paint(document, square(20, left) & square(14, left), frame=frame)
    before = [document.labels(frame).copy() for frame in (0, 1)]
    two.do("split_part")
    menu = two.window.findChild(QMenu, "parts")
    assert menu is not None
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts == ["100 pixels at 5, 20", "40 pixels at 30, 20"]
    menu.actions()[-1].trigger()
    menu.close()
    assert document.object_id == 3
    assert document.project.objects[3].name == "Object 1 (2)"
    for frame, left in ((0, 30), (1, 31)):
        assert (document.labels(frame)[20:24, left : left + 10] == 3).all()
        assert document.labels(frame)[25, 8] == 1
        assert document.project.provenance(frame, 3) == document.project.provenance(frame, 1)
    two.do("undo")
    assert all(np.array_equal(document.labels(frame), before[frame]) for frame in (0, 1))
    assert 3 not in document.project.objects


def test_an_object_in_one_piece_has_nothing_to_split_off(two: Hands) -> None:
    two.do("split_part")
    assert "in one piece" in two.window.stage.notice.text
    two.do("clear_frame")
    two.do("split_part")
    assert "no mask on frame 0" in two.window.stage.notice.text


def test_swapping_moves_the_boxes_with_the_pixels_and_spares_locked_objects(two: Hands) -> None:
    document = two.window.document
    document.project.set_instance(0, 1, 0.5, (5.0, 20.0, 15.0, 30.0))
    choose_other(two, "swap_objects")
    assert document.cell(0, 2).box == (5.0, 20.0, 15.0, 30.0)
    assert document.cell(0, 2).score == 0.5
    assert document.cell(0, 1).box is None
    two.do("lock_object")
    before = document.labels(0).copy()
    with pytest.raises(LipError, match="is locked"):
        range_edits.swap_objects(document, 0, 11, 1, 2)
    assert np.array_equal(document.labels(0), before)


def test_removing_an_object_takes_its_masks_and_undo_brings_them_back(two: Hands) -> None:
    document = two.window.document
    two.window.objects.objectRemoved.emit(1)
    assert not (document.labels(1) == 1).any()
    assert document.object_id == 2
    two.do("undo")
    assert (document.labels(1) == 1).any()


def test_del_clears_the_object_on_the_frame_alone(two: Hands) -> None:
    document = two.window.document
    two.key(Qt.Key.Key_Delete)
    assert not (document.labels(0) == 1).any()
    assert (document.labels(1) == 1).any()
    assert (document.labels(0) == 2).any()


def test_a_mask_is_copied_from_the_frame_before(two: Hands) -> None:
    document = two.window.document
    document.go_to(2)
    two.do("copy_previous")
    assert np.array_equal(document.labels(2) == 1, document.labels(1) == 1)
    assert not (document.labels(2) == 2).any()
    document.go_to(9)
    two.do("copy_previous")
    assert "no mask on frame 8" in two.window.stage.notice.text


@pytest.mark.parametrize(("action", "more"), [("grow", True), ("shrink", False)])
def test_a_mask_grows_and_shrinks(two: Hands, action: str, more: bool) -> None:
    document = two.window.document
    before = int((document.labels(0) == 1).sum())
    two.do(action)
    assert (int((document.labels(0) == 1).sum()) > before) is more
    two.do("undo")
    assert int((document.labels(0) == 1).sum()) == before


def test_holes_are_filled_and_islands_removed(two: Hands) -> None:
    document = two.window.document
    whole = document.labels(0).copy()
    hole = np.zeros((48, 64), bool)
    hole[24:26, 9:11] = True
    edits.paint(document, hole, erase=True)
    two.do("fill_holes")
    assert np.array_equal(document.labels(0), whole)
    island = np.zeros((48, 64), bool)
    island[40, 60] = True
    edits.paint(document, island)
    two.do("remove_islands")
    assert np.array_equal(document.labels(0), whole)
