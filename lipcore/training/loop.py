"""The optimiser loop of all offline training, as a generator: resumable to the exact step, over several processes.

A step's batch is cut into micro-batches. Everything random in micro-batch m of step s follows from (seed, s, m)
alone, so that a resumed run repeats an unbroken one, and several processes repeat a single one: each takes
every n-th micro-batch, and gradients are added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeAlias, TypeVar, cast

import torch
import torch.distributed as distributed
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from lipcore.errors import LipError
from lipcore.learning.reports import TrainingReport
from lipcore.machine.device import memory_advice, precision

Tensors: TypeAlias = tuple[Tensor, ...] | list[Tensor]
_OPTIMIZER_PREFIX, _AVERAGE_PREFIX, _NETWORK_PREFIX = "optimizer.", "average.", "network."


class Movable(Protocol):
    """A micro-batch."""

    def to(self, device: torch.device) -> Self:
        """The same on a device."""
        ...


NetworkT = TypeVar("NetworkT", bound=nn.Module)
BatchT = TypeVar("BatchT", bound=Movable)
BatchC = TypeVar("BatchC", bound=Movable, covariant=True)


class MicroBatches(Protocol[BatchC]):
    """A source of micro-batches: `batch(index)` is a pure function of the index."""

    def batch(self, step: int) -> BatchC:
        """Micro-batch number `step`, counted over the whole training."""
        ...


class Schedule(Protocol):
    """What the loop needs of a recipe."""

    @property
    def steps(self) -> int:
        """How many there are."""
        ...

    @property
    def optimizer(self) -> str:
        """ "sgd" or "adamw"."""
        ...

    @property
    def learning_rate(self) -> float:
        """The highest."""
        ...

    @property
    def weight_decay(self) -> float:
        """Of filters and matrices."""
        ...

    @property
    def momentum(self) -> float:
        """Of sgd."""
        ...

    @property
    def gradient_norm(self) -> float:
        """Gradients are clipped to it, 0 for never."""
        ...

    @property
    def average_decay(self) -> float:
        """Of the moving average of the weights that is kept, 0 for none."""
        ...

    def rate(self, step: int) -> float:
        """Learning rate of a step, counted from 0."""
        ...


@dataclass(frozen=True)
class Ranks:
    """This process among those that train together."""

    rank: int = 0
    size: int = 1


class TrainingLoop(Generic[NetworkT, BatchT]):
    """A network in training: optimiser, moving average and step count, on one device.

    `losses` gives the named losses of a micro-batch. What must not be learnt has its gradients switched off before.
    """

    def __init__(
        self,
        network: NetworkT,
        losses: Callable[[NetworkT, BatchT], dict[str, Tensor]],
        schedule: Schedule,
        device: torch.device,
        seed: int = 0,
    ) -> None:
        self.network, self.schedule, self.device, self.seed = network, schedule, device, seed
        self._losses = losses
        self.step = 0
        network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        network.train()
        self._named = [(name, value) for name, value in network.named_parameters() if value.requires_grad]
        self._optimizer = _make_optimizer(self._named, schedule)
        self._average: AveragedModel | None = None
        if schedule.average_decay:
            self._average = AveragedModel(network, multi_avg_fn=_moving_average(schedule.average_decay))

    @property
    def best_network(self) -> NetworkT:
        """The weights to keep: the moving average where the recipe asks for one, else the weights themselves."""
        if self._average is None:
            return self.network
        return cast(NetworkT, self._average.module)

    def run(
        self, source: MicroBatches[BatchT], micro_batches: int, ranks: Ranks | None = None
    ) -> Iterator[TrainingReport]:
        """Train up to the schedule's last step, yielding after each; `micro_batches` of a step are cut among ranks."""
        ranks = ranks or Ranks()
        if micro_batches % ranks.size:
            raise LipError(f"{micro_batches} micro-batches cannot be shared by {ranks.size} processes evenly.")
        while self.step < self.schedule.steps:
            yield self._advance(source, micro_batches, ranks)

    def _advance(self, source: MicroBatches[BatchT], micro_batches: int, ranks: Ranks) -> TrainingReport:
        rate = self.schedule.rate(self.step)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.zero_grad(set_to_none=True)
        totals: dict[str, Tensor] = {}
        for micro in range(ranks.rank, micro_batches, ranks.size):
            index = self.step * micro_batches + micro
            torch.manual_seed(hash((self.seed, index)) & 0x7FFF_FFFF)
            batch = source.batch(index).to(self.device)
            with memory_advice(self.device):
                with precision(self.device):
                    losses = self._losses(self.network, batch)
                loss = torch.stack(list(losses.values())).sum() / micro_batches
                loss.backward()
            for name, value in losses.items():
                totals[name] = totals.get(name, torch.zeros((), device=self.device)) + value.detach() / micro_batches
        if ranks.size > 1:
            self._add_up(totals)
        if self.schedule.gradient_norm:
            nn.utils.clip_grad_norm_((value for _, value in self._named), self.schedule.gradient_norm)
        parts = {name: float(value) for name, value in totals.items()}
        total = sum(parts.values())
        if not torch.isfinite(torch.tensor(total)):
            raise LipError(f"Training diverged at step {self.step}: the loss is not finite. Lower the learning rate.")
        self._optimizer.step()
        if self._average is not None:
            self._average.update_parameters(self.network)
        self.step += 1
        return TrainingReport(self.step, self.schedule.steps, total, parts, rate)

    def _add_up(self, totals: Mapping[str, Tensor]) -> None:
        """Sum gradients and losses over the processes."""
        for _, value in self._named:
            if value.grad is None:
                value.grad = torch.zeros_like(value)
            distributed.all_reduce(value.grad)
        for name in sorted(totals):
            distributed.all_reduce(totals[name])

    def state(self) -> dict[str, Tensor]:
        """Everything that a resumed run needs, as tensors by name."""
        tensors = {_NETWORK_PREFIX + name: value for name, value in self.network.state_dict().items()}
        names = {id(value): name for name, value in self._named}
        for parameter, values in self._optimizer.state.items():
            for key, value in values.items():
                if isinstance(value, Tensor):
                    tensors[f"{_OPTIMIZER_PREFIX}{key}.{names[id(parameter)]}"] = value
        if self._average is not None:
            tensors |= {_AVERAGE_PREFIX + name: value for name, value in self._average.state_dict().items()}
        tensors["step"] = torch.tensor(self.step)
        return {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on exactly where `state` was taken; LipError if it comes from another network or recipe."""
        try:
            self.network.load_state_dict(_with_prefix(tensors, _NETWORK_PREFIX))
            if self._average is not None:
                self._average.load_state_dict(_with_prefix(tensors, _AVERAGE_PREFIX))
            parameters = dict(self._named)
            for name, value in _with_prefix(tensors, _OPTIMIZER_PREFIX).items():
                key, _, parameter = name.partition(".")
                target = parameters[parameter]
                self._optimizer.state[target][key] = value.clone() if value.ndim == 0 else value.to(target.device)
            self.step = int(tensors["step"])
        except (KeyError, RuntimeError) as error:
            raise LipError("The training state does not fit this network and recipe.") from error


def _with_prefix(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _moving_average(decay: float) -> Callable[[Tensors, Tensors, Tensor | int], None]:
    """An update that keeps `decay` of the average, and less at first, so that the start does not linger in it."""

    @torch.no_grad()
    def update(averages: Tensors, current: Tensors, updates: Tensor | int) -> None:
        count = int(updates)
        torch._foreach_lerp_(averages, current, 1 - min(decay, (1 + count) / (10 + count)))

    return update


def _make_optimizer(named: list[tuple[str, nn.Parameter]], schedule: Schedule) -> torch.optim.Optimizer:
    """Weight decay is for filters and matrices, not for norms and biases."""
    matrices = [value for _, value in named if value.ndim > 1]
    vectors = [value for _, value in named if value.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": schedule.weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    if schedule.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=schedule.learning_rate)
    return torch.optim.SGD(groups, lr=schedule.learning_rate, momentum=schedule.momentum)
