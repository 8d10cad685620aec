"""Which frames are run, from where and in which order: with a propagator that writes down where it has been."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest
import torch

from lipcore.network_input import InputSize, ObjectSlots
from lipcore.propagation.annotations import prepare
from lipcore.propagation.kept import RunStates, StateStore
from lipcore.propagation.propagate import propagate
from lipcore.propagation.propagator import FrameOutput
from lipcore.propagation.result import FrameResult, InstanceResult
from tests.helpers import Labels, blank_video

VIDEO = blank_video(12, 4, 32)
SIZE = InputSize(4, 32, 4, 32)


class Walk(NamedTuple):
    """The state of the fake: the frames it was handed, and the label map it carries along."""

    visited: tuple[int, ...]
    slots: Labels


class Walker:
    """Carries the label map of the frame it started from; each frame is recognised by its colour."""

    size = SIZE
    network = SimpleNamespace(device=torch.device("cpu"))

    def __init__(self) -> None:
        self.walks: dict[int, tuple[int, ...]] = {}
        self.starts: list[int] = []
        self.steps = 0
        self.known: dict[int, set[int]] = {}

    def look(self, picture: Labels) -> Labels:
        return picture

    def start(self, image: Labels, slots: Labels) -> Walk:
        frame = int(image[0, 0, 0])
        self.steps += 1
        self.starts.append(frame)
        return Walk((frame,), slots)

    def advance(self, picture: Labels, state: Walk, known: set[int]) -> tuple[FrameOutput, Walk]:
        frame = int(picture[0, 0, 0])
        self.known[frame] = set(known)
        self.steps += 1
        walk = Walk((*state.visited, frame), state.slots)
        self.walks[frame] = walk.visited
        count = 4
        scores = torch.tensor([0.5 if (state.slots == slot).any() else 0.0 for slot in range(1, count + 1)])
        return FrameOutput(state.slots, torch.zeros(count, 4), scores, scores / 2), walk

    def correct(self, state: Walk, slots: Labels, certain: Iterable[int]) -> Walk:
        carried = np.where(np.isin(state.slots, list(certain)), 0, state.slots).astype(np.uint8)
        carried[np.isin(slots, list(certain))] = slots[np.isin(slots, list(certain))]
        return Walk(state.visited, carried)


def columns(*ids: int) -> Labels:
    """A label map in which object k fills column k."""
    labels = np.zeros((4, 32), np.uint8)
    for object_id in ids:
        labels[:, object_id] = object_id
    return labels


def run(
    annotations: Mapping[int, Labels], frames: range, direction: str = "forward"
) -> tuple[list[FrameResult], Walker]:
    """The final results of a run, and where the fake has been."""
    walker, ids = Walker(), ObjectSlots((1, 2, 3, 4))
    results = list(propagate(walker, VIDEO, prepare(annotations, ids, SIZE), ids, frames, direction))  # type: ignore[arg-type]
    return [result for result in results if result.is_final], walker


def order(results: list[FrameResult]) -> list[int]:
    return [result.frame for result in results]


def test_forward_from_the_annotated_frame_to_the_end() -> None:
    results, walker = run({3: columns(1)}, range(12))
    assert order(results) == list(range(3, 12))
    assert walker.walks[11] == tuple(range(3, 12))
    assert all((result.labels == columns(1)).all() for result in results)


def test_backward_from_the_annotated_frame_to_the_beginning() -> None:
    results, walker = run({3: columns(1)}, range(12), "backward")
    assert order(results) == [3, 2, 1, 0]
    assert walker.walks[0] == (3, 2, 1, 0)


def test_both_ways_each_frame_once() -> None:
    results, _ = run({3: columns(1), 8: columns(1)}, range(12), "both")
    assert sorted(order(results)) == list(range(12))
    assert order(results)[:4] == [2, 1, 0, 3]


def test_annotated_frames_have_their_own_labels_and_full_scores() -> None:
    results, _ = run({3: columns(1), 6: columns(1, 2)}, range(3, 8))
    by_frame = {result.frame: result for result in results}
    np.testing.assert_array_equal(by_frame[6].labels, columns(1, 2))
    painted = [(one.object_id, one.score, one.quality) for one in by_frame[6].instances]
    assert painted == [(1, 1.0, 1.0), (2, 1.0, 1.0)]
    assert by_frame[6].instances[1].box == (2.0, 0.0, 3.0, 4.0)
    assert [(one.object_id, one.score, one.quality) for one in by_frame[5].instances] == [(1, 0.5, 0.25)]


def test_a_complete_annotation_starts_anew() -> None:
    _, walker = run({0: columns(1), 4: columns(1), 8: columns(1)}, range(12))
    assert walker.starts == [0, 4, 8]
    assert [walker.walks[frame] for frame in (3, 7, 11)] == [(0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11)]


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
@pytest.mark.parametrize("frames", [range(5, 7), range(5, 6), range(1, 3), range(4, 9), range(9, 12), range(0, 2)])
def test_part_of_the_video_gives_what_the_whole_gives(direction: str, frames: range) -> None:
    annotations = {2: columns(1), 4: columns(1, 2), 8: columns(2)}
    whole = {result.frame: result for result in run(annotations, range(12), direction)[0]}
    part, _ = run(annotations, frames, direction)
    assert sorted(order(part)) == sorted(set(whole) & set(frames))
    for result in part:
        np.testing.assert_array_equal(result.labels, whole[result.frame].labels)
        assert result.instances == whole[result.frame].instances


def test_a_range_between_annotated_frames_starts_from_the_nearer_one() -> None:
    _, walker = run({0: columns(1), 4: columns(1), 8: columns(1)}, range(6, 7))
    assert (walker.starts, walker.walks) == ([4], {5: (4, 5), 6: (4, 5, 6)})
    _, walker = run({0: columns(1), 4: columns(1), 8: columns(1)}, range(6, 7), "backward")
    assert (walker.starts, walker.walks) == ([8], {7: (8, 7), 6: (8, 7, 6)})


def test_what_no_annotated_frame_reaches_is_left_out() -> None:
    assert run({8: columns(1)}, range(0, 5))[0] == []
    assert run({2: columns(1)}, range(5, 9), "backward")[0] == []
    assert order(run({8: columns(1)}, range(0, 5), "both")[0]) == [4, 3, 2, 1, 0]
    assert run({8: columns(1)}, range(4, 4), "both")[0] == []


JUDO = {0: columns(1), 3: columns(2), 5: columns(3), 9: columns(4)}


def test_objects_that_start_later_join_those_that_are_there() -> None:
    results, walker = run(JUDO, range(12))
    assert walker.starts == [0]
    expected = [(1,)] * 3 + [(1, 2)] * 2 + [(1, 2, 3)] * 4 + [(1, 2, 3, 4)] * 3
    for result, ids in zip(results, expected, strict=True):
        np.testing.assert_array_equal(result.labels, columns(*ids))


def test_objects_that_start_later_join_backward_too() -> None:
    results, walker = run(JUDO, range(12), "backward")
    assert walker.starts == [9]
    shown = {result.frame: set(np.unique(result.labels).tolist()) - {0} for result in results}
    expected = [{1, 2, 3, 4}] + [{2, 3, 4}] * 3 + [{3, 4}] * 2 + [{4}] * 4
    assert shown == dict(enumerate(expected))


def test_nothing_is_found_before_it_was_painted() -> None:
    forward = run(JUDO, range(12))[1].known
    expected = [{1}] * 2 + [{1, 2}] * 2 + [{1, 2, 3}] * 4 + [{1, 2, 3, 4}] * 3
    assert list(forward.values()) == expected
    for frames in (range(4, 5), range(7, 12)):
        part = run(JUDO, frames)[1].known
        assert part == {frame: forward[frame] for frame in part}
    backward = run(JUDO, range(12), "backward")[1].known
    assert [backward[frame] for frame in (8, 5, 4, 3, 0)] == [{4}, {3, 4}, {3, 4}, {2, 3, 4}, {1, 2, 3, 4}]
    hidden = run({0: columns(1, 2), 4: columns(1)}, range(8))[1].known
    assert hidden[7] == {1, 2}  # out of sight on frame 4, it may come back


@pytest.mark.parametrize("frames", [range(4, 5), range(5, 8), range(9, 12), range(1, 4)])
def test_part_of_a_video_with_later_objects(frames: range) -> None:
    whole = {result.frame: result.labels for result in run(JUDO, range(12))[0]}
    for result in run(JUDO, frames)[0]:
        np.testing.assert_array_equal(result.labels, whole[result.frame])
    assert order(run(JUDO, frames)[0]) == list(frames)


def test_both_ways_with_later_objects_gives_every_frame_once() -> None:
    results, _ = run(JUDO, range(12), "both")
    assert sorted(order(results)) == list(range(12))
    for result in results:
        if result.frame in JUDO:
            assert set(np.unique(JUDO[result.frame])) <= set(np.unique(result.labels))


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
def test_a_mask_that_adds_one_object_speaks_for_it_alone_whichever_way_one_comes(direction: str) -> None:
    annotations = {0: columns(1), 5: columns(2), 10: columns(1, 2)}
    results, _ = run(annotations, range(12), direction)
    shown = {result.frame: set(np.unique(result.labels).tolist()) - {0} for result in results}
    assert shown[5] == shown[6] == {1, 2}
    if direction == "backward":
        assert shown[4] >= {2}
    for frames in (range(2, 5), range(5, 6), range(6, 9)):
        for part in run(annotations, frames, direction)[0]:
            assert set(np.unique(part.labels).tolist()) - {0} == shown[part.frame]


def test_an_object_left_out_of_a_complete_annotation_is_gone() -> None:
    results, _ = run({0: columns(1, 2), 4: columns(1)}, range(12))
    assert [set(np.unique(result.labels)) for result in results[3:6]] == [{0, 1, 2}, {0, 1}, {0, 1}]


def test_between_annotated_frames_the_nearer_side_decides() -> None:
    results, _ = run({0: columns(1), 10: columns(1, 2)}, range(11), "both")
    second = {result.frame for result in results if (result.labels == 2).any()}
    assert 9 in second
    assert 1 not in second
    assert second == set(range(min(second), 11))


def test_ids_of_the_project_come_back() -> None:
    ids, walker = ObjectSlots((7, 200)), Walker()
    labels = np.zeros((4, 32), np.uint8)
    labels[:, :3], labels[:, 9] = 200, 7
    walker.advance = lambda picture, state, known: (  # type: ignore[method-assign]
        FrameOutput(
            state.slots,
            torch.tensor([[9.0, 0, 10, 4], [0, 0, 3, 4]]),
            torch.tensor([0.5, 0.25]),
            torch.tensor([0.75, 0.125]),
        ),
        state,
    )
    results = list(propagate(walker, VIDEO, prepare({0: labels}, ids, SIZE), ids, range(2), "forward"))  # type: ignore[arg-type]
    np.testing.assert_array_equal(results[1].labels, labels)
    assert results[1].instances == (
        InstanceResult(7, (9.0, 0.0, 10.0, 4.0), 0.5, 0.75),
        InstanceResult(200, (0.0, 0.0, 3.0, 4.0), 0.25, 0.125),
    )


PAIR = {2: columns(1), 9: columns(1)}


def steps(
    store: StateStore | None = None, done: tuple[int, ...] = (), walker: Walker | None = None
) -> Iterator[FrameResult]:
    """Both ways through the whole video, between frames 2 and 9."""
    ids = ObjectSlots((1, 2, 3, 4))
    states = RunStates(store, "run") if store is not None else None
    prepared = prepare(PAIR, ids, SIZE)
    return propagate(walker or Walker(), VIDEO, prepared, ids, range(12), "both", states=states, done=done)  # type: ignore[arg-type]


def test_both_ways_yields_what_the_first_way_finds_before_the_second_begins() -> None:
    order = [(result.frame, result.is_final) for result in steps()]
    first = [(2, True), *((frame, False) for frame in range(3, 9))]
    assert order == [(1, True), (0, True), *first, *((frame, True) for frame in range(8, 2, -1))] + [
        (frame, True) for frame in range(9, 12)
    ]


@pytest.mark.parametrize("stop", range(1, 18))
def test_a_run_that_was_stopped_goes_on_without_walking_the_first_way_again(stop: int) -> None:
    whole = {result.frame: result for result in steps() if result.is_final}
    store = StateStore(spacing=1)
    before = list(islice(steps(store), stop))
    done = {result.frame: result for result in before if result.is_final}
    walker = Walker()
    after = list(steps(store, tuple(done), walker))
    assert not done.keys() & {result.frame for result in after}
    for result in [*done.values(), *(each for each in after if each.is_final)]:
        np.testing.assert_array_equal(result.labels, whole.pop(result.frame).labels)
    assert whole == {}
    assert walker.steps <= 18 - stop + 4  # each way begins at a kept state, a frame early
    assert not any(frame in store.first_results("run") for frame in range(12))


def test_objects_that_were_found_on_a_frame_that_adds_another_keep_their_scores() -> None:
    results, _ = run(JUDO, range(12))
    seen = {result.frame: {one.object_id: one.quality for one in result.instances} for result in results}
    assert seen[3] == {1: 0.25, 2: 1.0}
    assert seen[5] == {1: 0.25, 2: 0.25, 3: 1.0}


def test_a_result_says_which_objects_were_looked_for() -> None:
    forward = {result.frame: result.sought for result in run(JUDO, range(12))[0]}
    assert [forward[frame] for frame in (0, 2, 3, 8, 9)] == [{1}, {1}, {1, 2}, {1, 2, 3}, {1, 2, 3, 4}]


@pytest.mark.parametrize(("direction", "done", "beside"), [("forward", range(7), 6), ("backward", range(4, 10), 4)])
def test_without_checkpoints_a_stopped_run_goes_on_from_the_masks_of_its_last_frame(
    direction: str, done: range, beside: int
) -> None:
    ids, walker, store = ObjectSlots((1, 2, 3, 4)), Walker(), StateStore(spacing=1)
    start = prepare({0 if direction == "forward" else 9: columns(1)}, ids, SIZE)
    masks = prepare({beside: columns(1, 2)}, ids, SIZE)
    states = RunStates(store, "run")
    found = propagate(walker, VIDEO, start, ids, range(10), direction, states=states, done=done, masks=masks)  # type: ignore[arg-type]
    results = list(found)
    assert order(results) == (list(range(7, 10)) if direction == "forward" else [3, 2, 1, 0])
    assert walker.starts == [beside]
    assert all((result.labels == columns(1, 2)).all() for result in results)
    assert store.size == 0  # what did not come from the annotated frame is no state of this run
