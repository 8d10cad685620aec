"""Propagating: stopping, painting and scrubbing meanwhile, and whose cells are never overwritten."""

from __future__ import annotations

import math
from collections.abc import Iterator
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipcore.learning.reports import TuneReport
from lipcore.project.provenance import Provenance
from lipgui.document import edits, range_edits
from tests.e2e.conftest import Hands
from tests.helpers import FailingSegmenter, FakeSegmenter, MovingSquare, shifted


@pytest.fixture
def painted(opened: Hands) -> Hands:
    """The moving square with its first frame painted."""
    opened.paint_square()
    return opened


def square(top: int, left: int) -> np.ndarray:
    mask = np.zeros((48, 64), bool)
    mask[top : top + 6, left : left + 6] = True
    return mask


class TestWhileItRuns:
    @pytest.fixture
    def segmenter(self, gate: Event) -> FakeSegmenter:
        """One that waits after five frames until the gate opens."""
        return FakeSegmenter(gate=gate, gate_after=5)

    def wait_for_five(self, hands: Hands, qtbot: QtBot) -> None:
        reached = []
        hands.window.segmentation.framesReached.connect(lambda first, last: reached.append(first))
        hands.begin("propagate_forward")
        qtbot.waitUntil(lambda: len(reached) == 5, timeout=20_000)

    def test_stopping_keeps_every_finished_frame(self, painted: Hands, gate: Event, qtbot: QtBot) -> None:
        self.wait_for_five(painted, qtbot)
        with qtbot.waitSignal(painted.window.segmentation.ended, timeout=20_000) as ended:
            painted.window.job_panel.stop_button.click()
            gate.set()
        assert "stopped" in ended.args[0]
        done = [frame for frame in range(12) if painted.window.document.labels(frame).any()]
        assert done in ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5])

    def test_the_key_that_starts_also_stops(self, painted: Hands, gate: Event, qtbot: QtBot) -> None:
        self.wait_for_five(painted, qtbot)
        with qtbot.waitSignal(painted.window.segmentation.ended, timeout=20_000):
            painted.key(Qt.Key.Key_F)
            gate.set()
        assert not painted.window.document.labels(11).any()

    def test_another_job_waits_for_the_running_one(self, painted: Hands, gate: Event, qtbot: QtBot) -> None:
        segmentation, ended = painted.window.segmentation, []
        segmentation.ended.connect(ended.append)
        painted.do("tune")
        painted.do("propagate_forward")
        assert painted.window.job_panel.queue_label.text() == "then Propagate forward"
        qtbot.waitUntil(lambda: len(painted.segmenter.ranges) == 1, timeout=20_000)
        gate.set()
        qtbot.waitUntil(lambda: len(ended) == 2, timeout=20_000)
        assert painted.segmenter.calls == ["tune", "propagate"]  # in the tuned state, without restoring
        assert painted.window.document.tuned_weights() == b"1:5"
        assert painted.window.document.labels(11).any()

    def test_an_object_removed_meanwhile_does_not_come_back(self, painted: Hands, gate: Event, qtbot: QtBot) -> None:
        self.wait_for_five(painted, qtbot)
        painted.do("remove_object")
        with qtbot.waitSignal(painted.window.segmentation.ended, timeout=20_000):
            gate.set()
        assert not painted.window.document.project.areas[:, 1].any()

    def test_a_frame_painted_meanwhile_is_left_as_it_is(self, painted: Hands, gate: Event, qtbot: QtBot) -> None:
        document = painted.window.document
        self.wait_for_five(painted, qtbot)
        painted.go_to(8)
        edits.paint(document, square(2, 2))
        mine = document.labels(8).copy()
        with qtbot.waitSignal(painted.window.segmentation.ended, timeout=20_000) as ended:
            gate.set()
        assert np.array_equal(document.labels(8), mine)
        assert "1 mask that you edited meanwhile was left as it is" in ended.args[0]
        assert document.labels(9).any()
        texts = [document.stack.text(index) for index in range(document.stack.count())]
        assert texts[-3:] == ["Propagate forward", "Paint", "Propagate forward"]

    def test_scrubbing_shows_finished_and_unfinished_frames(self, painted: Hands, gate: Event, qtbot: QtBot) -> None:
        self.wait_for_five(painted, qtbot)
        for frame in (3, 10, 1, 0):
            painted.go_to(frame)
        assert painted.window.queue.current is not None
        with qtbot.waitSignal(painted.window.segmentation.ended, timeout=20_000):
            gate.set()

    def test_closing_the_window_stops_the_job_and_waits_for_it(self, painted: Hands, gate: Event, qtbot: QtBot) -> None:
        window = painted.window
        self.wait_for_five(painted, qtbot)
        window.close()
        assert window.isVisible()
        window.stage.notice.button.click()  # stop and close
        gate.set()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
        assert window.queue.current is None
        assert not window.document.is_open


