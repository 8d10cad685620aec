"""`lip propagate`: carry the masks of a project's annotated frames to the others."""

from __future__ import annotations

from argparse import Namespace

from lipcore.cli.commands.segment import add_network_options, add_range_option
from lipcore.cli.on_project.tune import load_segmenter, opened
from lipcore.cli.options import Subparsers, add_json_option, add_project_options, check_json_path, write_json
from lipcore.cli.progress import follow
from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.workflow.headless import propagate_project
from lipcore.workflow.run import PropagationRun


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip propagate`."""
    text = "Carry the annotated masks of PROJECT through its working range; what a person made is not changed."
    parser = subparsers.add_parser("propagate", help="masks for every frame of a project", description=text)
    add_project_options(parser)
    add_network_options(parser)
    parser.add_argument("--direction", choices=("forward", "backward", "both"), default="both")
    add_range_option(parser)
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Propagate, and save masks, scores and boxes in the project."""
    check_json_path(arguments.json, (arguments.project, arguments.video, arguments.weights))
    with opened(arguments) as (folder, video):
        frames = _frames(folder.project, arguments.range)
        progress = PropagationRun(folder.project, frames, arguments.direction)
        segmenter = load_segmenter(arguments)
        for _ in follow(propagate_project(video, segmenter, progress), "Propagating", progress.total):
            pass
        device = segmenter.device_name
    done, changed = len(progress.done), len(progress.changed)
    write_json(arguments.json, {"frames": sorted(progress.done), "changed": sorted(progress.changed), "device": device})
    print(f"Propagated through {done} frames of {arguments.project}, {changed} changed, on {device}.")
    return 0


def _frames(project: Project, asked: tuple[int, int] | None) -> range:
    """The frames that are asked for, or else the project's working range. LipError."""
    if asked is None:
        return range(project.in_out[0], project.in_out[1] + 1)
    if asked[1] > project.frame_count:
        raise LipError(f"There is no range {asked[0]}:{asked[1]} in a video of {project.frame_count} frames.")
    return range(*asked)
