"""`lip clean`: holes, specks, size and jags of masks, the same on every frame of a range."""

from __future__ import annotations

from argparse import Namespace

from lipcore.cli.on_project.mending import Verb, add_mending_options, mend
from lipcore.cli.options import Subparsers
from lipcore.temporal.cleaning import CleanOptions, clean_frames
from lipcore.workflow.permission import Writer


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip clean`."""
    parser = subparsers.add_parser(
        "clean",
        help="holes, specks, size and jags of masks on every frame",
        description="Clean masks on every frame of a range, in the order of the options. What a person painted, "
        "corrected or verified stays unless --painted is given; locked objects and the pixels of others stay always.",
    )
    add_mending_options(parser, "id of the object (default: all that are not locked)", is_object_required=False)
    text = "fill holes that are no larger than a square of N pixels"
    parser.add_argument("--fill-holes", type=int, default=0, metavar="N", help=text)
    text = "drop pieces that are no larger than a square of N pixels, but for the largest piece"
    parser.add_argument("--drop-specks", type=int, default=0, metavar="N", help=text)
    parser.add_argument("--grow", type=int, default=0, metavar="N", help="grow by N pixels, into the background alone")
    parser.add_argument("--shrink", type=int, default=0, metavar="N", help="shrink by N pixels")
    parser.add_argument("--smooth", type=int, default=0, metavar="N", help="round off jags of about N pixels")
    text = "also clean what a person painted, corrected or verified"
    parser.add_argument("--painted", action="store_true", help=text)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Clean, then write all frames that change as one edit."""
    options = CleanOptions(
        arguments.fill_holes, arguments.drop_specks, arguments.grow, arguments.shrink, arguments.smooth
    )
    by = Writer.REPLACEMENT if arguments.painted else Writer.MODEL
    return mend(arguments, lambda track, frames: clean_frames(track, frames, options), Verb("Cleaning", "Cleaned"), by)
