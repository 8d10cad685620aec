"""Long runs: results come as they are found, a stop keeps them and Continue goes on; steps instead of whole runs."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lipcore.project.provenance import Provenance
from lipgui.controllers import segmentation
from lipgui.document import edits
from tests.e2e.conftest import Hands
from tests.helpers import FakeSegmenter, MovingSquare


@pytest.fixture
def painted(opened: Hands) -> Hands:
    """The moving square with its first frame painted."""
    opened.paint_square()
    return opened


def mask(top: int, left: int, side: int = 6) -> np.ndarray:
    found = np.zeros((48, 64), bool)
    found[top : top + side, left : left + side] = True
    return found


def frames_with_masks(hands: Hands) -> list[int]:
    return [frame for frame in range(12) if hands.window.document.labels(frame).any()]


class TestBothWays:
    @pytest.fixture
    def segmenter(self, gate: Event) -> FakeSegmenter:
        """One that waits after five results until the gate opens."""
        return FakeSegmenter(gate=gate, gate_after=5)

    @pytest.fixture
    def corrected(self, painted: Hands, gate: Event, moving_square: MovingSquare) -> Hands:
        """Painted on frames 0 and 11."""
        document = painted.window.document
        document.go_to(11)
        edits.paint(document, moving_square.truth[11] > 0)
        return painted

    def test_the_first_way_is_shown_counted_and_kept_by_a_stop_and_continue_goes_on(
        self, corrected: Hands, gate: Event, qtbot: QtBot
    ) -> None:
        window = corrected.window
        document, counted = window.document, list[tuple[int, int]]()
        window.segmentation.progressed.connect(lambda done, total: counted.append((done, total)))
        corrected.begin("propagate_both")
        qtbot.waitUntil(lambda: len(counted) == 5, timeout=20_000)
        assert counted[-1] == (5, 11 + 10 + 1)
        assert frames_with_masks(corrected) == [0, 1, 2, 3, 4, 5, 11]
        assert window.job_panel.progress_bar.maximum() == 22
        with qtbot.waitSignal(window.segmentation.ended, timeout=20_000) as ended:
            window.job_panel.stop_button.click()
            gate.set()
        assert "frames left, see Continue" in ended.args[0]
        kept = frames_with_masks(corrected)
        assert kept[:6] == [0, 1, 2, 3, 4, 5]
        entries = document.stack.count()
        corrected.run("continue_run")
        assert frames_with_masks(corrected) == list(range(12))
        assert document.stack.count() == entries  # one entry of the history
        assert not window.actions_by_name["continue_run"].isEnabled()
        corrected.do("undo")
        assert frames_with_masks(corrected) == [0, 11]


class TestForward:
    @pytest.fixture
    def segmenter(self, gate: Event) -> FakeSegmenter:
        return FakeSegmenter(gate=gate, gate_after=5)

    def test_continue_runs_only_what_is_left(self, painted: Hands, gate: Event, qtbot: QtBot) -> None:
        window, reached = painted.window, list[int]()
        window.segmentation.framesReached.connect(lambda first, last: reached.append(first))
        assert not window.job_panel.continue_button.isVisible()
        painted.begin("propagate_forward")
        qtbot.waitUntil(lambda: len(reached) == 5, timeout=20_000)
        with qtbot.waitSignal(window.segmentation.ended, timeout=20_000):
            painted.do("stop")
            gate.set()
        done = list(reached)
        assert window.job_panel.continue_button.isVisible()
        with qtbot.waitSignal(window.segmentation.ended, timeout=20_000):
            window.job_panel.continue_button.click()
        assert not window.job_panel.continue_button.isVisible()
        assert reached == list(range(12))
        assert len(done) in (5, 6)
        assert painted.segmenter.ranges == [(range(12), "forward")] * 2


class TestAnotherSession:
    @pytest.fixture
    def segmenter(self, gate: Event) -> FakeSegmenter:
        return FakeSegmenter(gate=gate, gate_after=5)

    @pytest.mark.parametrize("how", ["stop", "close"])
    def test_continue_outlives_the_project_s_being_closed(
        self,
        painted: Hands,
        gate: Event,
        qtbot: QtBot,
        tmp_path: Path,
        moving_square: MovingSquare,
        how: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        window, reached = painted.window, list[int]()
        monkeypatch.setattr(segmentation, "_KEEP_EVERY", 0.0)
        window.filing.save_to(tmp_path / "mine.lip")
        window.segmentation.framesReached.connect(lambda first, last: reached.append(first))
        painted.begin("propagate_forward")
        qtbot.waitUntil(lambda: len(reached) == 5, timeout=20_000)
        if how == "stop":
            with qtbot.waitSignal(window.segmentation.ended, timeout=20_000):
                painted.do("stop")
                gate.set()
        painted.do("close_project")
        gate.set()
        assert not window.actions_by_name["continue_run"].isEnabled()
        qtbot.waitUntil(lambda: window.queue.current is None, timeout=20_000)
        done = len(reached)
        painted.open(tmp_path / "mine.lip")
        assert window.job_panel.continue_button.isVisible()
        assert "Continue goes on" in window.job_panel.title_label.text()
        assert frames_with_masks(painted) == list(range(done))
        window.job_panel.continue_button.click()
        qtbot.waitUntil(lambda: window.queue.current is None, timeout=20_000)
        assert reached == list(range(12))
        assert painted.segmenter.masks[-1] == (done - 1,)
        for frame in range(12):
            np.testing.assert_array_equal(window.document.labels(frame), moving_square.truth[frame])
        assert window.document.project.stopped_run is None
        assert not window.actions_by_name["continue_run"].isEnabled()


class TestAnEditMeanwhile:
    @pytest.fixture
    def segmenter(self, gate: Event) -> FakeSegmenter:
        return FakeSegmenter(gate=gate, gate_after=5)

    def test_it_protects_its_cell_and_the_others_get_their_masks(
        self, painted: Hands, gate: Event, qtbot: QtBot, moving_square: MovingSquare
    ) -> None:
        window, document, reached = painted.window, painted.window.document, list[int]()
        window.segmentation.framesReached.connect(lambda first, last: reached.append(first))
        painted.begin("propagate_forward")
        qtbot.waitUntil(lambda: len(reached) == 5, timeout=20_000)
        painted.go_to(9)
        painted.do("new_object")
        edits.paint(document, mask(2, 50))
        with qtbot.waitSignal(window.segmentation.ended, timeout=20_000):
            gate.set()
        labels = document.labels(9)
        np.testing.assert_array_equal(labels == 1, moving_square.truth[9] == 1)
        np.testing.assert_array_equal(labels == 2, mask(2, 50))
        assert document.project.provenances[9, 1:3].tolist() == [Provenance.MODEL, Provenance.USER]


def test_the_next_frames_and_this_frame_alone(painted: Hands) -> None:
    window = painted.window
    looking = window.looking
    looking.use(looking.preferences.__class__(frame_step=3))
    painted.run("propagate_next")
    assert frames_with_masks(painted) == [0, 1, 2, 3]
    window.document.go_to(7)
    painted.run("propagate_here")
    assert frames_with_masks(painted) == [0, 1, 2, 3, 7]


def test_up_to_the_out_point_past_frames_that_are_frozen(painted: Hands) -> None:
    document = painted.window.document
    document.go_to(4)
    edits.paint(document, mask(0, 40))
    painted.run("propagate_here")
    frozen = document.labels(4).copy()
    document.set_in_out(0, 8)
    document.go_to(2)
    painted.run("propagate_to_out")
    assert frames_with_masks(painted) == [0, 2, 3, 4, 5, 6, 7, 8]
    np.testing.assert_array_equal(document.labels(4), frozen)
