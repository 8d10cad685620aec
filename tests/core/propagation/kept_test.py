"""Kept states: which are kept and dropped, who may use them, and that they change nothing but the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import torch

from lipcore.model.heads import ShortcutLinear
from lipcore.network_input import ObjectSlots
from lipcore.presets import find_preset
from lipcore.propagation.annotations import prepare
from lipcore.propagation.kept import KeptResults, RunStates, StateStore, run_name, size_of
from lipcore.propagation.propagate import propagate
from lipcore.propagation.propagator import PropagationState, Propagator
from lipcore.propagation.result import FrameResult, InstanceResult
from lipcore.segmenter import Segmenter
from tests.core.moving import TINY_BUDGET, moving_video, tiny_segmenter
from tests.core.propagation.propagate_test import JUDO, SIZE, Walker, columns
from tests.helpers import ArrayVideo, Labels, blank_video


def state(size: int = 100) -> tuple[np.ndarray]:
    """Stands in for a state of so many bytes."""
    return (np.zeros(size, np.uint8),)


def kept(store: StateStore, run: str = "run", step: int = 1, frames: int = 1000) -> list[int]:
    """The frames after which a state is kept."""
    order = range(frames)[::step]
    return [frame for frame in order if store.nearest(run, range(frame, frame + step, step)) is not None]


def passed(store: StateStore, frames: range, run: str = "run", size: int = 100) -> None:
    for frame in frames:
        store.keep(run, frames.step, frame, state(size))  # type: ignore[arg-type]


def test_a_checkpoint_every_sixteen_frames() -> None:
    store = StateStore()
    passed(store, range(3, 70))
    assert kept(store) == [16, 32, 48, 64]
    passed(store, range(69, 2, -1))
    assert kept(store, step=-1) == [64, 48, 32, 16]
    assert store.size == 800


def test_the_nearest_in_the_order_of_travel() -> None:
    store = StateStore(spacing=10)
    passed(store, range(0, 50))
    passed(store, range(49, -1, -1))
    assert [store.nearest("run", frames)[0] for frames in (range(5, 25), range(5, 20), range(30, 31))] == [20, 10, 30]
    assert store.nearest("run", range(45, 5, -1))[0] == 10
    assert store.nearest("run", range(21, 29)) is None
    assert store.nearest("run", range(7, 7)) is None
    assert store.nearest("other", range(0, 50)) is None


@pytest.mark.parametrize("frames", [range(0, 400), range(399, -1, -1)])
def test_beyond_the_budget_every_second_one_leaves(frames: range) -> None:
    store = StateStore(budget=1000, spacing=4)
    for frame in frames:
        passed(store, range(frame, frame + frames.step, frames.step))
        assert store.size <= 1000
    assert sorted(kept(store, step=frames.step, frames=400)) == list(range(0, 400, 64))
    passed(store, frames)
    assert sorted(kept(store, step=frames.step, frames=400)) == list(range(0, 400, 64))


def test_other_runs_leave_first_the_oldest_before_the_others() -> None:
    store = StateStore(budget=1000, spacing=1)
    passed(store, range(4), "old")
    passed(store, range(4), "older than it looks")
    passed(store, range(1), "old")  # used again
    passed(store, range(6), "run")
    assert [len(kept(store, run)) for run in ("old", "older than it looks", "run")] == [4, 0, 6]
    passed(store, range(10), "run")
    assert [len(kept(store, run)) for run in ("old", "run")] == [0, 10]


def test_the_larger_direction_is_thinned() -> None:
    store = StateStore(budget=1000, spacing=1)
    passed(store, range(0, 8))
    passed(store, range(10, 7, -1))
    assert (kept(store), kept(store, step=-1)) == ([0, 2, 4, 6], [10, 9, 8])


def test_a_state_larger_than_the_budget_is_not_kept() -> None:
    store = StateStore(budget=99, spacing=1)
    passed(store, range(5))
    assert (store.size, kept(store)) == (0, [])
    passed(store, range(5), size=40)
    assert store.size <= 99
    store = StateStore(budget=0)
    passed(store, range(40), size=0)
    assert kept(store) == []


def test_bytes_of_a_state() -> None:
    layer = ShortcutLinear(4, 3, 2)
    assert size_of((torch.zeros(2, 3), (np.zeros(5, np.uint8), None), layer, 7)) == 24 + 5 + 4 * (8 + 2 + 6)


def test_names_tell_runs_apart() -> None:
    ids = ObjectSlots((1, 2))

    def name(annotations: Mapping[int, Labels], weights: bytes = b"w", *others: object) -> str:
        return run_name(prepare(annotations, ids, SIZE), weights, *others)

    config = find_preset("small").propagation
    names = [
        name({0: columns(1)}),
        name({1: columns(1)}),
        name({0: columns(2)}),
        name({0: columns(1), 1: columns(1)}),
        name({0: columns(1)}, b"v"),
        name({0: columns(1)}, b"w", config),
        name({0: columns(1)}, b"w", replace(config, flow=False)),
    ]
    assert len(set(names)) == len(names)
    assert name({1: columns(2), 0: columns(1)}) == name({0: columns(1).copy(), 1: columns(2)})


VIDEO = blank_video(60, 4, 32)


def walk(
    annotations: Mapping[int, Labels], frames: range, direction: str, store: StateStore | None
) -> tuple[dict[int, FrameResult], int]:
    """Results by frame, and how many frames were run."""
    walker, ids = Walker(), ObjectSlots((1, 2, 3, 4))
    states = RunStates(store, "run") if store is not None else None
    prepared = prepare(annotations, ids, SIZE)
    results = list(propagate(walker, VIDEO, prepared, ids, frames, direction, states=states))  # type: ignore[arg-type]
    return {result.frame: result for result in results}, walker.steps


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
@pytest.mark.parametrize("annotations", [{5: columns(1, 2)}, {5: columns(1, 2), 50: columns(1)}, JUDO])
def test_results_are_the_same_and_cost_a_fixed_number_of_steps(annotations: dict[int, Labels], direction: str) -> None:
    store = StateStore(spacing=4)
    whole, _ = walk(annotations, range(60), direction, store)
    passes = 2 if direction == "both" else 1
    for start in (0, 4, 5, 20, 21, 37, 58):
        frames = range(start, min(start + 3, 60))
        part, steps = walk(annotations, frames, direction, store)
        plain, _ = walk(annotations, frames, direction, None)
        assert part.keys() == plain.keys() == whole.keys() & set(frames)
        assert steps <= passes * (len(frames) + 4)
        for frame, result in part.items():
            np.testing.assert_array_equal(result.labels, whole[frame].labels)
            assert result.instances == whole[frame].instances == plain[frame].instances


@pytest.fixture(scope="module")
def tuned() -> tuple[Segmenter, bytes]:
    segmenter = tiny_segmenter()
    video, truth = moving_video()
    list(segmenter.tune(video, {0: truth[0]}, config=replace(TINY_BUDGET, iterations=2)))
    return segmenter, segmenter.tuned_weights()


def test_with_the_real_network_bit_for_bit(tuned: tuple[Segmenter, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    segmenter, tuned_weights = tuned
    video, truth = moving_video()
    annotations = {0: truth[0]}
    config = replace(find_preset("small").propagation, id_adaptation=None)  # the id layer stays as tuned
    advanced: list[int] = []
    advance = "lipcore.propagation.propagator.Propagator.advance"
    original = Propagator.advance
    monkeypatch.setattr(advance, lambda self, *given: (advanced.append(1), original(self, *given))[1])

    def run(frames: range, of: Mapping[int, Labels] = annotations) -> tuple[list[FrameResult], int]:
        advanced.clear()
        return list(segmenter.propagate(video, of, frames, config=config)), len(advanced)

    segmenter.states = StateStore(budget=0)
    plain, steps = run(range(6))
    assert (steps, segmenter.states.size) == (5, 0)
    segmenter.states = StateStore(spacing=2)
    assert run(range(6))[1] == 5
    again, steps = run(range(5, 6))
    assert steps == 1
    np.testing.assert_array_equal(again[0].labels, plain[5].labels)
    assert again[0].instances == plain[5].instances != ()
    # another annotation, other weights, another video: nothing old is used
    assert run(range(5, 6), {0: truth[0], 1: truth[1]})[1] == 4
    assert run(range(5, 6))[1] == 1
    list(segmenter.tune(video, annotations, config=replace(TINY_BUDGET, learning_rate=0.1)))
    assert run(range(5, 6))[1] == 5
    segmenter.restore(tuned_weights)  # rolled back: the old states are right again, and tuning has not changed them
    again, steps = run(range(5, 6))
    assert steps == 1
    np.testing.assert_array_equal(again[0].labels, plain[5].labels)
    assert again[0].instances == plain[5].instances
    video, _ = moving_video()
    assert run(range(5, 6))[1] == 5


def test_neither_states_nor_reading_grow_with_the_frames(tuned: tuple[Segmenter, bytes]) -> None:
    class Recording(StateStore):
        def keep(self, run: str, step: int, frame: int, state: PropagationState) -> None:
            sizes.append(size_of(state))

    class Counting(ArrayVideo):
        def __getitem__(self, frame: int) -> Labels:
            read.append(frame)
            return super().__getitem__(frame)

    segmenter, tuned_weights = tuned
    segmenter.restore(tuned_weights)
    pictures, truth = moving_video(20)
    sizes: list[int] = []
    read: list[int] = []
    video = Counting(np.stack([pictures[frame] for frame in range(20)]))
    segmenter.states = Recording()
    list(
        segmenter.propagate(video, {0: truth[0]}, config=find_preset("small").propagation)
    )  # its id layer follows the video
    assert len(sizes) == 20
    assert len(set(sizes)) == 1
    assert sorted(read) == [0, 0, *range(20)]  # the annotated frame is also the reference, and shows the colours


@pytest.mark.parametrize("in_memory", [10, 1_000_000])
def test_results_come_back_from_memory_and_from_disk(in_memory: int) -> None:
    kept = KeptResults(in_memory)
    random = np.random.default_rng(0)
    results = [
        FrameResult(
            frame, random.integers(0, 3, (6, 8)).astype(np.uint8), (InstanceResult(2, (0, 1, 2, 3), 0.5, 0.25),), 0.1
        )
        for frame in (5, 3, 9, 3)
    ]
    for result in results:
        kept.put(result)
    for result in results[:1] + results[2:]:
        found = kept.get(result.frame)
        np.testing.assert_array_equal(found.labels, result.labels)
        assert found.instances == result.instances
    assert (kept.sees(9), kept.sees(4)) == ({2}, frozenset())
    kept.clear()
    assert 9 not in kept
    kept.put(results[0])
    np.testing.assert_array_equal(kept.get(5).labels, results[0].labels)


def test_first_results_are_those_of_the_run_that_is_asked_for() -> None:
    store = StateStore()
    store.first_results("a").put(FrameResult(1, np.zeros((2, 2), np.uint8), (), 0.0))
    assert 1 in store.first_results("a")
    assert 1 not in store.first_results("b")
    assert 1 not in store.first_results("a")
