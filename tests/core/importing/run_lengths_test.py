"""COCO's run lengths, compressed and as lists: as pycocotools decodes them, and codes that lie."""

from __future__ import annotations

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from lipcore.errors import LipError
from lipcore.importing.run_lengths import decode_run_lengths

H, W = 20, 30


@pytest.mark.parametrize("seed", range(20))
def test_compressed_codes_decode_as_in_pycocotools(seed: int) -> None:
    generator = np.random.default_rng(seed)
    height, width = int(generator.integers(1, 300)), int(generator.integers(1, 300))
    mask = generator.random((height, width)) < generator.random()
    code = coco_mask.encode(np.asfortranarray(mask, np.uint8))["counts"].decode()
    np.testing.assert_array_equal(decode_run_lengths(code, height, width, "x"), mask)


@pytest.mark.parametrize(
    "counts",
    ["", "0", "o", "oooooooooooo0", "é", "\n", [1, 2], [-1, H * W + 1], [True, 599], ["1"], None, 5, {}, "ab0"],
)
def test_codes_that_lie_are_refused(counts: object) -> None:
    with pytest.raises(LipError, match="run-length"):
        decode_run_lengths(counts, H, W, "a.json")
