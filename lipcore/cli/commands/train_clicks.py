"""`lip train clicks`: training of the interactive head that answers clicks."""

from __future__ import annotations

from argparse import Namespace

from lipcore.cli.commands.training_data import add_data_options, data_paths, open_data
from lipcore.cli.options import Subparsers, as_path, as_seed, count, fraction, positive
from lipcore.cli.progress import Progress
from lipcore.cli.stopping import StopWish
from lipcore.resources import resource
from lipcore.staging import refuse_inputs

_TEXT = (
    "Train the head that makes masks of clicks, on the frozen trunk of preset small, with simulated clicks. The folder "
    "RUN receives log.csv, the exact state to resume from, and the checkpoints last.safetensors and best.safetensors."
)


def add_clicks(stages: Subparsers) -> None:
    """Add `clicks` to the stages of `lip train`."""
    parser = stages.add_parser("clicks", help="learn to make masks of clicks", description=_TEXT)
    parser.set_defaults(run=run)
    add_data_options(parser)
    options = parser.add_argument_group("run")
    options.add_argument("--out", type=as_path, required=True, metavar="RUN", help="folder of the run")
    options.add_argument("--trunk", type=as_path, metavar="FILE", help="weights whose trunk is used (the bundled ones)")
    options.add_argument("--weights", type=as_path, metavar="FILE", help="start from this head, with a fresh optimiser")
    options.add_argument("--resume", action="store_true", help="go on with the run in RUN from its last save, exactly")
    options.add_argument("--device", default="auto", help="auto (default), cpu, cuda, cuda:N or mps")
    options.add_argument("--seed", type=as_seed, default=0)
    options.add_argument("--hold-out", type=fraction, default=0.04, metavar="F", help="part of the stills kept (0.04)")
    options.add_argument("--hold-out-videos", nargs="+", default=(), metavar="NAME", help="videos kept beside them")
    options.add_argument("--save-every", type=count, default=100, metavar="N", help="steps between saves (100)")
    options.add_argument("--validate-every", type=count, default=500, metavar="N", help="between validations (500)")
    recipe = parser.add_argument_group("recipe")
    recipe.add_argument("--steps", type=count, metavar="N")
    recipe.add_argument("--batch", type=count, metavar="N", help="pictures of a step")
    recipe.add_argument("--micro-batches", type=count, default=1, metavar="N", help="parts of it, to save memory")
    recipe.add_argument("--learning-rate", type=positive, metavar="RATE")
    recipe.add_argument("--side", type=count, metavar="PIXELS", help="of the pictures, a multiple of 32")


def run(arguments: Namespace) -> int:
    """Train with a progress bar."""
    from lipcore.training.clicks.train import ClickRequest, click_recipe, train_clicks

    trunk = arguments.trunk or resource("weights/lip-small.safetensors")
    names = (
        *("out", "weights", "resume", "steps", "batch", "micro_batches", "learning_rate", "side", "seed", "device"),
        *("hold_out", "hold_out_videos", "save_every", "validate_every"),
    )
    request = ClickRequest(trunk=trunk, **{name: getattr(arguments, name) for name in names})
    refuse_inputs(arguments.out, [*data_paths(arguments), trunk, arguments.weights], inside=False)
    total = click_recipe(request).steps  # says what is wrong with the recipe before any data is read
    data = open_data(arguments)
    done = 0
    with (
        StopWish("Stopping after this step; once more stops at once and loses what is not saved.") as stop,
        Progress("Training the interactive head", total, "step") as progress,
    ):
        for step in train_clicks(request, data, stop=stop):
            progress.advance(step.number - done, f"loss {step.loss:.3f}")
            done = step.number
    if stop() and done < total:
        print(f"Stopped after step {done} of {total}: {arguments.out} holds the exact state for --resume.")
        return stop.status
    print(f"Trained {total} steps: {arguments.out / 'last.safetensors'}")
    return 0
