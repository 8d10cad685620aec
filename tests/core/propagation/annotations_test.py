"""Annotated frames: slots at the input size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pytest

from lipcore.network_input import InputSize, ObjectSlots
from lipcore.propagation.annotations import MOST_LEARNT, Annotation, chosen, prepare


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


def annotated(shown: Mapping[int, Iterable[int]]) -> dict[int, Annotation]:
    nothing = np.zeros((1, 1), np.uint8)
    return {frame: Annotation(frame, nothing, nothing, frozenset(slots)) for frame, slots in shown.items()}


def test_as_many_frames_as_may_be_learnt_from_are_all_chosen_in_order() -> None:
    frames = annotated(dict.fromkeys(reversed(range(MOST_LEARNT)), (1,)))
    assert list(chosen(frames)) == list(range(MOST_LEARNT))
    assert chosen({}) == {}


def test_of_a_long_run_a_few_are_chosen_and_all_that_stand_alone() -> None:
    frames = annotated({**dict.fromkeys(range(300), (1,)), 450: (1,), 900: (1,)})
    found = list(chosen(frames, 6))
    assert found == [0, 112, 225, 299, 450, 900]
    assert len(chosen(frames)) == MOST_LEARNT


@pytest.mark.parametrize("order", [1, -1])
def test_every_object_is_among_the_chosen_frames_however_late_it_comes(order: int) -> None:
    shown = {**dict.fromkeys(range(100), (1,)), 57: (1, 2), 58: (1, 2), 98: ()}
    found = chosen(annotated(dict(list(shown.items())[::order])), 3)
    assert list(found) == [0, 57, 99]
    assert frozenset.union(*(each.shown for each in found.values())) == {1, 2}


def test_more_objects_than_frames_and_frames_without_objects() -> None:
    assert list(chosen(annotated({frame: {frame + 1} for frame in range(9)}), 4)) == [0, 1, 2, 3]
    assert list(chosen(annotated(dict.fromkeys(range(9), ())), 3)) == [0, 4, 8]


@pytest.mark.parametrize(("run", "ends"), [(range(41, 60), {41}), (range(42, 60), {41, 61}), (range(70), {0, 81})])
def test_frames_at_the_ends_of_a_run_are_chosen_whatever_else_is_annotated(run: range, ends: set[int]) -> None:
    frames = annotated(dict.fromkeys([*range(0, 42), *range(61, 200, 20)], (1,)))
    found = chosen(frames, 3, run)
    assert len(found) == 3
    assert ends <= set(found)
