"""The cache of frames keeps its budget and the frames used last."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lipcore.video.cache import FrameCache


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), max_size=40), st.integers(0, 2000))
def test_the_cache_keeps_its_budget_and_the_newest(puts: list[tuple[int, int]], budget: int) -> None:
    cache = FrameCache(budget)
    for frame, side in puts:
        pixels = np.full((side * 5, side * 5, 3), frame, np.uint8)
        cache.put(frame, pixels)
        kept = cache.get(frame)
        assert kept is not None or pixels.nbytes > budget
        assert kept is None or (kept == frame).all()
        assert not pixels.flags.writeable
        kept_now = [cache.get(number) for number in range(10) if number in cache]
        assert sum(each.nbytes for each in kept_now if each is not None) <= budget


def test_the_least_recently_used_frame_leaves_first() -> None:
    cache = FrameCache(2 * 12)
    for frame in (0, 1):
        cache.put(frame, np.zeros((2, 2, 3), np.uint8))
    cache.get(0)
    cache.put(2, np.zeros((2, 2, 3), np.uint8))
    assert [frame for frame in range(3) if frame in cache] == [0, 2]
