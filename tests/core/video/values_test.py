"""Ranges of deep pictures: found from their values, shown from black to white, and said in a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.video.values import ValueRange, find_range


@pytest.mark.parametrize(
    ("highest", "white"), [(200, 255), (256, 1023), (1023, 1023), (4000, 4095), (9000, 16383), (65535, 65535)]
)
def test_whole_numbers_use_the_bits_that_hold_them(highest: int, white: int) -> None:
    pictures = [np.array([[0, 5]], np.uint16), np.array([[7, highest]], np.uint16)]
    assert find_range(pictures, is_light=False) == ValueRange(0.0, white)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.25, 0.5], ValueRange(0.0, 1.0)),
        ([-0.5, 0.5], ValueRange(-0.5, 0.5)),
        ([0.0, 7.5], ValueRange(0.0, 7.5)),
        ([3.0, 3.0], ValueRange(3.0, 4.0)),
        ([np.nan, np.inf], ValueRange(0.0, 1.0)),
    ],
)
def test_floats_from_0_to_1_are_that_and_others_go_from_the_smallest_to_the_largest(
    values: list[float], expected: ValueRange
) -> None:
    assert find_range([np.array(values, np.float32)], is_light=False) == expected


def test_light_goes_up_to_one_at_least() -> None:
    assert find_range([np.array([0.1, 0.2], np.float32)], is_light=True) == ValueRange(0.0, 1.0, True)
    assert find_range([np.array([0.1, 9.0], np.float32)], is_light=True) == ValueRange(0.0, 9.0, True)


def test_eight_bits_are_shown_as_they_are() -> None:
    assert find_range([np.zeros((2, 2), np.uint8)], is_light=False) is None


def test_values_are_shown_from_black_to_white_and_no_number_is_black() -> None:
    values = np.array([[-5, 10, 15, 20, 99, np.nan, np.inf, -np.inf]], np.float32)
    np.testing.assert_array_equal(ValueRange(10, 20).show(values), [[0, 0, 128, 255, 255, 0, 255, 0]])


def test_light_up_to_one_keeps_more_than_the_plain_range_in_the_dark_and_rises_to_white() -> None:
    light = np.linspace(0, 8, 100, dtype=np.float32)
    shown = ValueRange(0, 8, is_light=True).show(light)
    assert (shown[0], shown[-1]) == (0, 255)
    assert (np.diff(shown.astype(int)) >= 0).all()
    assert shown[12] > 2 * ValueRange(0, 8).show(light)[12]


def test_what_is_usual_needs_no_sentence() -> None:
    assert ValueRange(0, 1).is_usual
    assert ValueRange(0, 65535).is_usual
    for other in (ValueRange(0, 4095), ValueRange(0.5, 1), ValueRange(0, 1, True)):
        assert not other.is_usual
    assert ValueRange(0, 4095).sentence() == "The values 0 to 4095 of the pictures are shown as black to white."
    assert "sRGB" in ValueRange(0, 1, True).sentence()
