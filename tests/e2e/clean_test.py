"""Cleaning over frames in the real window: seen while a slider moves, one entry of the history, painted masks stay."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lipcore.project.provenance import Provenance
from lipgui.dialogs.clean_dialog import CleanDialog
from lipgui.dialogs.mending_dialog import MendingDialog
from lipgui.dialogs.repair_dialog import RepairDialog
from lipgui.document import range_edits
from tests.e2e.conftest import Hands

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def propagated(opened: Hands) -> Hands:
    """The moving square painted on frame 0 and propagated to all others."""
    opened.paint_square()
    opened.run("propagate_forward")
    return opened


def dialog_of(hands: Hands) -> CleanDialog:
    hands.key(Qt.Key.Key_R, CONTROL | SHIFT)
    (dialog,) = hands.window.findChildren(CleanDialog)
    return dialog


def slide(hands: Hands, dialog: CleanDialog, name: str, value: int, frame: int) -> None:
    """Move a slider and wait for the preview."""
    with hands.qtbot.waitSignal(dialog.previewed, timeout=20_000, check_params_cb=lambda shown, labels: shown == frame):
        getattr(dialog.form, name).slider.setValue(value)


def areas(hands: Hands) -> list[int]:
    return [int((hands.window.document.labels(frame) == 1).sum()) for frame in range(12)]


def test_growing_is_previewed_then_done_on_all_frames_as_one_entry(propagated: Hands) -> None:
    window, document = propagated.window, propagated.window.document
    before, count = areas(propagated), document.stack.index()
    propagated.go_to(4)
    dialog = dialog_of(propagated)
    slide(propagated, dialog, "grow", 2, 4)
    assert "Shown on frame 4" in dialog.preview_label.text()
    assert (window.canvas._session.labels == 1).sum() > before[4]
    assert areas(propagated) == before  # seen, and not yet done
    propagated.go_to(5)
    propagated.qtbot.waitUntil(lambda: "Shown on frame 5" in dialog.preview_label.text())
    with propagated.qtbot.waitSignal(dialog.told, timeout=20_000) as told:
        QTest.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    assert told.args == ["Cleaned Object 1 on 11 frames."]
    assert areas(propagated)[0] == before[0]
    assert all(after > area for after, area in zip(areas(propagated)[1:], before[1:], strict=True))
    assert document.stack.index() == count + 1
    assert document.project.provenance(4, 1) == Provenance.MODEL
    propagated.do("undo")
    assert areas(propagated) == before
    propagated.do("redo")
    assert areas(propagated) != before


def test_what_is_painted_says_so_and_is_cleaned_if_asked(propagated: Hands) -> None:
    before = areas(propagated)
    dialog = dialog_of(propagated)
    dialog.form.shrink.slider.setValue(1)
    propagated.qtbot.waitUntil(lambda: "is painted, corrected or verified" in dialog.preview_label.text())
    with propagated.qtbot.waitSignal(dialog.previewed, timeout=20_000, check_params_cb=lambda shown, _: shown == 0):
        dialog.form.painted_check.click()
    with propagated.qtbot.waitSignal(dialog.told, timeout=20_000):
        dialog.start()
    assert all(after < area for after, area in zip(areas(propagated), before, strict=True))
    assert propagated.window.document.project.provenance(0, 1) == Provenance.USER


def test_a_range_of_all_objects(propagated: Hands) -> None:
    document = propagated.window.document
    propagated.do("new_object")
    for frame in range(12):
        labels = document.labels(frame).copy()
        labels[2:6, 50:60] = 2
        document.project.set_labels(frame, labels)
    before = areas(propagated)
    dialog = dialog_of(propagated)
    dialog.object_box.setCurrentIndex(0)
    assert dialog.object_ids == [1, 2]
    dialog.range.first_box.setValue(3)
    dialog.range.last_box.setValue(6)
    dialog.form.shrink.box.setValue(1)
    with propagated.qtbot.waitSignal(dialog.told, timeout=20_000) as told:
        dialog.start()
    assert told.args == ["Cleaned Object 1, Object 2 on 4 frames."]
    changed = [frame for frame in range(12) if areas(propagated)[frame] != before[frame]]
    assert changed == [3, 4, 5, 6]
    assert [(document.labels(frame) == 2).sum() for frame in (2, 3, 6, 7)] == [40, 16, 16, 40]


def test_closing_takes_the_preview_away_and_a_stop_leaves_nothing(propagated: Hands) -> None:
    before, count = areas(propagated), propagated.window.document.stack.index()
    propagated.go_to(3)
    dialog = dialog_of(propagated)
    slide(propagated, dialog, "grow", 3, 3)
    dialog.start()
    QTest.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)  # stops
    QTest.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)  # closes
    assert (propagated.window.canvas._session.labels == 1).sum() == before[3]
    assert (areas(propagated), propagated.window.document.stack.index()) == (before, count)


def test_one_dialog_alone_is_open(propagated: Hands, qtbot: QtBot) -> None:
    window = propagated.window

    def shown() -> list[type]:
        return [type(dialog) for dialog in window.findChildren(MendingDialog) if dialog.isVisible()]

    for _ in range(2):
        propagated.key(Qt.Key.Key_R, CONTROL)
        assert shown() == [RepairDialog]
    for _ in range(2):
        propagated.do("clean")
        assert shown() == [CleanDialog]
    propagated.do("repair")
    assert shown() == [RepairDialog]


def test_locked_and_nothing_chosen_are_sentences(propagated: Hands) -> None:
    dialog = dialog_of(propagated)
    dialog.start()
    assert dialog.problem_label.text() == "Move at least one slider, and choose at least one frame."
    dialog.form.grow.box.setValue(1)
    propagated.do("lock_object")
    dialog.start()
    assert "is locked" in dialog.problem_label.text()
    dialog.close()


def test_verified_frames_stay(propagated: Hands) -> None:
    before = areas(propagated)
    range_edits.verify_range(propagated.window.document, 2, 4)
    dialog = dialog_of(propagated)
    dialog.form.grow.box.setValue(1)
    with propagated.qtbot.waitSignal(dialog.told, timeout=20_000) as told:
        dialog.start()
    assert told.args == ["Cleaned Object 1 on 8 frames."]
    assert [areas(propagated)[frame] for frame in (0, 2, 3, 4)] == [before[frame] for frame in (0, 2, 3, 4)]
