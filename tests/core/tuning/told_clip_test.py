"""A clip to tune on, seen by a memory that is told labels: nothing changes at first, and the same twice."""

from __future__ import annotations

import torch
from torch import Tensor

from lipcore.model import LipNetwork
from lipcore.model.specialise import specialise
from lipcore.tuning.feature_cache import CachedFrame, Example, build_cache
from tests.core.model.networks import plain_and_told
from tests.core.training.pictures import draw


def cached(network: LipNetwork) -> list[CachedFrame]:
    """What tuning keeps of an example and a clip of three frames made of it."""
    torch.manual_seed(0)
    image, labels = draw({1: (10, 20, 50, 60), 2: (70, 30, 110, 80)})
    pieces = build_cache(specialise(network, 2), [Example(image, labels)], 1, 3, 0, False)
    while True:
        try:
            next(pieces)
        except StopIteration as stop:
            return list(stop.value._frames)


def levels(frame: CachedFrame) -> list[Tensor]:
    return frame.levels


def test_tuning_sees_the_same_as_without_a_memory_at_first_and_the_memory_later() -> None:
    plain, new = plain_and_told(gain=0.0)
    _, trained = plain_and_told(gain=0.5)
    expected, first, later = cached(plain), cached(new), cached(trained)
    assert len(expected) == len(first) == len(later) == 4
    for number in range(4):
        pairs = zip(levels(expected[number]), levels(first[number]), levels(later[number]), strict=True)
        for finest, (wanted, found, changed) in enumerate(pairs):
            assert torch.equal(wanted, found)
            assert torch.equal(wanted, changed) == (finest == 0)  # no memory at stride 4


def test_tuning_with_a_memory_is_the_same_twice() -> None:
    _, told = plain_and_told(gain=0.5)
    for a, b in zip(cached(told), cached(told), strict=True):
        assert all(torch.equal(x, y) for x, y in zip(levels(a), levels(b), strict=True))
