"""What `lip repair` and `lip clean` share: masks of some objects mended over a range and written as one edit."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass

from lipcore.cli.commands.segment import add_range_option
from lipcore.cli.options import add_json_option, add_project_options, check_json_path, open_project, write_json
from lipcore.cli.progress import Progress
from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.temporal.repair import RepairReport
from lipcore.temporal.track import Mask, Track
from lipcore.video import open_video
from lipcore.workflow.mending import mended, track_of
from lipcore.workflow.permission import Writer, locked_ids

Work = Callable[[Track, range], Generator[RepairReport, None, Mapping[int, Mask]]]


@dataclass(frozen=True)
class Verb:
    """How a command says what it does: "Repairing" and "Repaired"."""

    doing: str
    done: str


def add_mending_options(parser: ArgumentParser, object_help: str, is_object_required: bool) -> None:
    """Add the project, `--object`, `--range` and `--json`."""
    add_project_options(parser)
    parser.add_argument("--object", type=int, required=is_object_required, metavar="N", help=object_help)
    add_range_option(parser)
    add_json_option(parser)


def mend(arguments: Namespace, work: Work, verb: Verb, by: Writer = Writer.MODEL) -> int:
    """Do the work on the chosen objects, then write all frames that change as one edit."""
    check_json_path(arguments.json, (arguments.project, arguments.video))
    folder = open_project(arguments.project, arguments.accept_damage, arguments.take_over)
    with closing(folder):
        project = folder.project
        check_json_path(arguments.json, (project.video_path,))
        first, end = arguments.range or (0, None)
        frames = range(first, project.frame_count if end is None else end)
        if not 0 <= frames.start < frames.stop <= project.frame_count:
            raise LipError(f"There are no frames {frames.start}:{frames.stop} in {project.frame_count} frames.")
        chosen = [arguments.object] if arguments.object is not None else _unlocked(project)
        path = arguments.video or folder.find_video()
        with open_video(path, values=project.values) as video:
            masks = {each: _follow(work(track_of(project, video, each, by), frames), verb.doing) for each in chosen}
        touched = sorted({frame for each in masks.values() for frame in each})
        after = list(mended(project, (project.snapshot(frame) for frame in touched), masks, by))
        with project.edit():
            for snapshot in after:
                project.restore(snapshot)
        names = ", ".join(project.objects[each].name for each in chosen)
    changed = [snapshot.frame for snapshot in after]
    about = {"object": chosen[0]} if arguments.object is not None else {"objects": chosen}
    write_json(arguments.json, about | {"frames": len(frames), "changed": changed})
    print(f"{verb.done} {names} on {len(changed)} of {len(frames)} frames of {folder.path}.")
    return 0


def _unlocked(project: Project) -> list[int]:
    chosen = sorted(set(project.objects) - locked_ids(project))
    if not chosen:
        raise LipError("The project has no object that is not locked.")
    return chosen


def _follow(steps: Generator[RepairReport, None, Mapping[int, Mask]], title: str) -> Mapping[int, Mask]:
    """The new masks, with progress on stderr."""
    step = next(steps)  # says what is wrong before anything is shown
    with Progress(title, step.total) as progress:
        while True:
            progress.advance()
            try:
                next(steps)
            except StopIteration as end:
                masks: Mapping[int, Mask] = end.value
                return masks
