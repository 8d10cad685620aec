"""`lip demo`: the main job on the bundled clip, in the window or, without a display, headless."""

from __future__ import annotations

import importlib
from argparse import Namespace
from pathlib import Path

from lipcore.cli.commands.gui import has_display
from lipcore.cli.commands.segment import add_method_options, method_of, show
from lipcore.cli.options import Subparsers, add_json_option, as_path, check_json_path, write_json
from lipcore.resources import resource

OUT = Path("lip-demo")


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip demo`."""
    text = "Tune on the first frame of the bundled clip, propagate through it and export DAVIS PNGs."
    parser = subparsers.add_parser("demo", help="the main job on the bundled clip", description=text)
    parser.add_argument("--headless", action="store_true", help="without a window")
    parser.add_argument("--out", type=as_path, metavar="DIR", help=f"folder for the masks (default: {OUT})")
    add_method_options(parser)
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Open the window on the clip, or segment it here and say how good the masks are."""
    if not arguments.headless and arguments.out is None and has_display():
        return int(importlib.import_module("lipgui.app").run(demo=True))
    check_json_path(arguments.json)
    if not arguments.headless and not has_display():
        print("There is no display, so the demo runs without a window.")
    from lipcore.evaluation.folders import compare_folders
    from lipcore.runs.segment_run import SegmentRequest

    out = arguments.out or OUT
    masks = resource("sample/masks")
    request = SegmentRequest(resource("sample/clip.mp4"), masks / "00000.png", out, **method_of(arguments))
    summary = show(request)
    region, boundary = compare_folders(out, masks)
    write_json(arguments.json, {"J": region, "F": boundary, **vars(summary)})
    print(
        f"{summary.frames} masks of {summary.objects} objects in {out}: J {100 * region:.1f}, F {100 * boundary:.1f}; "
        f"tuned in {summary.tune_seconds:.1f} s, {summary.seconds_per_frame:.2f} s a frame on {summary.device}."
    )
    return 0
