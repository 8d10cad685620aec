"""`lip repair`: repair the masks of one object over time: gaps, flicker, specks and holes, edges."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from contextlib import closing

from lipcore.cli.commands.segment import add_range_option
from lipcore.cli.options import (
    Subparsers,
    add_json_option,
    add_project_options,
    check_json_path,
    open_project,
    write_json,
)
from lipcore.cli.progress import Progress
from lipcore.errors import LipError
from lipcore.temporal.project import repaired, track_of
from lipcore.temporal.repair import RepairOptions, repair
from lipcore.temporal.track import Mask, Track
from lipcore.video import open_video


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip repair`."""
    parser = subparsers.add_parser(
        "repair",
        help="gaps, flicker, specks and trembling edges of one object",
        description="Repair the masks of one object over time. What a person painted, corrected or verified stays, and "
        "other objects keep their pixels. Repairs are made in the order of the options.",
    )
    add_project_options(parser)
    parser.add_argument("--object", type=int, required=True, metavar="N", help="id of the object")
    add_range_option(parser)
    parser.add_argument("--interpolate", action="store_true", help="pass the shape from each painted frame to the next")
    text = "fill gaps of at most N frames, from both sides, moved by optical flow"
    parser.add_argument("--fill-gaps", type=int, default=0, metavar="N", help=text)
    text = "correct at most N frames in a row that those before and after outvote"
    parser.add_argument("--flicker", type=int, default=0, metavar="N", help=text)
    parser.add_argument("--clean", action="store_true", help="remove specks and fill holes that frames beside lack")
    text = "smooth edges over N frames before and after"
    parser.add_argument("--smooth", type=int, default=0, metavar="N", help=text)
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Repair, then write all frames that change as one edit."""
    check_json_path(arguments.json, (arguments.project, arguments.video))
    options = RepairOptions(
        interpolate=arguments.interpolate,
        gaps=arguments.fill_gaps,
        flicker=arguments.flicker,
        clean=arguments.clean,
        smooth=arguments.smooth,
    )
    folder = open_project(arguments.project, arguments.accept_damage, arguments.take_over)
    with closing(folder):
        project = folder.project
        first, end = arguments.range or (0, None)
        frames = range(first, project.frame_count if end is None else end)
        if not 0 <= frames.start < frames.stop <= project.frame_count:
            raise LipError(f"There are no frames {frames.start}:{frames.stop} in {project.frame_count} frames.")
        path = arguments.video or folder.find_video()
        with open_video(path, values=project.values) as video:
            masks = _follow(track_of(project, video, arguments.object), frames, options)
        before = (project.snapshot(frame) for frame in masks)
        after = list(repaired(before, arguments.object, masks))
        with project.edit():
            for snapshot in after:
                project.restore(snapshot)
        name = project.objects[arguments.object].name
    changed = [snapshot.frame for snapshot in after]
    write_json(arguments.json, {"object": arguments.object, "frames": len(frames), "changed": changed})
    print(f"Repaired {name} on {len(changed)} of {len(frames)} frames of {folder.path}.")
    return 0


def _follow(track: Track, frames: range, options: RepairOptions) -> Mapping[int, Mask]:
    """The repaired masks, with progress on stderr."""
    steps = repair(track, frames, options)
    step = next(steps)  # says what is wrong before anything is shown
    with Progress("Repairing", step.total) as progress:
        while True:
            progress.advance()
            try:
                next(steps)
            except StopIteration as end:
                masks: Mapping[int, Mask] = end.value
                return masks
