"""Kept references: which are made anew and which leave, and that they change nothing but the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import torch

from lipcore.model.matching import Reference
from lipcore.network_input import ObjectSlots
from lipcore.presets import find_preset
from lipcore.propagation.annotations import Annotation, prepare
from lipcore.propagation.kept import ReferenceStore
from lipcore.propagation.propagator import Propagator
from lipcore.propagation.result import FrameResult
from lipcore.segmenter import Segmenter
from tests.core.moving import TINY_BUDGET, frame_of, moving_video, tiny_segmenter
from tests.core.propagation.propagate_test import SIZE, columns
from tests.helpers import Labels


def annotation(frame: int = 0, *ids: int) -> Annotation:
    return prepare({frame: columns(*(ids or (1,)))}, ObjectSlots((1, 2)), SIZE)[frame]


class Maker:
    """Makes references of 100 bytes and counts them."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> Reference:
        self.made += 1
        return Reference(torch.full((80,), self.made, dtype=torch.uint8), torch.zeros(20, dtype=torch.uint8))


def test_what_is_the_same_is_made_once() -> None:
    store, maker = ReferenceStore(), Maker()
    first = store.get(annotation(), 2, b"w", maker)
    assert store.get(annotation(), 2, b"w", maker) is first
    assert maker.made == 1
    for other in (
        (annotation(1), 2, b"w"),
        (annotation(0, 2), 2, b"w"),
        (annotation(), 3, b"w"),
        (annotation(), 2, b""),
    ):
        assert store.get(*other, maker) is not first
    assert (maker.made, len(store), store.size) == (5, 5, 500)
    store.clear()
    assert (store.get(annotation(), 2, b"w", maker) is first, store.size) == (False, 100)


def test_the_longest_unused_leaves_first() -> None:
    store, maker = ReferenceStore(budget=399), Maker()
    for frame in (0, 1, 2, 0, 3):  # the fourth in use pushes out frame 1
        store.get(annotation(frame), 2, b"w", maker)
        assert store.size <= 399
    assert (maker.made, len(store)) == (4, 3)
    for frame in (0, 2, 3):
        store.get(annotation(frame), 2, b"w", maker)
    assert maker.made == 4
    store.get(annotation(1), 2, b"w", maker)
    assert maker.made == 5


def test_without_a_budget_nothing_is_kept() -> None:
    store, maker = ReferenceStore(budget=0), Maker()
    for made in (1, 2):
        assert int(store.get(annotation(), 2, b"w", maker).keys[0]) == made
    assert (len(store), store.size) == (0, 0)


@pytest.fixture(scope="module")
def tuned() -> tuple[Segmenter, bytes]:
    segmenter = tiny_segmenter()
    video, truth = moving_video()
    list(segmenter.tune(video, {0: truth[0], 3: truth[3]}, config=replace(TINY_BUDGET, iterations=2)))
    return segmenter, segmenter.tuned_weights()


def test_with_the_real_network_bit_for_bit(tuned: tuple[Segmenter, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    segmenter, tuned_weights = tuned
    video, truth = moving_video()
    annotations = {0: truth[0], 3: truth[3]}
    looked: list[int] = []
    original, start = Segmenter._seen, Propagator.start

    def seen(self: Segmenter, *given: object) -> Reference:
        looked.append(1)
        return original(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Segmenter, "_seen", seen)

    def run(of: Mapping[int, Labels] = annotations) -> tuple[list[FrameResult], int]:
        looked.clear()
        config = find_preset("small").propagation
        return list(segmenter.propagate(video, of, range(6), "both", config)), len(looked)

    def check(kept: list[FrameResult], expected: list[FrameResult]) -> None:
        for ours, theirs in zip(kept, expected, strict=True):
            np.testing.assert_array_equal(ours.labels, theirs.labels)
            assert (ours.frame, ours.instances) == (theirs.frame, theirs.instances)

    segmenter.states.budget, segmenter.references = 0, ReferenceStore(budget=0)
    plain, made = run()
    assert made == 2
    assert any(result.instances and result.frame not in annotations for result in plain)
    segmenter.references = ReferenceStore()
    assert run()[1] == 2
    again, made = run()
    assert made == 0
    check(again, plain)
    assert run(annotations | {5: truth[5]})[1] == 1  # one more annotated frame
    changed = truth[3].copy()
    changed[:16] = 0
    assert run({0: truth[0], 3: changed})[1] == 1  # a correction
    assert run({0: truth[0], 3: frame_of(3, 1)[1]})[1] == 1
    list(segmenter.tune(video, annotations, config=replace(TINY_BUDGET, learning_rate=0.1)))
    assert run()[1] == 2  # tuned again
    segmenter.restore(tuned_weights)
    again, made = run()
    assert made == 0  # rolled back: what was seen with these weights is right again
    check(again, plain)
    segmenter.states.budget = 2**20  # the state after an annotated frame is kept as well: started once each way
    starts: list[int] = []
    monkeypatch.setattr(Propagator, "start", lambda self, *given: (starts.append(1), start(self, *given))[1])
    check(run({0: truth[0]})[0], run({0: truth[0]})[0])
    assert len(starts) == 1
    video, _ = moving_video()
    assert run()[1] == 2  # another video
