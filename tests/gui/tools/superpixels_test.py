from __future__ import annotations

import numpy as np

from lipgui.tools.superpixels import Superpixels
from tests.gui.tools.edges_test import disc_picture


def test_superpixels_part_the_frame_and_keep_to_edges() -> None:
    frame, truth = disc_picture(300, 400, 200, 150, 80)
    superpixels = Superpixels(frame, 20)
    times, pure = np.zeros(truth.shape, int), 0
    seen = np.zeros(truth.shape, bool)
    patches = 0
    for y in range(300):
        for x in range(400):
            if not seen[y, x]:
                found = superpixels.at(x, y)
                assert found is not None
                (left, top, right, bottom), patch = found
                times[top:bottom, left:right] += patch
                seen[top:bottom, left:right] |= patch
                share = truth[top:bottom, left:right][patch].mean()
                pure += share < 0.1 or share > 0.9
                patches += 1
    assert (times == 1).all()
    assert 150 < patches < 600  # some 300 of twenty by twenty pixels
    assert pure / patches > 0.95


def test_superpixels_end_with_the_frame() -> None:
    superpixels = Superpixels(np.zeros((30, 40, 3), np.uint8), 64)
    assert superpixels.at(40, 0) is None
    assert superpixels.at(0, -1) is None
    found = superpixels.at(39, 29)
    assert found is not None
    assert found[0][2:] == (40, 30)
