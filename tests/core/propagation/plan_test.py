"""Which annotated frames speak for some objects alone, and which ways a run goes."""

from __future__ import annotations

import pytest

from lipcore.propagation.plan import Way, partial_frames, report_count, ways


def shown(**frames: tuple[int, ...]) -> dict[int, frozenset[int]]:
    """The objects that frames show, by `f<frame>`."""
    return {int(name[1:]): frozenset(objects) for name, objects in frames.items()}


@pytest.mark.parametrize(
    ("annotations", "order", "partial"),
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
    annotations: dict[int, frozenset[int]], order: list[int], partial: set[int]
) -> None:
    assert partial_frames(annotations, order) == partial


def test_both_ways_goes_before_between_and_after_the_annotated_frames() -> None:
    plan = ways(shown(f3=(1,), f8=(1,)), range(12), "both", 12)
    pair = (3, 8)
    assert plan == [
        Way(range(2, -1, -1)),
        Way(range(3, 8), pair),
        Way(range(7, 3, -1), pair),
        Way(range(8, 12)),
    ]
    assert report_count(plan) == 3 + 5 + 4 + 4
    assert report_count(plan, {0, 5, 7, 11}) == 3 + 5 + 4 + 4 - 1 - 2 - 2 - 1


def test_a_way_is_cut_to_the_frames_that_are_asked_for_and_reached() -> None:
    frames = shown(f3=(1,), f8=(1,))
    assert ways(frames, range(5, 7), "both", 12) == [Way(range(5, 7), (3, 8)), Way(range(6, 4, -1), (3, 8))]
    assert ways(frames, range(12), "forward", 12) == [Way(range(3, 12))]
    assert ways(frames, range(12), "backward", 12) == [Way(range(8, -1, -1))]
    assert ways(frames, range(2), "forward", 12) == []
    assert ways({}, range(12), "both", 12) == []
