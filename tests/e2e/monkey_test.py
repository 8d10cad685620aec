"""A minute, or hours, of random use: nothing breaks, undo and redo agree, saved is what is shown, memory stays flat.

What looks like lost memory and is none: dialogs that a monkey opens and never closes (it closes them, as a person
does), the history of undo until it is full, copies for comparison (they are digests), Qt's cache of pictures (10 MB),
and torch, which the fake network of these tests does not need.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.e2e.conftest import Hands
from tests.e2e.monkey import Monkey
from tests.helpers import write_moving_square

CHECK_EVERY = 200  # actions
HISTORY = 100_000  # bytes of undo, some hundred strokes: full after minutes, so that memory can be compared
ALLOWED_GROWTH = 20_000_000  # bytes, from the second third on


def play(hands: Hands, tmp_path: Path, seed: int, seconds: float) -> Monkey:
    """Let a monkey play for so long on a project of 40 frames."""
    reported: list[BaseException] = []
    hands.window.problems.reported.connect(reported.append)
    hands.window.document._history_bytes = HISTORY
    hands.open(write_moving_square(tmp_path / "video", frames=40).path)
    hands.window.filing.save_to(tmp_path / "monkey.lip")
    hands.do("new_object")
    monkey, end = Monkey(hands, tmp_path / "monkey.lip", seed), time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in range(CHECK_EVERY):
            monkey.act()
        monkey.check()
        assert reported == []
    return monkey


@pytest.mark.timeout(300)
def test_a_monkey_for_a_minute(hands: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    tally = play(hands, tmp_path, seed=1, seconds=45).tally
    assert tally.checks > 0
    assert tally.undone > 0


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_a_monkey_for_as_long_as_is_asked(hands: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    """Minutes in MONKEY_MINUTES (30), the seed in MONKEY_SEED (11)."""
    minutes, seed = float(os.environ.get("MONKEY_MINUTES", "30")), int(os.environ.get("MONKEY_SEED", "11"))
    tally = play(hands, tmp_path, seed, 60 * minutes).tally
    print(tally.actions, tally.checks, tally.undone, [size // 1_000_000 for size in tally.memory])
    settled = tally.memory[len(tally.memory) // 3 :]
    assert max(settled[-3:]) - min(settled[:3]) < ALLOWED_GROWTH
