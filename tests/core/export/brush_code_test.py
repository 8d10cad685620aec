"""Label Studio's brush codes: masks come back, and codes that lie are refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lipcore.errors import LipError
from lipcore.export.brush_code import decode_brush, encode_brush

MASK = np.zeros((3, 4), bool)
MASK[1, 1:3] = True


@given(arrays.arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_any_mask_comes_back(mask: np.ndarray) -> None:
    code = encode_brush(mask)
    assert all(type(byte) is int and 0 <= byte <= 255 for byte in code)
    np.testing.assert_array_equal(decode_brush(code, *mask.shape, "a"), mask)


def test_runs_that_are_longer_than_a_code_holds_are_cut() -> None:
    mask = np.ones((200, 300), bool)
    code = encode_brush(mask)
    assert len(code) < 50
    np.testing.assert_array_equal(decode_brush(code, 200, 300, "a"), mask)


def test_values_one_by_one_are_read_as_well_as_runs() -> None:
    """A run without the bit of sameness, as Label Studio's own encoder writes short ones: 4 values of a byte each."""
    bits = f"{4:032b}{7:05b}{2:04b}{3:04b}{7:04b}{15:04b}" + "0" + "00" + f"{3:03b}" + "".join(["00000000"] * 3)
    bits += "11111111"
    bits += "0" * (-len(bits) % 8)
    code = np.packbits(np.array(list(bits), np.uint8)).tolist()
    assert decode_brush(code, 1, 1, "a").tolist() == [[True]]


@pytest.mark.parametrize(
    "code",
    [
        None,
        "text",
        [],
        [0] * 3,
        [256, 0, 0],
        [True] * 40,
        encode_brush(MASK)[:-2],
        encode_brush(MASK.T[:2]),
        [255] * 40,
    ],
)
def test_codes_that_lie_are_refused(code: object) -> None:
    with pytest.raises(LipError, match="does not describe 4 x 3 pixels"):
        decode_brush(code, 3, 4, "a")