class TestPreparing:
    @pytest.fixture
    def segmenter(self, gate: Event) -> FakeSegmenter:
        """One that prepares four frames before its first step, and waits after two of them until the gate opens."""

        class Preparing(FakeSegmenter):
            def tune(self, *given: object, **named: object) -> Iterator[TuneReport]:  # type: ignore[override]
                for done in range(5):
                    self._wait(done)
                    yield TuneReport(0, 5, math.nan, {}, 0.01, done, 4)
                yield from super().tune(*given, **named)  # type: ignore[arg-type]

        return Preparing(gate=gate, gate_after=2)

    def test_the_strip_shows_it_and_stop_leaves_no_trace(self, painted: Hands, gate: Event, qtbot: QtBot) -> None:
        window, panel = painted.window, painted.window.job_panel
        history = window.document.stack.count()
        painted.do("tune")
        qtbot.waitUntil(lambda: panel.progress_bar.value() == 2, timeout=20_000)
        assert (panel.progress_bar.maximum(), panel.text_label.text()) == (4, "Looking at the painted frames…")
        assert panel.sparkline.count == 0
        with qtbot.waitSignal(window.segmentation.ended, timeout=20_000) as ended:
            panel.stop_button.click()
            gate.set()
        assert ended.args[0].startswith("Tune stopped after 0 iterations")
        assert painted.segmenter.calls == []
        assert (window.document.tuned_weights(), window.document.stack.count()) == (b"", history)

    def test_then_steps_are_counted(self, painted: Hands, gate: Event) -> None:
        gate.set()
        with painted.qtbot.waitSignal(painted.window.segmentation.ended, timeout=20_000) as ended:
            painted.do("tune")
        assert ended.args[0].startswith("Tune done after 5 iterations")


def test_a_persons_cells_are_never_overwritten(painted: Hands, moving_square: MovingSquare) -> None:
    document = painted.window.document
    painted.run("propagate_forward")
    document.go_to(3)
    edits.paint(document, square(0, 40))
    document.go_to(5)
    range_edits.verify_range(document, 5, 5)
    kept = {frame: document.labels(frame).copy() for frame in (0, 3, 5)}
    document.go_to(0)
    painted.run("propagate_both")
    for frame, labels in kept.items():
        assert np.array_equal(document.labels(frame), labels), frame
    assert document.project.provenance(3, 1) == Provenance.CORRECTED
    assert document.project.provenance(5, 1) == Provenance.VERIFIED


def test_a_correction_is_carried_on_up_to_the_next_annotated_frame(painted: Hands) -> None:
    document = painted.window.document
    painted.run("propagate_forward")
    for frame in (4, 9):
        document.go_to(frame)
        edits.paint(document, square(0, 40))
    before = [document.labels(frame).copy() for frame in range(12)]
    document.go_to(4)
    painted.run("propagate_forward")
    assert painted.segmenter.ranges[-1] == (range(4, 9), "forward")
    assert np.array_equal(document.labels(6), shifted(before[4], 2))
    assert all(np.array_equal(document.labels(frame), before[frame]) for frame in (0, 1, 2, 3, 9, 10, 11))


def test_a_correction_can_be_compared_with_what_was_there_before(painted: Hands) -> None:
    window = painted.window
    document = window.document
    painted.run("propagate_forward")
    before = document.labels(6).copy()
    document.go_to(4)
    edits.paint(document, square(0, 40))
    painted.run("propagate_forward")
    assert not np.array_equal(document.labels(6), before)
    assert np.array_equal(document.before_last_run(6), before)
    painted.go_to(6)
    painted.key(Qt.Key.Key_K)
    assert np.array_equal(window.canvas.picture.compositor.onion, before)
    painted.key(Qt.Key.Key_K)
    assert window.canvas.picture.compositor.onion is None


