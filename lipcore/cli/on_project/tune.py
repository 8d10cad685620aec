"""`lip tune`: adapt the network to the annotated frames of a project."""

from __future__ import annotations

import math
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lipcore.cli.commands.segment import add_network_options
from lipcore.cli.options import (
    Subparsers,
    add_json_option,
    add_project_options,
    check_json_path,
    open_project,
    write_json,
)
from lipcore.cli.progress import follow
from lipcore.storage.project_folder import ProjectFolder
from lipcore.video import Video, open_video
from lipcore.workflow.headless import tune_project

if TYPE_CHECKING:  # torch is imported when a run starts
    from lipcore.segmenter import Segmenter


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip tune`."""
    text = "Tune the network on what is painted, corrected or verified in PROJECT, as the key T of the window does."
    parser = subparsers.add_parser("tune", help="adapt the network to a project", description=text)
    add_project_options(parser)
    add_network_options(parser)
    parser.add_argument("--quality", choices=("fast", "balanced", "best"), default="balanced", help="how long to tune")
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Tune, and keep the weights in the project."""
    check_json_path(arguments.json, (arguments.project, arguments.video, arguments.weights))
    iterations, loss = 0, math.nan
    with opened(arguments) as (folder, video):
        segmenter = load_segmenter(arguments)
        steps = tune_project(folder.project, video, segmenter, arguments.quality)
        for step in follow(steps, "Tuning", None, "iteration"):
            iterations, loss = step.number, step.loss
        name, device = folder.project.weights_in_use, segmenter.device_name
    write_json(arguments.json, {"iterations": iterations, "loss": loss, "weights": name, "device": device})
    print(f"Tuned {arguments.project} in {iterations} iterations on {device}; the weights are kept in the project.")
    return 0


@contextmanager
def opened(arguments: Namespace) -> Iterator[tuple[ProjectFolder, Video]]:
    """The project to write and its video, which is not where the results go; saved and closed at the end. LipError."""
    folder = open_project(arguments.project, arguments.accept_damage, arguments.take_over)
    with closing(folder):
        path: Path = arguments.video or folder.find_video()
        check_json_path(arguments.json, (path,))
        with open_video(path, values=folder.project.values) as video:
            if arguments.video is not None:
                folder.relink(video)
            yield folder, video
            folder.flush()


def load_segmenter(arguments: Namespace) -> Segmenter:
    """The network that the options ask for."""
    from lipcore.segmenter import Segmenter

    chosen = arguments.preset, arguments.weights, arguments.device, arguments.max_side, arguments.seed
    return Segmenter.load(*chosen)
