"""The measures against a slow second writing of their definitions."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lipcore.evaluation.measures import boundary_measure, region_similarity, statistics
from tests.core.evaluation.slow_measures import slow_boundary, slow_region, slow_statistics


def blob(seed: int, height: int, width: int) -> NDArray[np.bool_]:
    """A random smooth mask; some are empty, some full, many touch the edge."""
    random = np.random.default_rng(seed)
    field = cv2.GaussianBlur(random.normal(size=(height, width)), (0, 0), random.uniform(0.5, 6))
    return np.asarray(field > random.choice([-9, -0.3, 0, 0.1, 0.3, 9]) * field.std())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 24), st.integers(1, 30))
def test_region_and_boundary_equal_the_slow_ones(seed: int, height: int, width: int) -> None:
    truth, result = blob(seed, height, width), blob(seed + 1, height, width)
    assert region_similarity(truth, result) == pytest.approx(slow_region(truth, result), abs=1e-12)
    assert boundary_measure(truth, result) == pytest.approx(slow_boundary(truth, result), abs=1e-12)


def test_a_picture_so_wide_that_the_tolerance_is_several_pixels() -> None:
    truth = blob(5, 12, 420)
    result = np.roll(truth, (2, 1), (0, 1))
    assert boundary_measure(truth, result) == pytest.approx(slow_boundary(truth, result), abs=1e-12)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=400))
def test_statistics_equal_the_slow_ones(values: list[float]) -> None:
    found = statistics(values)
    assert (found.mean, found.recall, found.decay) == pytest.approx(slow_statistics(values), abs=1e-9)


def test_empty_masks() -> None:
    nothing, something = np.zeros((20, 30), bool), np.zeros((20, 30), bool)
    something[5:9, 5:9] = True
    assert region_similarity(nothing, nothing) == boundary_measure(nothing, nothing) == 1
    assert region_similarity(something, nothing) == boundary_measure(something, nothing) == 0
    assert region_similarity(nothing, something) == boundary_measure(nothing, something) == 0
    everything = ~nothing
    assert boundary_measure(everything, everything) == boundary_measure(nothing, everything) == 1


def test_ignored_pixels_do_not_count() -> None:
    truth, result, ignore = (np.zeros((20, 30), bool) for _ in range(3))
    truth[5:10, 5:10] = result[5:10, 5:20] = True
    ignore[:, 10:] = True
    assert region_similarity(truth, result) < 1
    assert region_similarity(truth, result, ignore) == 1
    assert boundary_measure(truth, result, ignore) == 1


def test_a_half_is_not_recalled() -> None:
    assert statistics([0.5, 0.5]).recall == 0
    assert statistics([0.5, 0.6]).recall == 0.5


def test_speed_of_one_frame(benchmark: object) -> None:
    truth = blob(3, 480, 854)
    benchmark(boundary_measure, truth, np.roll(truth, 3, 1))  # type: ignore[operator]
