"""Repair over time in the real window: previewed on the frame in view, one entry of the history, painted masks stay."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lipcore.project.provenance import Provenance
from lipgui.dialogs.repair_dialog import RepairDialog
from lipgui.document import edits, range_edits
from tests.e2e.conftest import Hands
from tests.helpers import MovingSquare


@pytest.fixture
def gappy(opened: Hands) -> Hands:
    """The moving square on all frames but 4, 5 and 8."""
    opened.paint_square()
    opened.run("propagate_forward")
    for first, last in ((4, 5), (8, 8)):
        range_edits.clear_range(opened.window.document, first, last)
    return opened


def dialog_of(hands: Hands) -> RepairDialog:
    hands.key(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    dialog = hands.window.findChild(RepairDialog)
    assert dialog is not None
    return dialog


def apply(hands: Hands, dialog: RepairDialog) -> None:
    with hands.qtbot.waitSignal(dialog.told, timeout=20_000):
        QTest.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)


def masked(hands: Hands) -> list[int]:
    return [frame for frame in range(12) if hands.window.document.labels(frame).any()]


def test_gaps_are_previewed_then_filled_as_one_entry(gappy: Hands, moving_square: MovingSquare, qtbot: QtBot) -> None:
    window, document = gappy.window, gappy.window.document
    gappy.go_to(4)
    dialog = dialog_of(gappy)
    with qtbot.waitSignal(dialog.previewed, timeout=20_000, check_params_cb=lambda frame, labels: frame == 4):
        dialog.form.gaps_box.setValue(4)
    assert "Shown on frame 4" in dialog.preview_label.text()
    assert (window.canvas._session.labels == 1).any()  # seen
    assert not document.labels(4).any()  # and not yet done
    count = document.stack.index()
    apply(gappy, dialog)
    assert masked(gappy) == list(range(12))
    assert document.stack.index() == count + 1
    truth = moving_square.truth[4] == 1
    assert ((document.labels(4) == 1) & truth).sum() / ((document.labels(4) == 1) | truth).sum() > 0.7
    assert document.project.provenance(4, 1) == Provenance.MODEL
    assert document.project.provenance(0, 1) == Provenance.USER
    gappy.do("undo")
    assert masked(gappy) == [0, 1, 2, 3, 6, 7, 9, 10, 11]


def test_closing_the_dialog_takes_the_preview_away(gappy: Hands, qtbot: QtBot) -> None:
    gappy.go_to(8)
    dialog = dialog_of(gappy)
    with qtbot.waitSignal(dialog.previewed, timeout=20_000, check_params_cb=lambda frame, labels: frame == 8):
        dialog.form.gaps_box.setValue(2)
    QTest.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    assert not gappy.window.canvas._session.labels.any()
    assert masked(gappy) == [0, 1, 2, 3, 6, 7, 9, 10, 11]


def test_what_a_person_paints_meanwhile_stays(gappy: Hands) -> None:
    document = gappy.window.document
    dialog = dialog_of(gappy)
    dialog.form.gaps_box.setValue(4)
    mine = np.zeros((48, 64), bool)
    mine[:5, :5] = True
    with gappy.qtbot.waitSignal(dialog.told, timeout=20_000) as told:
        dialog.start()
        edits.paint(document, mine, frame=5)
    assert (document.labels(5) == 1).sum() == 25
    assert document.labels(4).any()
    assert "1 that you edited meanwhile" in told.args[0]


@pytest.mark.parametrize(("action", "sentence"), [("lock_object", "is locked"), ("remove_object", "was removed")])
def test_an_object_that_is_locked_or_removed_meanwhile_stays(gappy: Hands, action: str, sentence: str) -> None:
    dialog = dialog_of(gappy)
    with gappy.qtbot.waitSignal(gappy.window.editing.repair_queue.job_ended, timeout=20_000):
        dialog.start()
        gappy.do(action)
    assert sentence in dialog.problem_label.text()
    assert not gappy.window.document.labels(4).any()
    dialog.close()


def test_a_locked_object_is_refused_with_a_sentence(gappy: Hands) -> None:
    gappy.do("lock_object")
    dialog = dialog_of(gappy)
    dialog.start()
    assert "is locked" in dialog.problem_label.text()
    dialog.close()
