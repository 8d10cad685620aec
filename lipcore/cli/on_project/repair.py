"""`lip repair`: repair the masks of one object over time: gaps, flicker, specks and holes, edges."""

from __future__ import annotations

from argparse import Namespace

from lipcore.cli.on_project.mending import Verb, add_mending_options, mend
from lipcore.cli.options import Subparsers
from lipcore.temporal.repair import RepairOptions, repair


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip repair`."""
    parser = subparsers.add_parser(
        "repair",
        help="gaps, flicker, specks and trembling edges of one object",
        description="Repair the masks of one object over time. What a person painted, corrected or verified stays, and "
        "other objects keep their pixels. Repairs are made in the order of the options.",
    )
    add_mending_options(parser, "id of the object", is_object_required=True)
    parser.add_argument("--interpolate", action="store_true", help="pass the shape from each painted frame to the next")
    text = "fill gaps of at most N frames, from both sides, moved by optical flow"
    parser.add_argument("--fill-gaps", type=int, default=0, metavar="N", help=text)
    text = "correct at most N frames in a row that those before and after outvote"
    parser.add_argument("--flicker", type=int, default=0, metavar="N", help=text)
    parser.add_argument("--clean", action="store_true", help="remove specks and fill holes that frames beside lack")
    text = "smooth edges over N frames before and after"
    parser.add_argument("--smooth", type=int, default=0, metavar="N", help=text)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Repair, then write all frames that change as one edit."""
    options = RepairOptions(
        interpolate=arguments.interpolate,
        gaps=arguments.fill_gaps,
        flicker=arguments.flicker,
        clean=arguments.clean,
        smooth=arguments.smooth,
    )
    return mend(arguments, lambda track, frames: repair(track, frames, options), Verb("Repairing", "Repaired"))
