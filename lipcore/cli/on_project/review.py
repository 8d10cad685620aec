"""`lip review`: the doubtful frames of a project, the worst first, with the reason for each."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from contextlib import closing

import numpy as np

from lipcore.cli.options import (
    Subparsers,
    add_damage_option,
    add_json_option,
    as_path,
    check_json_path,
    read_project,
    write_json,
)
from lipcore.project.project import Project
from lipcore.workflow.doubt import THRESHOLD, WORDS, Doubt, Doubts


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip review`."""
    text = "Print the frames of PROJECT that should be looked at, the most doubtful first, and why."
    parser = subparsers.add_parser("review", help="doubtful frames of a project", description=text)
    parser.add_argument("project", type=as_path, metavar="PROJECT", help="project folder NAME.lip")
    text = f"doubt from which a frame is listed (default: {THRESHOLD:.0%})".replace("%", " %%")
    parser.add_argument("--from", dest="percent", type=_percent, default=round(100 * THRESHOLD), metavar="P", help=text)
    add_damage_option(parser)
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Read the project, even while a window has it open, and print the list."""
    check_json_path(arguments.json, (arguments.project,))
    with closing(read_project(arguments.project, arguments.accept_damage)) as folder:
        project = folder.project
        check_json_path(arguments.json, (project.video_path,))
        doubts = Doubts.of(project).doubtful(arguments.percent / 100)
        ranked = sorted(doubts, key=lambda doubt: (-doubt.rank, doubt.frame))
        rows = [_row(project, doubt) for doubt in ranked]
        was_run = bool(np.isfinite(project.scores).any())
    write_json(arguments.json, {"propagated": was_run, "doubtful": rows})
    if not was_run:
        print("Nothing was propagated in this project yet, so there is nothing to review.")
        return 0
    for row in rows:
        print(f"frame {row['frame']}, {row['name']}: {row['reason']} (doubt {row['doubt']:.0%})")
    print(f"{len(rows)} doubtful frames.")
    return 0


def _row(project: Project, doubt: Doubt) -> dict[str, object]:
    known = project.objects.get(doubt.object_id)
    score = float(project.scores[doubt.frame, doubt.object_id])
    return {
        "frame": doubt.frame,
        "object": doubt.object_id,
        "name": known.name if known is not None else f"Object {doubt.object_id}",
        "reason": WORDS[doubt.sign, doubt.side],
        "doubt": round(doubt.doubt, 4),
        "rank": round(doubt.rank, 4),
        "quality": round(score, 4),
    }


def _percent(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise ArgumentTypeError(f"expected a number from 1 to 100, got {text}")
    return int(text)
