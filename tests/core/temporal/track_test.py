"""Tracks: changes lie over the masks that were, and what a person answers for does not change."""

from __future__ import annotations

import numpy as np

from lipcore.temporal.track import ChangedTrack, FunctionTrack, Mask
from tests.core.temporal.tracks import NOTHING, pictures, square


def test_changes_lie_over_what_was_there() -> None:
    shown = pictures(3)
    track = FunctionTrack(3, [square(2), square(4), NOTHING].__getitem__, shown.__getitem__, frozenset({2}))
    changed = ChangedTrack(track)
    changed.change(0, square(30))
    changed.change(2, square(30))  # a person has said that nothing is there
    assert (changed.count, [changed.is_fixed(frame) for frame in range(3)]) == (3, [False, False, True])
    for frame, mask in enumerate((square(30), square(4), NOTHING)):
        np.testing.assert_array_equal(changed.mask(frame), mask)
        np.testing.assert_array_equal(changed.picture(frame), shown[frame])
    np.testing.assert_array_equal(track.mask(0), square(2))


def test_a_change_can_be_changed_back() -> None:
    changed = ChangedTrack(FunctionTrack(1, [square()].__getitem__, pictures(1).__getitem__))
    changed.change(0, NOTHING)
    changed.change(0, square())
    np.testing.assert_array_equal(changed.mask(0), square())


def test_masks_that_were_asked_for_last_are_made_once() -> None:
    made: list[int] = []

    def mask(frame: int) -> Mask:
        made.append(frame)
        return square(frame)

    track = FunctionTrack(20, mask, pictures(1).__getitem__)
    for frame in (0, 1, 0, 1):
        track.mask(frame)
    assert made == [0, 1]
    for frame in range(20):
        track.mask(frame)
    track.mask(0)
    assert made == [*range(20), 0]
