"""Networks put together: parts only where a configuration wants them, and a memory that is added changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from lipcore.model.assembly import build_network, with_told_memory
from tests.core.model.networks import noise, plain_and_told, tiny_config, tiny_network


def test_parts_are_left_out_where_they_are_not_wanted() -> None:
    whole = build_network(tiny_config())
    assert whole.quality_head is not None
    assert whole.matcher is not None
    bare = build_network(replace(tiny_config(), matching=0, quality_channels=0))
    assert bare.quality_head is None
    assert bare.matcher is None


@torch.no_grad()
def test_a_new_memory_keeps_every_weight_and_every_feature() -> None:
    plain, told = plain_and_told(gain=0.0)
    weights = told.state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in plain.state_dict().items())
    image = noise(1, 3, 64, 96)
    for one, other in zip(plain.step(image, None)[0].levels, told.step(image, None)[0].levels, strict=True):
        assert torch.equal(one, other)
    assert (told.config.memory_levels, told.config.memory_told) == (4, 6)


def test_a_network_with_a_memory_gets_no_second_one() -> None:
    with pytest.raises(ValueError, match="has a memory"):
        with_told_memory(tiny_network())
