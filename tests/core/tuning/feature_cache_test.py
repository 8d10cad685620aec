"""Features of annotated frames, kept: made in pieces or at once, in half precision where that holds them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np
import pytest
import torch

from lipcore.machine.device import precision
from lipcore.model import LipNetwork
from lipcore.tuning import feature_cache, lucid
from lipcore.tuning.feature_cache import FeatureCache, build_cache, cache_size
from tests.core.tuning.examples import example


def result_of(pieces: Generator[int, None, FeatureCache]) -> FeatureCache:
    """What a generator returns at its end."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return end.value


def test_a_cache_made_in_pieces_is_that_made_at_once(network: LipNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    caches = []
    for group in (3, 100):
        monkeypatch.setattr(lucid, "GROUP", group)
        caches.append(result_of(build_cache(network, [example()], 7, 2, 0, True)))
    assert [len(cache) for cache in caches] == [15, 15] == [cache_size(1, 7, 2)] * 2
    one, other = (cache.batch(range(15)) for cache in caches)
    for ours, theirs in zip(one.features.levels, other.features.levels, strict=True):
        assert torch.equal(ours, theirs)
    assert torch.equal(one.objects.masks, other.objects.masks)
    assert one.matches is not None
    assert other.matches is not None
    assert all(torch.equal(*pair) for pair in zip(one.matches, other.matches, strict=True))


def test_annotated_frames_are_matched_with_one_another(network: LipNetwork) -> None:
    """So the first knows nothing of an object that the second one lacks; alone it is matched with a copy of its own."""
    both = example()
    lacking = replace(both, labels=np.where(both.labels == 2, 0, both.labels).astype(np.uint8))
    alone, beside = (
        result_of(build_cache(network, examples, 2, 2, 0, True)).batch([0]).matches
        for examples in ([both], [both, lacking])
    )
    assert alone is not None
    assert beside is not None
    assert alone.annotated[0, 2].sum() > 0
    assert beside.annotated[0, 2].sum() == 0
    assert beside.annotated[0, 1].sum() > 0


def test_the_cache_keeps_half_of_the_digits_and_all_of_the_pictures(network: LipNetwork) -> None:
    cache = result_of(build_cache(network, [example()], 1, 2, 0, True))
    image = torch.from_numpy(example().image).permute(2, 0, 1)[None].float() / 255
    batch = cache.batch([0, 1])
    assert torch.equal(batch.features.images[:1], image)
    with torch.no_grad(), precision(network.device):
        exact = [level.float() for level in network.step(image, None)[0].levels]
    for level, wanted in zip(batch.features.levels, exact, strict=True):
        assert level.dtype == torch.float32
        torch.testing.assert_close(level[:1], wanted, rtol=1e-3, atol=1e-3 * float(wanted.abs().max()))


def test_values_too_large_for_half_precision_stay_whole() -> None:
    assert feature_cache._halved(torch.tensor([7e4])).dtype == torch.float32
    assert feature_cache._halved(torch.tensor([6e4])).dtype == torch.float16
