"""AdamW and SGD by torch's own functions: its classes would load PyTorch's compiler at their first step, 150 MB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.optim.adamw import adamw
from torch.optim.sgd import sgd

WEIGHT_DECAY = 1e-4


class Optimizer(Protocol):
    """Moves parameters by their gradients; one without a gradient stays as it is."""

    def step(self, parameters: Sequence[Parameter], rate: float) -> None:
        """One step with the learning rate `rate`, in place."""


class _Moments(NamedTuple):
    """What AdamW remembers of a parameter."""

    first: Tensor
    second: Tensor
    steps: Tensor  # () float32


class AdamW:
    """`torch.optim.AdamW` with its defaults and a weight decay of `WEIGHT_DECAY`."""

    def __init__(self) -> None:
        self._moments: dict[Parameter, _Moments] = {}

    @torch.no_grad()
    def step(self, parameters: Sequence[Parameter], rate: float) -> None:
        """One step with the learning rate `rate`, in place."""
        moved = [value for value in parameters if value.grad is not None]
        for value in moved:
            if value not in self._moments:
                zeros = torch.zeros_like(value, memory_format=torch.preserve_format)
                self._moments[value] = _Moments(zeros, zeros.clone(), torch.tensor(0.0))
        known = [self._moments[value] for value in moved]
        adamw(
            list(moved),
            [value.grad for value in moved if value.grad is not None],
            [each.first for each in known],
            [each.second for each in known],
            [],
            [each.steps for each in known],
            amsgrad=False,
            beta1=0.9,
            beta2=0.999,
            lr=rate,
            weight_decay=WEIGHT_DECAY,
            eps=1e-8,
            maximize=False,
        )


class Sgd:
    """`torch.optim.SGD` with a momentum of 0.9 and a weight decay of `WEIGHT_DECAY`."""

    def __init__(self) -> None:
        self._momenta: dict[Parameter, Tensor | None] = {}

    @torch.no_grad()
    def step(self, parameters: Sequence[Parameter], rate: float) -> None:
        """One step with the learning rate `rate`, in place."""
        moved = [value for value in parameters if value.grad is not None]
        momenta = [self._momenta.get(value) for value in moved]
        sgd(
            list(moved),
            [value.grad for value in moved if value.grad is not None],
            momenta,
            weight_decay=WEIGHT_DECAY,
            momentum=0.9,
            lr=rate,
            dampening=0.0,
            nesterov=False,
            maximize=False,
        )
        self._momenta.update(zip(moved, momenta, strict=True))
