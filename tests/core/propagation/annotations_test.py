"""Annotated frames: slots at the input size."""

from __future__ import annotations

import numpy as np

from lipcore.network_input import InputSize, ObjectSlots
from lipcore.propagation.annotations import prepare


def test_frames_in_order_with_slots_at_the_size_of_the_input() -> None:
    first, second = np.zeros((64, 64), np.uint8), np.zeros((64, 64), np.uint8)
    first[:32] = 7
    second[:, :32] = 200
    second[60:, 60:] = 255
    prepared = prepare({9: second, 2: first}, ObjectSlots((7, 200)), InputSize(64, 64, 32, 32))
    assert list(prepared) == [2, 9]
    assert prepared[2].shown == {1}
    assert prepared[9].shown == {2}
    assert prepared[9].labels is second
    assert prepared[9].slots.shape == (32, 32)
    assert (prepared[9].slots[0, 0], prepared[9].slots[-1, -1], prepared[2].slots[0, 0]) == (2, 255, 1)
