"""A stage of offline training from data to checkpoints: what `lip train` runs, in one process or several."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import torch
import torch.distributed as distributed

from lipcore.augment.batch import ClipBatch
from lipcore.errors import LipError
from lipcore.learning.recipe import Recipe
from lipcore.learning.reports import TrainingReport
from lipcore.machine.device import choose_device
from lipcore.model import LipNetwork, NetworkConfig, build_network
from lipcore.model.assembly import with_told_memory
from lipcore.model.backbone import SIZE_DIVISOR
from lipcore.presets import find_preset
from lipcore.training.class_ids import prepare_ids, without_classes
from lipcore.training.data.clips import ClipSampler
from lipcore.training.data.source import ClipSource, clip_config
from lipcore.training.data.store import Still, TrainingData
from lipcore.training.imagenet import start_keys, start_trunk
from lipcore.training.keeper import Keeper, kept
from lipcore.training.loop import Ranks
from lipcore.training.offline import Trainer
from lipcore.training.run_folder import STATE_FILE, RunFolder
from lipcore.training.validation import sample_picture, validate
from lipcore.weights.checkpoint import load_checkpoint, read_tensors

SMALLEST_SIDE = 64  # pixels: two cells of the coarsest level
VALIDATION_BATCHES = 4  # of two clips
Judge: TypeAlias = Callable[[LipNetwork, Sequence[Sequence[Still]]], Mapping[str, float]]
"""Says in named figures how good a network, which it leaves as it is, does on videos."""


@dataclass(frozen=True)
class TrainRequest:
    """What to train, on what, and where to; None takes the recipe's value."""

    stage: str  # "pretrain", "video" or "memory"
    out: Path
    preset: str = "small"
    weights: Path | None = None  # to start from, with a fresh optimiser
    resume: bool = False
    steps: int | None = None
    batch: int | None = None  # clips over all processes
    micro_batches: int | None = None  # into which a step's batch is cut, over all processes
    learning_rate: float | None = None
    shorter_side: int | None = None  # pixels; the longer side grows with it
    seed: int = 0
    device: str = "auto"
    hold_out: float = 0.05  # fraction of videos and stills that validation keeps for itself, 0 for none
    hold_out_videos: Sequence[str] = ()  # these instead
    save_every: int = 100
    validate_every: int = 500
    workers: int = 1  # threads that make clips


