from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lipgui.timeline.playing.player import Player


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Playing:
    """A player at 10 frames per second whose clock is turned by hand."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.player = Player(clock=self.clock)
        self.player.set_rate(10.0)
        self.asked: list[int] = []
        self.states: list[bool] = []
        self.player.frameRequested.connect(self.asked.append)
        self.player.playingChanged.connect(self.states.append)

    def wait(self, seconds: float, shown: bool = True) -> None:
        self.clock.now += seconds
        self.player.advance()
        if shown and self.asked:
            self.player.frame_shown(self.asked[-1])


@pytest.fixture
def playing(qapp: object) -> Playing:
    return Playing()


def test_frames_come_in_time(playing: Playing) -> None:
    playing.player.start(0, 0, 99)
    for _ in range(3):
        playing.wait(0.1)
    assert playing.asked == [1, 2, 3]


def test_missed_frames_are_skipped(playing: Playing) -> None:
    playing.player.start(0, 0, 99)
    playing.wait(0.1)
    playing.wait(0.7)
    assert playing.asked == [1, 8]


def test_no_frame_is_asked_for_twice_and_none_while_one_is_awaited(playing: Playing) -> None:
    playing.player.start(0, 0, 99)
    playing.wait(0.1, shown=False)
    playing.wait(0.2, shown=False)
    assert playing.asked == [1]
    playing.player.frame_shown(1)
    playing.wait(0.01)
    playing.wait(0.01)
    assert playing.asked == [1, 3]


def test_a_frame_that_never_comes_does_not_stop_playing(playing: Playing) -> None:
    playing.player.start(0, 0, 99)
    playing.wait(0.1, shown=False)
    playing.wait(0.6, shown=False)
    assert playing.asked == [1, 7]
    playing.player.frame_shown(1)  # late, but one of those asked for: no reason to go back
    playing.wait(0.1)
    assert playing.asked == [1, 7, 8]


def test_speed_stretches_the_clock(playing: Playing) -> None:
    playing.player.set_speed(4.0, 0)
    playing.player.start(0, 0, 99)
    playing.wait(0.5)
    assert playing.asked == [20]
    playing.player.set_speed(0.25, 20)
    playing.wait(0.4)
    assert playing.asked == [20, 21]


def test_it_stops_at_the_last_frame(playing: Playing) -> None:
    playing.player.start(7, 0, 9)
    playing.wait(5.0)
    assert playing.asked == [9]
    assert playing.states == [True, False]
    assert not playing.player.playing


def test_a_loop_begins_again(playing: Playing) -> None:
    playing.player.set_loop(True)
    playing.player.start(8, 5, 9)
    playing.wait(0.1)
    playing.wait(0.1)
    playing.wait(0.1)
    assert playing.asked == [9, 5, 6]
    assert playing.player.playing


def test_at_the_end_it_begins_at_the_first_frame(playing: Playing) -> None:
    playing.player.start(9, 2, 9)
    assert playing.asked == [2]


def test_one_frame_cannot_be_played(playing: Playing) -> None:
    playing.player.start(0, 0, 0)
    assert playing.states == []


def test_the_user_may_go_elsewhere_meanwhile(playing: Playing) -> None:
    playing.player.start(0, 0, 99)
    playing.wait(0.1)
    playing.player.frame_shown(50)
    playing.wait(0.1)
    assert playing.asked == [1, 51]


def test_the_real_clock_asks_by_itself(qtbot: QtBot) -> None:
    player = Player()
    player.set_rate(200.0)
    with qtbot.waitSignal(player.frameRequested, timeout=2000) as asked:
        player.start(0, 0, 500)
    assert asked.args[0] >= 1
    player.stop()
    assert not player.playing
