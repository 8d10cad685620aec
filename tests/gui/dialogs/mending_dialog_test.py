"""A dialog that mends masks: seen on one frame first, done on all as one entry, and nothing done by what is stopped."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from threading import Event

import numpy as np
import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from lipcore.temporal.repair import RepairReport
from lipcore.temporal.track import Mask, Track
from lipcore.workflow.permission import Writer
from lipgui.basics.frame_selection import FrameSelection
from lipgui.dialogs.mending_dialog import MendingDialog, MendingForm, Task, Words
from lipgui.document import edits
from lipgui.document.document import Document
from lipgui.jobs.jobs import JobQueue
from tests.gui.document.helpers import everything, push_run, square

WORDS = Words("Halve", "Halve", "Halved {0} on {1} frames.", "Others stay.", "Choose something.")
LAST = 5  # of the frames that have a mask


class Halving(MendingForm):
    """Leaves the left half of the picture of every mask, if it is to do anything, and waits at `gate`."""

    def __init__(self) -> None:
        super().__init__()
        self.active, self.gate = True, Event()
        self.gate.set()

    def task(self) -> Task | None:
        around = lambda track, frame, frames: range(frame, frame + 1)  # noqa: E731
        return Task(self._work, Writer.MODEL, around) if self.active else None

    def _work(self, track: Track, frames: range) -> Generator[RepairReport, None, Mapping[int, Mask]]:
        done: dict[int, Mask] = {}
        for frame in frames:
            self.gate.wait(20)
            mask = track.mask(frame).copy()
            mask[:, 8:] = False
            done[frame] = mask
            yield RepairReport(len(done), len(frames))
        return done


@pytest.fixture
def form(qapp: object) -> Halving:
    return Halving()


@pytest.fixture
def dialog(document: Document, queue: JobQueue, form: Halving, keep: Callable[[QDialog], None]) -> MendingDialog:
    """The dialog over a document whose object has a mask of a run on frames 0 to LAST."""
    for frame in range(LAST + 1):
        push_run(document, frame, job=1)
    made = MendingDialog(document, queue, None, None, form=form, words=WORDS, settled_ms=0, offers_all=True)
    keep(made)
    return made


def wait_for_words(qtbot: QtBot, dialog: MendingDialog, words: str) -> None:
    qtbot.waitUntil(lambda: words in dialog.preview_label.text())


def test_the_frame_in_view_is_shown_as_it_would_be(qtbot: QtBot, dialog: MendingDialog, document: Document) -> None:
    before = everything(document)
    with qtbot.waitSignal(dialog.previewed) as previewed:
        document.go_to(3)
    assert previewed.args[0] == 3
    wanted = square(3, 3)
    wanted[:, 8:] = False
    np.testing.assert_array_equal(previewed.args[1] == 1, wanted)
    assert dialog.preview_label.text().startswith("Shown on frame 3: 50 pixels change")
    assert everything(document) == before


def test_a_preview_that_comes_too_late_for_its_frame_is_not_shown(
    qtbot: QtBot, dialog: MendingDialog, queue: JobQueue, form: Halving, document: Document
) -> None:
    form.gate.clear()
    qtbot.waitUntil(lambda: queue.current is not None)  # of frame 0
    shown: list[int] = []
    dialog.previewed.connect(lambda frame, labels: shown.append(frame))
    document.go_to(3)
    form.gate.set()
    assert queue.current is not None
    queue.current.wait(10_000)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [3]


def test_it_is_done_on_all_frames_as_one_entry(qtbot: QtBot, dialog: MendingDialog, document: Document) -> None:
    before, count = everything(document), document.stack.count()
    with qtbot.waitSignal(dialog.told) as told:
        dialog.apply_button.click()
    assert told.args == [f"Halved Object 1 on {LAST + 1} frames."]
    assert not any(document.labels(frame)[:, 8:].any() for frame in range(12))
    assert document.labels(0).any()
    assert document.stack.count() == count + 1
    document.undo()
    assert everything(document) == before


def test_frames_that_are_not_chosen_stay(qtbot: QtBot, dialog: MendingDialog, document: Document) -> None:
    dialog.range.offer(FrameSelection(2, 3))
    dialog.range.range_box.setCurrentText("Selected on the timeline")
    wait_for_words(qtbot, dialog, "Frame 0 is not among them.")
    with qtbot.waitSignal(dialog.told) as told:
        dialog.apply_button.click()
    assert told.args == ["Halved Object 1 on 2 frames."]
    assert [bool(document.labels(frame)[:, 8:].any()) for frame in range(5)] == [True, True, False, False, True]


def test_a_frame_that_is_painted_stays_and_says_so(qtbot: QtBot, dialog: MendingDialog, document: Document) -> None:
    edits.paint(document, square(5, 5))
    wait_for_words(qtbot, dialog, "Frame 0 is painted, corrected or verified: it stays.")
    document.go_to(LAST + 1)
    wait_for_words(qtbot, dialog, f"Nothing changes on frame {LAST + 1}.")


def test_what_is_edited_meanwhile_is_left(
    qtbot: QtBot, dialog: MendingDialog, form: Halving, document: Document
) -> None:
    wait_for_words(qtbot, dialog, "Shown on frame 0")
    form.gate.clear()
    dialog.apply_button.click()
    assert not dialog.apply_button.isEnabled()
    edits.paint(document, square(20, 20), frame=2)
    with qtbot.waitSignal(dialog.told) as told:
        form.gate.set()
    assert told.args == [f"Halved Object 1 on {LAST} frames. 1 that you edited meanwhile were left as they are."]
    assert document.labels(2)[20, 20] == 1


def test_stopping_changes_nothing_and_the_dialog_stays(
    qtbot: QtBot, dialog: MendingDialog, queue: JobQueue, form: Halving, document: Document
) -> None:
    wait_for_words(qtbot, dialog, "Shown on frame 0")
    before = everything(document)
    form.gate.clear()
    dialog.show()
    dialog.apply_button.click()
    assert dialog.close_button.text() == "Stop"
    with qtbot.waitSignal(queue.job_ended):
        dialog.close_button.click()
        form.gate.set()
    assert everything(document) == before
    assert (dialog.isVisible(), dialog.close_button.text()) == (True, "Close")
    dialog.close_button.click()
    assert not dialog.isVisible()


def test_what_cannot_be_done_is_said(qtbot: QtBot, dialog: MendingDialog, form: Halving, document: Document) -> None:
    wait_for_words(qtbot, dialog, "Shown on frame 0")
    form.active = False
    dialog.apply_button.click()
    assert dialog.problem_label.text() == WORDS.nothing
    form.active = True
    edits.edit_object(document, replace(document.project.objects[1], locked=True), "Lock")
    dialog.apply_button.click()
    assert "locked" in dialog.problem_label.text()
    assert not dialog.is_working


def test_it_closes_with_the_document(qtbot: QtBot, dialog: MendingDialog, document: Document) -> None:
    dialog.show()
    document.close()
    assert not dialog.isVisible()