def request_recipe(request: TrainRequest) -> Recipe:
    """The recipe of a request; another number of steps shortens or stretches its schedule."""
    recipe = find_preset(request.preset).recipe(request.stage)
    if request.steps is not None and request.steps != recipe.steps:
        if request.steps < 1:
            raise LipError("Cannot train for less than one step.")
        drops = tuple(round(drop * request.steps / recipe.steps) for drop in recipe.drops)
        warm_up = min(recipe.warm_up, max(request.steps // 5, 1))
        recipe = replace(recipe, steps=request.steps, drops=drops, warm_up=warm_up)
    if request.batch is not None:
        recipe = replace(recipe, batch=request.batch)
    if request.shorter_side is not None:
        if request.shorter_side < SMALLEST_SIDE:
            raise LipError(f"Cannot train on frames whose shorter side is under {SMALLEST_SIDE} pixels.")
        scale = request.shorter_side / max(recipe.shorter_sides)
        longer = round(recipe.longer_side * scale / SIZE_DIVISOR) * SIZE_DIVISOR
        recipe = replace(recipe, shorter_sides=(request.shorter_side,), longer_side=longer)
    return replace(recipe, learning_rate=request.learning_rate or recipe.learning_rate)


def train(
    request: TrainRequest,
    data: TrainingData,
    recipe: Recipe | None = None,
    config: NetworkConfig | None = None,
    stop: Callable[[], bool] = lambda: False,
    judge: Judge | None = None,
) -> Iterator[TrainingReport]:
    """Train, yielding after every step; `recipe` and `config` replace those of the request's stage and preset.

    Started by torchrun, the processes share each step; the first one writes. `stop` is asked after every step; when
    one process says yes, the state is saved and all end. Stopping the iteration saves as well. With `resume` training
    goes on from the last save as if it had never stopped. Validation adds what `judge` says of held-out videos.
    LipError for whatever the user can cause: data, weights, folders, an odd number of micro-batches.
    """
    chosen = recipe or request_recipe(request)
    with _process_group(request.device) as (ranks, device), ExitStack() as stack:
        micro_batches = _micro_batches(request, chosen, ranks)
        training, held_out = _split(data, request)
        start = _starting_network(request, config, training)
        if chosen.memory_alone:
            start = _with_memory(start, request)
        network, data = prepare_ids(start, data, request.stage)
        training, held_out = _split(data, request)
        if request.stage != "pretrain" and held_out is not None:
            held_out = without_classes(held_out)  # nobody has learnt the ids of their objects
        trainer = Trainer(network, chosen, device, request.seed)
        settings: dict[str, object] = {
            **{name: getattr(request, name) for name in ("stage", "preset", "seed", "hold_out")},
            "hold_out_videos": list(request.hold_out_videos),
            **{"micro_batches": micro_batches, "recipe": json.loads(json.dumps(asdict(chosen)))},
            "data": sha256("\n".join(data.names).encode()).hexdigest()[:16],
        }
        folder = stack.enter_context(RunFolder(request.out, settings, request.resume)) if not ranks.rank else None
        state = _saved_state(request) if request.resume else None
        if state is not None:
            trainer.restore(state)
        if folder is not None and request.resume:
            folder.rewind(trainer.step)
        per_micro_batch = chosen.batch // micro_batches
        configs = [clip_config(chosen, side, per_micro_batch) for side in chosen.shorter_sides]
        seed = request.seed + (request.stage != "pretrain")  # clips are drawn anew in each stage
        source = ClipSource(
            training,
            configs,
            seed=seed,
            device=device,
            micro_batches=micro_batches,
            ranks=ranks,
            first_step=trainer.step,
            workers=request.workers,
        )
        keeper = None if folder is None else _Keeper(folder, trainer, request, held_out, judge)
        with closing(source):
            steps = trainer.run(source, micro_batches, ranks)
            yield from kept(steps, keeper, lambda: _anyone(stop(), ranks, device))


class _Keeper(Keeper):
    """Keeps a training of the whole network."""

    def __init__(
        self,
        folder: RunFolder,
        trainer: Trainer,
        request: TrainRequest,
        held_out: TrainingData | None,
        judge: Judge | None,
    ) -> None:
        super().__init__(folder, trainer, request.save_every, request.validate_every)
        self._trainer, self._request = trainer, request
        self._judge, self._videos = judge, held_out.videos if held_out is not None else ()
        self._batches: list[ClipBatch] = []
        if held_out is not None and (held_out.stills or held_out.videos):
            recipe = trainer.recipe
            config = clip_config(recipe, recipe.shorter_sides[0], 2)
            self._sampler = ClipSampler(held_out, config, seed=request.seed + 7)
            self._batches = [self._sampler.batch(number) for number in range(VALIDATION_BATCHES)]

    @property
    def can_validate(self) -> bool:
        return bool(self._batches)

    def validation(self) -> dict[str, float]:
        network, config = self._trainer.best_network, self._trainer.recipe.losses
        network.eval()
        figures = validate(network, self._batches, config)
        if self._judge is not None:
            figures |= self._judge(network, self._videos)
        self.folder.save_sample(sample_picture(network, self._batches[0], config))
        network.train()
        return figures

    def write(self, path: Path, number: int) -> None:
        request, recipe = self._request, self._trainer.recipe
        notes = {
            "stage": request.stage,
            "step": f"{number} of {recipe.steps}",
            "seed": str(request.seed),
            "recipe": json.dumps(asdict(recipe)),
        }
        self.folder.save_network(path, self._trainer.best_network, notes)


def _starting_network(request: TrainRequest, config: NetworkConfig | None, data: TrainingData) -> LipNetwork:
    """The network of the weights to start from, or a new one, with an ImageNet trunk where the preset has one."""
    torch.manual_seed(request.seed)
    if request.weights is None:
        network = build_network(config or find_preset(request.preset).network)
        if network.config.trunk == "efficientnet-lite0":
            start_trunk(network)
        if network.matcher is not None:
            start_keys(network, data.stills or [video[0] for video in data.videos], request.seed)
        return network
    network, card = load_checkpoint(request.weights)
    if card.config.preset != request.preset:
        raise LipError(f"The weights {request.weights} are for preset {card.config.preset}, not {request.preset}.")
    torch.manual_seed(request.seed)
    return network


def _with_memory(network: LipNetwork, request: TrainRequest) -> LipNetwork:
    """The network with a memory that is told the labels; LipError for one that has another, or has learnt nothing."""
    if request.weights is None:
        raise LipError("The memory alone learns in this stage: name the weights that it is added to.")
    if network.config.memory_told:
        return network
    if network.config.memory_levels:
        raise LipError(f"The weights {request.weights} have a memory that is told nothing: no other can be added.")
    torch.manual_seed(request.seed)
    return with_told_memory(network)


def _split(data: TrainingData, request: TrainRequest) -> tuple[TrainingData, TrainingData | None]:
    """What is trained on, and what validation keeps for itself."""
    if request.hold_out_videos:
        return data.hold_out(names=request.hold_out_videos)
    return data.hold_out(request.hold_out, seed=request.seed) if request.hold_out else (data, None)


def _saved_state(request: TrainRequest) -> dict[str, torch.Tensor] | None:
    path = request.out / STATE_FILE
    return read_tensors(path) if path.exists() else None


def _micro_batches(request: TrainRequest, recipe: Recipe, ranks: Ranks) -> int:
    """Into how many parts a step's batch is cut: two, unless that does not divide batch and processes evenly."""
    batch, size = recipe.batch, ranks.size
    if request.micro_batches is not None:
        if request.micro_batches < 1 or batch % request.micro_batches:
            raise LipError(f"A batch of {batch} clips cannot be cut into {request.micro_batches} micro-batches.")
        return request.micro_batches
    parts = [count for count in range(size, batch + 1, size) if batch % count == 0]
    if not parts:
        raise LipError(f"A batch of {batch} clips cannot be shared by {size} processes evenly.")
    return next((count for count in parts if count >= 2), parts[-1])


def _anyone(says_yes: bool, ranks: Ranks, device: torch.device) -> bool:
    """Whether any process says yes; all are told the same."""
    if ranks.size == 1:
        return says_yes
    votes = torch.tensor(int(says_yes), device=device)
    distributed.all_reduce(votes)
    return bool(votes)


@contextmanager
def _process_group(device: str) -> Iterator[tuple[Ranks, torch.device]]:
    """This process among those torchrun started, if it did, and its device."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Ranks(), choose_device(device)
        return
    rank, local = int(os.environ["RANK"]), os.environ.get("LOCAL_RANK", "0")
    chosen = choose_device(device)
    if chosen.type == "cuda" and device in ("auto", "cuda"):
        chosen = choose_device(f"cuda:{local}")
        torch.cuda.set_device(chosen)
    distributed.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    try:
        yield Ranks(rank, size), chosen
    finally:
        distributed.destroy_process_group()
