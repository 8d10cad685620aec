"""Annotated frames: slots at the input size, and masks that speak for some of the objects alone."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.network_input import InputSize, ObjectSlots
from lipcore.propagation.annotations import Annotation, incomplete_frames, prepare

EMPTY = np.zeros((2, 2), np.uint8)


def shown(**frames: tuple[int, ...]) -> dict[int, Annotation]:
    """Annotations that show slots, by `f<frame>`."""
    return {int(name[1:]): Annotation(int(name[1:]), EMPTY, EMPTY, frozenset(slots)) for name, slots in frames.items()}


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


@pytest.mark.parametrize(
    ("annotations", "order", "incomplete"),
    [
        (shown(f0=(1,), f5=(2,), f8=(3,), f13=(4,)), [0, 5, 8, 13], {5, 8, 13}),  # as in judo
        (shown(f0=(1,), f5=(2,), f8=(3,), f13=(4,)), [13, 8, 5, 0], {8, 5, 0}),
        (shown(f0=(1, 2), f5=(1, 2)), [0, 5], set()),
        (shown(f0=(1, 2), f5=(1,)), [0, 5], set()),  # 2 is out of sight
        (shown(f0=(1, 2), f5=()), [0, 5], set()),
        (shown(f0=(1,), f5=(1, 2)), [0, 5], set()),  # 2 comes in
        (shown(f0=(1, 2), f5=(1, 3)), [0, 5], {5}),
    ],
)
def test_a_mask_that_adds_an_object_and_leaves_out_another_speaks_for_its_own(
    annotations: dict[int, Annotation], order: list[int], incomplete: set[int]
) -> None:
    assert incomplete_frames(annotations, order) == incomplete
