"""The optimisers move weights as torch's own classes do."""

from __future__ import annotations

import pytest
import torch
from torch.nn import Parameter

from lipcore.tuning.optimizers import WEIGHT_DECAY, AdamW, Optimizer, Sgd


def made() -> list[Parameter]:
    generator = torch.Generator().manual_seed(0)
    return [Parameter(torch.randn(shape, generator=generator)) for shape in ((3, 4), (5,), (2, 3, 3, 3))]


@pytest.mark.parametrize("name", ["adamw", "sgd"])
def test_steps_are_those_of_torch(name: str) -> None:
    """At changing rates, one parameter having no gradient in every second step."""
    ours, theirs = made(), made()
    mine: Optimizer = AdamW() if name == "adamw" else Sgd()
    reference: torch.optim.Optimizer = (
        torch.optim.AdamW(theirs, weight_decay=WEIGHT_DECAY)
        if name == "adamw"
        else torch.optim.SGD(theirs, momentum=0.9, weight_decay=WEIGHT_DECAY)
    )
    generator = torch.Generator().manual_seed(1)
    for number in range(5):
        rate = 0.1 / (1 + number)
        for one, other in zip(ours, theirs, strict=True):
            gradient = torch.randn(one.shape, generator=generator)
            one.grad, other.grad = gradient, gradient.clone()
        if number % 2:
            ours[1].grad = theirs[1].grad = None
        mine.step(ours, rate)
        reference.param_groups[0]["lr"] = rate
        reference.step()
    for one, other, start in zip(ours, theirs, made(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-7)
        assert not torch.allclose(one, start, atol=1e-2)
