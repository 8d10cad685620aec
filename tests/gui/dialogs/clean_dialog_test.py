"""What is chosen to be cleaned becomes the task, for the frame alone, and only painted masks if asked for."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lipcore.temporal.cleaning import CleanOptions
from lipcore.temporal.track import FunctionTrack, Mask
from lipcore.workflow.permission import Writer
from lipgui.dialogs.clean_dialog import CleanForm


@pytest.fixture
def form(qtbot: QtBot) -> CleanForm:
    made = CleanForm()
    qtbot.addWidget(made)
    return made


def test_untouched_there_is_nothing_to_do(form: CleanForm) -> None:
    assert form.task() is None
    form.painted_check.click()  # says whose masks, but not what to do
    assert form.task() is None


def test_each_slider_is_its_own_option_and_is_told(form: CleanForm, qtbot: QtBot) -> None:
    for number, slider in enumerate((form.holes, form.specks, form.grow, form.shrink, form.smooth), start=1):
        with qtbot.waitSignal(form.changed):
            slider.slider.setValue(number)
    assert form.options == CleanOptions(holes=1, specks=2, grow=3, shrink=4, smooth=5)


@pytest.mark.parametrize(("painted", "by"), [(False, Writer.MODEL), (True, Writer.REPLACEMENT)])
def test_painted_masks_are_changed_only_if_asked_for(form: CleanForm, painted: bool, by: Writer) -> None:
    form.grow.slider.setValue(1)
    form.painted_check.setChecked(painted)
    task = form.task()
    assert task is not None
    assert task.by is by


def test_the_task_cleans_and_looks_at_no_frame_beside(form: CleanForm) -> None:
    mask = np.zeros((20, 20), bool)
    mask[5:10, 5:10] = True
    track = FunctionTrack(9, lambda frame: mask, lambda frame: np.zeros((20, 20, 3), np.uint8))
    form.grow.slider.setValue(1)
    task = form.task()
    assert task is not None
    assert task.around(track, 4, range(9)) == range(4, 5)
    found: list[Mapping[int, Mask]] = []

    def work() -> Generator[object, None, None]:
        found.append((yield from task.work(track, range(4, 5))))

    for _ in work():
        pass
    (after,) = found[0].values()
    assert after.sum() > mask.sum()
    assert after[mask].all()
