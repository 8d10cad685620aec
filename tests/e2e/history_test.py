"""One history for everything, the transport, and a long video on the timeline."""

from __future__ import annotations

import gc
from itertools import pairwise

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import FrameChange
from tests.e2e.conftest import Hands

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def state(hands: Hands) -> tuple[object, ...]:
    """All that the history answers for."""
    project = hands.window.document.project
    labels = np.stack([project.labels(frame) for frame in range(project.frame_count)])
    return labels.tobytes(), project.provenances.tobytes(), dict(project.objects), project.weights_in_use


def test_one_history_takes_back_everything_step_by_step(opened: Hands, qtbot: QtBot) -> None:
    window, document = opened.window, opened.window.document
    states = [state(opened)]
    steps = (
        opened.paint_square,
        lambda: opened.run("tune"),
        lambda: opened.run("propagate_forward"),
        lambda: window.objects.objectRenamed.emit(1, "Square"),
        lambda: window.timeline.clearRangeRequested.emit(4, 6, (1,)),
        lambda: window.timeline.verifyRangeRequested.emit(1, 2, (1,)),
        lambda: opened.do("grow"),
        lambda: opened.do("split_object"),
    )
    for step in steps:
        count = document.stack.count()
        step()
        assert document.stack.count() == count + 1
        states.append(state(opened))
    assert document.project.provenance(1, 1) != Provenance.MODEL
    for expected in reversed(states[:-1]):
        opened.key(Qt.Key.Key_Z, CONTROL)
        assert state(opened) == expected
    for expected in states[1:]:
        opened.key(Qt.Key.Key_Y, CONTROL)
        assert state(opened) == expected


def test_the_menu_says_what_undo_would_take_back(opened: Hands) -> None:
    opened.paint_square()
    assert opened.window.actions_by_name["undo"].text() == "&Undo Paint"
    opened.do("undo")
    assert opened.window.actions_by_name["redo"].text() == "&Redo Paint"


def test_playing_loops_between_in_and_out_at_the_chosen_speed(opened: Hands, qtbot: QtBot) -> None:
    window = opened.window
    transport, player = window.timeline.transport, window.timeline.player
    opened.go_to(2)
    opened.key(Qt.Key.Key_I)
    opened.go_to(5)
    opened.key(Qt.Key.Key_O)
    assert window.document.project.in_out == (2, 5)
    speeds = [transport.speed]
    for name in ("play_slower", "play_faster", *["play_faster"] * 9):  # from the menu
        opened.do(name)
        speeds.append(transport.speed)
    assert speeds[:4] == [1.0, 0.5, 1.0, 2.0]
    assert speeds[-1] == 4.0
    opened.do("loop")
    assert transport.loop_button.isChecked()
    shown: list[int] = []
    window.document.frame_changed.connect(shown.append)
    opened.do("play")
    qtbot.waitUntil(lambda: len(shown) > 6, timeout=20_000)
    assert player.playing
    opened.do("play")
    assert not player.playing
    assert set(shown) <= {2, 3, 4, 5}
    assert any(later < earlier for earlier, later in pairwise(shown))


def test_the_timeline_zooms_at_the_playhead_and_shows_everything_again(opened: Hands) -> None:
    lanes = opened.window.timeline.lanes
    whole = lanes.axis.pixels_per_frame
    opened.go_to(6)
    opened.window.timeline.zoom_in()
    assert lanes.axis.pixels_per_frame > whole
    opened.window.timeline.fit()
    assert lanes.axis.pixels_per_frame == whole


def test_verified_cells_and_colours_for_the_colour_blind(opened: Hands) -> None:
    opened.paint_square()
    opened.run("propagate_forward")
    opened.go_to(3)
    opened.key(Qt.Key.Key_V)
    project = opened.window.document.project
    assert project.provenance(3, 1) == Provenance.VERIFIED
    verified = project.labels(3).copy()
    opened.go_to(0)
    opened.run("propagate_both")
    assert np.array_equal(project.labels(3), verified)
    opened.do("colour_blind")
    swatch = opened.window.timeline.lanes.labels[0].colour
    assert swatch == tuple(opened.window.document.palette()[1].tolist())


def test_what_runs_kept_is_given_back_when_they_are_forgotten(opened: Hands, qtbot: QtBot) -> None:
    document = opened.window.document
    document._history_bytes = 1  # each run makes the history forget the one before
    opened.paint_square()
    kept = []
    for score in (0.9, 0.8, 0.7):
        opened.segmenter._score = score
        opened.run("propagate_forward")
        gc.collect()
        kept.append(sum(type(each) is FrameChange for each in gc.get_objects()))
    assert kept == [11, 11, 11]
