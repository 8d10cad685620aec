"""What is chosen to be repaired becomes the options, and which frames decide about one."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lipcore.temporal.repair import RepairOptions
from lipcore.temporal.track import FunctionTrack
from lipcore.workflow.permission import Writer
from lipgui.dialogs.repair_dialog import RepairForm


@pytest.fixture
def form(qtbot: QtBot) -> RepairForm:
    made = RepairForm()
    qtbot.addWidget(made)
    return made


def track(*painted: int) -> FunctionTrack:
    empty = np.zeros((4, 4), bool)
    return FunctionTrack(100, lambda frame: empty, lambda frame: np.zeros((4, 4, 3), np.uint8), frozenset(painted))


def test_gaps_and_flicker_are_chosen_at_first_and_may_all_be_left_out(form: RepairForm) -> None:
    assert form.options == RepairOptions(gaps=3, flicker=1)
    form.gaps_check.click()
    form.flicker_check.click()
    assert form.options == RepairOptions()
    assert form.task() is None


def test_each_choice_is_told(form: RepairForm, qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.changed):
        form.interpolate_check.click()
    with qtbot.waitSignal(form.changed):
        form.gaps_box.setValue(7)
    with qtbot.waitSignal(form.changed):
        form.smooth_check.click()
    assert form.options == RepairOptions(interpolate=True, gaps=7, flicker=1, smooth=1)


def test_one_frame_is_called_one(form: RepairForm) -> None:
    assert (form.gaps_box.text(), form.flicker_box.text()) == ("3 frames", "1 frame")
    form.gaps_box.setValue(1)
    form.flicker_box.setValue(2)
    assert (form.gaps_box.text(), form.flicker_box.text()) == ("1 frame", "2 frames")


def test_a_preview_looks_as_far_as_the_repairs_reach_but_not_out_of_the_range(form: RepairForm) -> None:
    task, reach = form.task(), form.options.reach
    assert task is not None
    assert task.by is Writer.MODEL
    assert task.around(track(), 50, range(100)) == range(50 - reach, 51 + reach)
    assert task.around(track(), 50, range(49, 52)) == range(49, 52)


@pytest.mark.parametrize(
    ("painted", "frames"), [((20, 90), range(20, 91)), ((48, 52), range(44, 57)), ((20,), range(20, 57)), ((), None)]
)
def test_shapes_passed_on_are_decided_by_the_painted_frames_around(
    form: RepairForm, painted: tuple[int, ...], frames: range | None
) -> None:
    form.interpolate_check.click()
    assert form.options.reach == 6
    task = form.task()
    assert task is not None
    assert task.around(track(*painted), 50, range(100)) == (frames or range(44, 57))
