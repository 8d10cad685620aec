"""The training of the interactive head from data to checkpoints: what `lip train clicks` runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import torch
from torch import nn

from lipcore.errors import LipError
from lipcore.interactive.head import HeadConfig, InteractiveHead, build_head
from lipcore.interactive.head_file import load_head, save_head
from lipcore.interactive.trunk import load_trunk, trunk_hash
from lipcore.learning.reports import TrainingReport
from lipcore.machine.device import choose_device
from lipcore.model.efficientnet import EfficientNetLite
from lipcore.training.clicks.batch import ClickSamples, ClickSource
from lipcore.training.clicks.losses import click_losses
from lipcore.training.clicks.recipe import ClickRecipe
from lipcore.training.clicks.samples import ClickSampler
from lipcore.training.clicks.validation import validate_clicks
from lipcore.training.data.store import TrainingData
from lipcore.training.keeper import Keeper, kept
from lipcore.training.loop import TrainingLoop
from lipcore.training.run_folder import RunFolder
from lipcore.weights.checkpoint import read_tensors

HELD_OUT = 0.04  # of the stills


@dataclass(frozen=True)
class ClickRequest:
    """What to train on and where to; None takes the recipe's value."""

    out: Path
    trunk: Path  # weights of a network of preset `small`
    weights: Path | None = None  # a head to start from, with a fresh optimiser
    resume: bool = False
    steps: int | None = None
    batch: int | None = None
    micro_batches: int = 1  # into which a step's batch is cut, to save memory
    learning_rate: float | None = None
    side: int | None = None  # of the pictures, pixels
    seed: int = 0
    device: str = "auto"
    hold_out: float = HELD_OUT  # fraction of the stills that validation keeps for itself
    hold_out_videos: Sequence[str] = ()  # beside these
    save_every: int = 100
    validate_every: int = 500


def click_recipe(request: ClickRequest) -> ClickRecipe:
    """The recipe of a request; LipError for sizes that cannot be trained."""
    recipe = ClickRecipe()
    steps, batch = request.steps or recipe.steps, request.batch or recipe.batch
    if request.micro_batches < 1 or batch % request.micro_batches:
        raise LipError(f"A batch of {batch} pictures cannot be cut into {request.micro_batches} micro-batches.")
    side = request.side or recipe.samples.side
    if side % 32 or side < 64:
        raise LipError(f"Cannot train on pictures of {side} pixels: choose a multiple of 32 from 64 on.")
    shrunk = side / recipe.samples.side
    low, high = recipe.samples.extents
    samples = replace(recipe.samples, side=side, extents=(low * shrunk, high * shrunk))
    warm_up = min(recipe.warm_up, max(steps // 5, 1))
    rate = request.learning_rate or recipe.learning_rate
    return replace(recipe, steps=steps, batch=batch, learning_rate=rate, warm_up=warm_up, samples=samples)


def split(data: TrainingData, request: ClickRequest) -> tuple[TrainingData, TrainingData]:
    """What is trained on, and what is kept for validation: the named videos and a part of the stills."""
    training, videos = data.hold_out(names=request.hold_out_videos)
    stills = TrainingData(training.still_entries, (), cache=data.cache)
    learnt, kept = stills.hold_out(request.hold_out, seed=request.seed)
    return (
        TrainingData(learnt.still_entries, training.video_entries, cache=data.cache),
        TrainingData((*kept.still_entries, *videos.still_entries), videos.video_entries, cache=data.cache),
    )


def held_out_stills(data: TrainingData) -> TrainingData:
    """The stills that a training on this data with seed 0 keeps for validation, as `lip train clicks` does."""
    stills = TrainingData(data.still_entries, (), cache=data.cache)
    return stills.hold_out(HELD_OUT, seed=0)[1]


def train_clicks(
    request: ClickRequest,
    data: TrainingData,
    recipe: ClickRecipe | None = None,
    config: HeadConfig | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[TrainingReport]:
    """Train, yielding after every step; `recipe` and `config` replace those of the request.

    `stop` is asked after every step; when it says yes, the state is saved and training ends. Stopping the iteration
    saves as well. With `resume` training goes on from the last save as if it had never stopped. LipError for whatever
    the user can cause: data, weights, folders.
    """
    chosen = recipe or click_recipe(request)
    device = choose_device(request.device)
    trunk = load_trunk(request.trunk)
    training, held_out = split(data, request)
    head = _starting_head(request, config, trunk_hash(trunk))
    settings: dict[str, object] = {
        **{"stage": "clicks", "seed": request.seed, "hold_out": request.hold_out},
        **{"hold_out_videos": list(request.hold_out_videos), "micro_batches": request.micro_batches},
        **{"recipe": json.loads(json.dumps(asdict(chosen))), "trunk": trunk_hash(trunk)},
        "data": sha256("\n".join(data.names).encode()).hexdigest()[:16],
    }
    with RunFolder(request.out, settings, request.resume) as folder:
        hashed, trunk = trunk_hash(trunk), trunk.to(device)
        loop = TrainingLoop(head, partial(_losses, trunk=trunk), chosen, device, request.seed)
        if request.resume and folder.state_path.exists():
            loop.restore(read_tensors(folder.state_path))
        if request.resume:
            folder.rewind(loop.step)
        source = ClickSource(
            ClickSampler(training, chosen.samples, request.seed), chosen.batch // request.micro_batches
        )
        keeper = _Keeper(folder, loop, request, chosen, trunk, hashed, held_out)
        yield from kept(loop.run(source, request.micro_batches), keeper, stop)


class _Keeper(Keeper):
    """Keeps a training of the head."""

    def __init__(
        self,
        folder: RunFolder,
        loop: TrainingLoop[InteractiveHead, ClickSamples],
        request: ClickRequest,
        recipe: ClickRecipe,
        trunk: EfficientNetLite,
        trunk_hash: str,
        held_out: TrainingData,
    ) -> None:
        super().__init__(folder, loop, request.save_every, request.validate_every)
        self._training, self._request, self._recipe = loop, request, recipe
        self._trunk, self._trunk_hash = trunk, trunk_hash
        has_pictures = bool(held_out.still_entries or held_out.video_entries)
        self._sampler = ClickSampler(held_out, recipe.samples, request.seed + 7) if has_pictures else None

    @property
    def can_validate(self) -> bool:
        return self._sampler is not None

    def validation(self) -> dict[str, float]:
        assert self._sampler is not None
        head = self._training.best_network
        head.eval()
        figures = validate_clicks(head, self._trunk, self._sampler, self._training.device)
        head.train()
        return figures

    def write(self, path: Path, number: int) -> None:
        notes = {
            "step": f"{number} of {self._recipe.steps}",
            "seed": str(self._request.seed),
            "recipe": json.dumps(asdict(self._recipe)),
        }
        save_head(path, self._training.best_network, self._trunk_hash, notes)


def _losses(head: InteractiveHead, batch: ClickSamples, trunk: nn.Module) -> dict[str, torch.Tensor]:
    return click_losses(head, trunk, batch)


def _starting_head(request: ClickRequest, config: HeadConfig | None, trunk: str) -> InteractiveHead:
    torch.manual_seed(request.seed)
    return build_head(config) if request.weights is None else load_head(request.weights, trunk)
