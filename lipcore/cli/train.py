"""`lip train`: offline training of a preset, in two stages, resumable and on any number of processes."""

from __future__ import annotations

import math
import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from lipcore.cli.options import Subparsers, as_path, as_seed
from lipcore.cli.progress import Progress
from lipcore.cli.stopping import StopWish
from lipcore.errors import LipError
from lipcore.staging import refuse_inputs

if TYPE_CHECKING:  # torch is imported when training starts
    from lipcore.training.data.store import TrainingData

_STAGES = {
    "pretrain": "learn objects from pictures; the memory's input stays zero",
    "video": "learn to propagate objects from videos and made-up clips",
}
_TEXT = (
    "Train a preset. The folder RUN receives log.csv, the exact state to resume from, the checkpoints last.safetensors "
    "and best.safetensors, and what validation shows. Start it with torchrun to share the work among processes: "
    "torchrun --nproc-per-node N -m lipcore train ..."
)


def add_parser(subparsers: Subparsers) -> None:
    """Add `pretrain` and `video` with the same options."""
    parser = subparsers.add_parser("train", help="offline training", description=_TEXT)
    stages = parser.add_subparsers(title="stages", metavar="STAGE", required=True)
    for stage, meaning in _STAGES.items():
        added = stages.add_parser(stage, help=meaning, description=f"{meaning[0].upper()}{meaning[1:]}. {_TEXT}")
        added.set_defaults(run=run, stage=stage)
        _add_options(added)


def _add_options(parser: ArgumentParser) -> None:
    data = parser.add_argument_group("data, which is joined")
    data.add_argument(
        "--data",
        type=as_path,
        nargs="+",
        default=[],
        metavar="PATH",
        help="folders with static/ and video/ sources",
    )
    data.add_argument("--coco", type=as_path, nargs=2, metavar=("IMAGES", "JSON"), help="COCO images and instances")
    data.add_argument("--davis", type=as_path, metavar="ROOT", help="the train split of DAVIS")
    data.add_argument("--davis-year", type=int, choices=(2016, 2017), default=2017)
    data.add_argument("--youtube-vos", type=as_path, metavar="ROOT", help="the train split of YouTube-VOS")
    data.add_argument("--memory", type=_positive, default=2.0, metavar="GB", help="decoded pictures kept (default: 2)")
    run = parser.add_argument_group("run")
    run.add_argument("--out", type=as_path, required=True, metavar="RUN", help="folder of the run")
    run.add_argument("--preset", default="small", help="paper, small (default) or coco")
    run.add_argument("--weights", type=as_path, metavar="FILE", help="start from these weights, with a fresh optimiser")
    run.add_argument("--resume", action="store_true", help="go on with the run in RUN from its last save, exactly")
    run.add_argument("--device", default="auto", help="auto (default), cpu, cuda, cuda:N or mps")
    run.add_argument("--seed", type=as_seed, default=0)
    run.add_argument("--hold-out", type=_fraction, default=0.05, metavar="F", help="part kept for validation (0.05)")
    run.add_argument(
        "--hold-out-videos", nargs="+", default=(), metavar="NAME", help="videos kept for validation, instead of a part"
    )
    run.add_argument("--save-every", type=_count, default=100, metavar="N", help="steps between saves (100)")
    run.add_argument("--validate-every", type=_count, default=500, metavar="N", help="steps between validations (500)")
    run.add_argument("--workers", type=_count, default=1, metavar="N", help="threads that make clips (1)")
    recipe = parser.add_argument_group("recipe, instead of the preset's")
    recipe.add_argument("--steps", type=_count, metavar="N")
    recipe.add_argument("--batch", type=_count, metavar="N", help="clips of a step, over all processes")
    recipe.add_argument("--micro-batches", type=_count, metavar="N", help="parts of a step's batch, to save memory")
    recipe.add_argument("--learning-rate", type=_positive, metavar="RATE")
    recipe.add_argument("--shorter-side", type=_count, metavar="PIXELS", help="of frames; the longer grows with it")


def run(arguments: Namespace) -> int:
    """Train with a progress bar; of several processes the first one speaks."""
    from lipcore.evaluation.held_out import held_out_scores
    from lipcore.training.train_run import TrainRequest, request_recipe, train

    names = (
        *("stage", "out", "preset", "weights", "resume", "steps", "batch", "micro_batches", "learning_rate"),
        *("shorter_side", "seed", "device", "hold_out", "hold_out_videos", "save_every", "validate_every", "workers"),
    )
    request = TrainRequest(**{name: getattr(arguments, name) for name in names})
    data_paths = [*arguments.data, *(arguments.coco or []), arguments.davis, arguments.youtube_vos, arguments.weights]
    refuse_inputs(arguments.out, data_paths, inside=False)
    total = request_recipe(request).steps  # says what is wrong with the recipe before any data is read
    data = open_data(arguments)
    first, done = os.environ.get("RANK", "0") == "0", 0
    sentence = "Stopping after this step; once more stops at once and loses what is not saved." if first else ""
    with StopWish(sentence) as stop, ExitStack() as stack:
        title = f"Training {arguments.preset}, {arguments.stage}"
        progress = stack.enter_context(Progress(title, total, "step")) if first else None
        for step in train(request, data, stop=stop, judge=held_out_scores):
            if progress is not None:
                progress.advance(step.number - done, f"loss {step.loss:.3f}")
            done = step.number
    if stop() and done < total:
        if first:
            print(f"Stopped after step {done} of {total}: {arguments.out} holds the exact state for --resume.")
        return stop.status
    if first:
        print(f"Trained {total} steps: {arguments.out / 'last.safetensors'}")
    return 0


def open_data(arguments: Namespace) -> TrainingData:
    """All data that the options name, joined; LipError if there is none."""
    from lipcore.training.data.packs import open_coco, open_davis, open_training_pack, open_youtube_vos

    budget = int(arguments.memory * 1e9)
    parts = [open_training_pack(path, budget) for path in arguments.data]
    if arguments.coco:
        parts.append(open_coco(arguments.coco[0], arguments.coco[1], budget))
    if arguments.davis:
        parts.append(open_davis(arguments.davis, arguments.davis_year, budget=budget))
    if arguments.youtube_vos:
        parts.append(open_youtube_vos(arguments.youtube_vos, budget))
    if not parts:
        raise LipError("There is nothing to train on: add --data, --coco, --davis or --youtube-vos.")
    data = parts[0]
    for part in parts[1:]:
        data = data + part
    return data


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"expected a whole number from 1 on, got {text}")
    return int(text)


def _positive(text: str) -> float:
    return _number(text, lambda value: value > 0, "a number above 0")


def _fraction(text: str) -> float:
    return _number(text, lambda value: 0 <= value < 1, "a number from 0 to below 1")


def _number(text: str, allowed: Callable[[float], bool], expected: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or not allowed(value):
        raise ArgumentTypeError(f"expected {expected}, got {text}")
    return value
