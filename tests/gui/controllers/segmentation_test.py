"""Runs of the network: each is one entry of the history, can be stopped, and goes on where it was."""

from __future__ import annotations

from threading import Event

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.provenance import Provenance
from lipgui.document import edits
from tests.gui.controllers.conftest import Runs
from tests.gui.document.helpers import everything, square
from tests.helpers import FailingSegmenter, FakeSegmenter


def test_without_paint_there_is_nothing_to_learn(runs: Runs) -> None:
    with pytest.raises(LipError, match="Paint at least one object"):
        runs.segmentation.tune()


def test_tuning_and_propagation_are_one_entry(runs: Runs) -> None:
    edits.paint(runs.document, square(10, 12))
    before, entries = everything(runs.document), runs.document.stack.count()
    runs.segmentation.tune_and_propagate("forward", range(12))
    assert runs.segmentation.running == "tune"
    runs.wait()
    assert runs.wait().startswith("Tune, then propagate done: 12 frames")
    assert runs.segmenter.calls == ["tune", "propagate"]
    assert runs.document.labels(5)[15, 17] == 1
    assert runs.document.project.provenance(5, 1) == Provenance.MODEL
    assert runs.document.stack.count() == entries + 1
    runs.document.undo()
    assert everything(runs.document) == before


def test_what_is_painted_while_a_run_goes_on_is_left(runs: Runs) -> None:
    gate = Event()
    runs.segmenter = FakeSegmenter(gate=gate, gate_after=1)
    edits.paint(runs.document, square(10, 12))
    runs.segmentation.propagate("forward", range(12))
    with runs.qtbot.waitSignal(runs.segmentation.framesReached):
        pass
    edits.paint(runs.document, square(30, 40), frame=6)
    gate.set()
    assert "1 mask that you edited meanwhile was left as it is" in runs.wait()
    assert np.array_equal(runs.document.labels(6) == 1, square(30, 40))


def test_a_stopped_run_goes_on_with_the_frames_that_are_left(runs: Runs) -> None:
    gate = Event()
    runs.segmenter = FakeSegmenter(gate=gate, gate_after=4)
    edits.paint(runs.document, square(10, 12))
    with pytest.raises(LipError, match="nothing to continue"):
        runs.segmentation.go_on()
    offers: list[bool] = []
    runs.segmentation.stoppedChanged.connect(offers.append)
    runs.segmentation.propagate("forward", range(12))
    with runs.qtbot.waitSignal(runs.segmentation.framesReached, check_params_cb=lambda first, last: first == 3):
        pass
    runs.segmentation.stop()
    gate.set()
    assert "frames left, see Continue" in runs.wait()
    assert offers == [False, True]
    assert runs.document.project.stopped_run is not None
    runs.segmentation.go_on()
    runs.wait()
    assert all(runs.document.labels(frame).any() for frame in range(12))
    assert runs.document.project.stopped_run is None


def test_tuned_weights_are_rolled_back_one_by_one(runs: Runs) -> None:
    edits.paint(runs.document, square(10, 12))
    with pytest.raises(LipError, match="not tuned yet"):
        runs.segmentation.roll_back()
    for _ in range(2):
        runs.segmentation.tune()
        assert "Ctrl+Z rolls them back" in runs.wait()
    assert runs.document.tuned_weights() == b"2:5"
    runs.segmentation.roll_back()
    assert runs.document.tuned_weights() == b"1:5"
    runs.segmentation.roll_back()
    assert runs.document.tuned_weights() == b""


def test_a_failure_is_told_and_what_was_to_follow_is_dropped(runs: Runs) -> None:
    error = LipError("The network broke.")
    runs.segmenter = FailingSegmenter(error, steps=2)
    edits.paint(runs.document, square(10, 12))
    runs.segmentation.correct("forward", range(12))
    with runs.qtbot.waitSignal(runs.segmentation.failed) as failed:
        assert "failed after 2 iterations" in runs.wait()
    assert failed.args == [error]
    assert runs.segmentation.running == ""
    assert not runs.document.labels(5).any()