class TestCorrecting:
    """R: tune from the weights as they are with all annotated frames, and run again what depends on the frame."""

    def test_it_is_one_entry_of_weights_and_masks(self, painted: Hands) -> None:
        window, document = painted.window, painted.window.document
        painted.run("tune")
        painted.run("propagate_forward")
        for frame in (4, 9):
            document.go_to(frame)
            edits.paint(document, square(0, 40))
        before = [document.labels(frame).copy() for frame in range(12)]
        state, entries = document.tuned_weights(), document.stack.count()
        document.go_to(4)
        ended = correct(painted)
        assert painted.segmenter.tuned_on[-1] == (0, 4, 9)
        assert painted.segmenter.ranges[-1] == (range(1, 9), "both")
        assert ended[1].startswith("Correct done: 8 frames")
        assert "4 changed" in ended[1]  # 5 to 8: the fake carries masks from the frame before
        assert document.tuned_weights() != state
        assert document.stack.count() == entries + 1
        assert document.before_last_run(6) is not None
        assert np.array_equal(document.before_last_run(6), before[6])
        after = [document.labels(frame).copy() for frame in range(12)]
        assert all(np.array_equal(after[frame], before[frame]) for frame in (0, 4, 9, 10, 11))
        new_state = document.tuned_weights()
        painted.do("undo")
        assert document.tuned_weights() == state
        assert all(np.array_equal(document.labels(frame), before[frame]) for frame in range(12))
        painted.do("redo")
        assert document.tuned_weights() == new_state
        assert all(np.array_equal(document.labels(frame), after[frame]) for frame in range(12))
        assert window.queue.current is None

    def test_what_was_never_propagated_backward_is_not_touched_there(self, painted: Hands) -> None:
        document = painted.window.document
        document.go_to(4)
        edits.paint(document, square(0, 40))
        correct(painted)
        assert painted.segmenter.ranges[-1] == (range(4, 12), "forward")
        assert not document.labels(2).any()

    def test_a_frame_that_nobody_corrected_is_refused(self, painted: Hands) -> None:
        painted.window.document.go_to(5)
        painted.do("correct")
        assert "Correct the masks of frame 5 first" in painted.window.stage.notice.text
        assert painted.window.queue.current is None


class TestCorrectingFails:
    @pytest.fixture
    def segmenter(self) -> FakeSegmenter:
        return FailingSegmenter(LipError("The GPU is out of memory: choose a smaller size or the CPU."), steps=0)

    def test_without_new_weights_nothing_is_run_again(self, painted: Hands) -> None:
        painted.run("correct")
        assert painted.window.queue.current is None
        assert "propagate" not in painted.segmenter.calls
        assert "out of memory" in painted.window.stage.notice.text


def correct(hands: Hands) -> list[str]:
    """Correct, wait for both runs, and give what each said at its end."""
    ended: list[str] = []
    hands.window.segmentation.ended.connect(ended.append)
    hands.do("correct")
    hands.qtbot.waitUntil(lambda: len(ended) == 2, timeout=20_000)
    hands.window.segmentation.ended.disconnect(ended.append)
    return ended


def test_a_new_object_on_a_later_frame_does_not_end_the_others(painted: Hands) -> None:
    document = painted.window.document
    document.go_to(6)
    painted.do("new_object")
    edits.paint(document, square(30, 40))
    document.go_to(0)
    painted.run("propagate_forward")
    assert painted.segmenter.ranges[-1] == (range(12), "forward")


def test_one_object_can_be_run_again_over_a_range(painted: Hands, moving_square: MovingSquare) -> None:
    document = painted.window.document
    painted.do("new_object")
    edits.paint(document, square(2, 2))
    painted.run("propagate_forward")
    range_edits.clear_range(document, 3, 6)
    with painted.qtbot.waitSignal(painted.window.segmentation.ended):
        painted.window.timeline.rerunRangeRequested.emit(3, 6, (1,))
    assert np.array_equal(document.labels(4), moving_square.truth[4])
    assert not (document.labels(4) == 2).any()


def test_nothing_painted_is_told_and_nothing_starts(opened: Hands) -> None:
    opened.do("tune")
    assert "Paint at least one object" in opened.window.stage.notice.text
    assert opened.window.queue.current is None


def test_a_locked_object_is_not_changed_by_propagation(painted: Hands) -> None:
    document = painted.window.document
    painted.do("lock_object")
    painted.run("propagate_forward")
    assert not document.labels(4).any()


class TestWhenItFails:
    @pytest.fixture
    def segmenter(self) -> FakeSegmenter:
        return FailingSegmenter(LipError("The GPU is out of memory: choose a smaller size or the CPU."), frames=4)

    def test_finished_frames_stay_and_the_sentence_is_shown(self, painted: Hands) -> None:
        painted.run("propagate_forward")
        assert "out of memory" in painted.window.stage.notice.text
        assert painted.window.document.labels(3).any()
        assert not painted.window.document.labels(5).any()
        painted.run("tune")
        assert painted.window.document.tuned_weights()


def test_tuning_rolls_back_with_undo_and_by_its_action(painted: Hands) -> None:
    document = painted.window.document
    painted.run("tune")
    first = document.tuned_weights()
    painted.run("tune")
    second = document.tuned_weights()
    assert first != second
    painted.do("roll_back")
    assert document.tuned_weights() == first
    painted.do("undo")
    assert document.tuned_weights() == second
    painted.do("undo")
    painted.do("undo")
    assert document.tuned_weights() == b""
    painted.run("propagate_forward")
    assert painted.segmenter.tuned_weights() == b""
