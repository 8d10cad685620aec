"""`lip train`: offline training of a preset, in stages, resumable and on any number of processes."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack

from lipcore.cli.commands.train_clicks import add_clicks
from lipcore.cli.commands.training_data import add_data_options, data_paths, open_data
from lipcore.cli.options import Subparsers, as_path, as_seed, count, fraction, positive
from lipcore.cli.progress import Progress
from lipcore.cli.stopping import StopWish
from lipcore.staging import refuse_inputs

_STAGES = {
    "pretrain": "learn objects from pictures; the memory's input stays zero",
    "video": "learn to propagate objects from videos and made-up clips",
    "memory": "add a memory that is told the masks to weights of preset small, and learn nothing else",
}
_TEXT = (
    "Train a preset. The folder RUN receives log.csv, the exact state to resume from, the checkpoints last.safetensors "
    "and best.safetensors, and what validation shows. Start it with torchrun to share the work among processes: "
    "torchrun --nproc-per-node N -m lipcore train ..."
)


def add_parser(subparsers: Subparsers) -> None:
    """Add `pretrain`, `video` and `memory` with the same options."""
    parser = subparsers.add_parser("train", help="offline training", description=_TEXT)
    stages = parser.add_subparsers(title="stages", metavar="STAGE", required=True)
    for stage, meaning in _STAGES.items():
        added = stages.add_parser(stage, help=meaning, description=f"{meaning[0].upper()}{meaning[1:]}. {_TEXT}")
        added.set_defaults(run=run, stage=stage)
        add_data_options(added)
        _add_options(added)
    add_clicks(stages)


def _add_options(parser: ArgumentParser) -> None:
    run = parser.add_argument_group("run")
    run.add_argument("--out", type=as_path, required=True, metavar="RUN", help="folder of the run")
    run.add_argument("--preset", default="small", help="paper, small (default) or coco")
    run.add_argument("--weights", type=as_path, metavar="FILE", help="start from these weights, with a fresh optimiser")
    run.add_argument("--resume", action="store_true", help="go on with the run in RUN from its last save, exactly")
    run.add_argument("--device", default="auto", help="auto (default), cpu, cuda, cuda:N or mps")
    run.add_argument("--seed", type=as_seed, default=0)
    run.add_argument("--hold-out", type=fraction, default=0.05, metavar="F", help="part kept for validation (0.05)")
    run.add_argument(
        "--hold-out-videos", nargs="+", default=(), metavar="NAME", help="videos kept for validation, instead of a part"
    )
    run.add_argument("--save-every", type=count, default=100, metavar="N", help="steps between saves (100)")
    run.add_argument("--validate-every", type=count, default=500, metavar="N", help="steps between validations (500)")
    run.add_argument("--workers", type=count, default=1, metavar="N", help="threads that make clips (1)")
    recipe = parser.add_argument_group("recipe, instead of the preset's")
    recipe.add_argument("--steps", type=count, metavar="N")
    recipe.add_argument("--batch", type=count, metavar="N", help="clips of a step, over all processes")
    recipe.add_argument("--micro-batches", type=count, metavar="N", help="parts of a step's batch, to save memory")
    recipe.add_argument("--learning-rate", type=positive, metavar="RATE")
    recipe.add_argument("--shorter-side", type=count, metavar="PIXELS", help="of frames; the longer grows with it")


def run(arguments: Namespace) -> int:
    """Train with a progress bar; of several processes the first one speaks."""
    from lipcore.evaluation.held_out import held_out_scores
    from lipcore.training.train_run import TrainRequest, request_recipe, train

    names = (
        *("stage", "out", "preset", "weights", "resume", "steps", "batch", "micro_batches", "learning_rate"),
        *("shorter_side", "seed", "device", "hold_out", "hold_out_videos", "save_every", "validate_every", "workers"),
    )
    request = TrainRequest(**{name: getattr(arguments, name) for name in names})
    refuse_inputs(arguments.out, [*data_paths(arguments), arguments.weights], inside=False)
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
