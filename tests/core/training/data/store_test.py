"""Stills and videos: decoded within a budget, held out by whole videos, joined, and sent to other processes."""

from __future__ import annotations

import copy

from lipcore.training.data.store import TrainingData
from tests.core.training.pictures import made_data, refuses, still


def test_decoded_pictures_stay_within_the_budget() -> None:
    size = 96 * 128 * 4
    data = TrainingData([still(f"{n}", {1: (5, 5, 40, 40)}) for n in range(10)], budget=3 * size)
    for number in (0, 1, 2, 3, 1, 2, 9):
        assert data.stills[number].source == str(number)
        assert data.cache.used <= 3 * size
    assert data.cache.used == 3 * size
    tiny = TrainingData(data.still_entries, budget=10)
    assert tiny.stills[0].labels.any()
    assert tiny.cache.used == 0


def test_hold_out_splits_whole_videos_and_repeats() -> None:
    data = made_data(20, 10)
    training, validation = data.hold_out(0.2)
    assert len(validation.stills) == 4
    assert len(validation.videos) == 2
    assert sorted(training.names + validation.names) == sorted(data.names)
    assert made_data(20, 10).hold_out(0.2)[1].names == validation.names
    assert data.hold_out(0.2, seed=1)[1].names != validation.names
    training, validation = data.hold_out(names=["video/3", "7"])
    assert set(validation.names) == {"video/3", "video/7", "still/7"}
    refuses(lambda: data.hold_out(names=["bear"]), "bear")
    refuses(lambda: data.hold_out(1.5), "1.5")


def test_sets_are_joined_and_travel_to_other_processes() -> None:
    joined = made_data(2, 1) + made_data(3, 2)
    assert (len(joined.stills), len(joined.videos)) == (5, 3)
    assert joined.stills[0].labels.any()
    other = copy.deepcopy(joined)
    assert other.names == joined.names
    assert (other.stills[4].labels == joined.stills[4].labels).all()
    assert [still.source for still in joined.stills[1:3]] == ["still/1", "still/0"]
