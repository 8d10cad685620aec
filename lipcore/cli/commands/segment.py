"""`lip segment`: masks for every frame of a video from masks on some."""

from __future__ import annotations

import math
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lipcore.cli.options import (
    Subparsers,
    add_json_option,
    add_mask_values_option,
    as_path,
    as_seed,
    check_json_path,
    write_json,
)
from lipcore.cli.progress import Progress

if TYPE_CHECKING:  # torch is imported when a run starts
    from lipcore.runs.segment_run import SegmentRequest, SegmentSummary


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip segment`."""
    text = "Tune on the annotated frames of VIDEO, propagate, and write one indexed PNG per frame to DIR."
    parser = subparsers.add_parser("segment", help="masks for every frame of a video", description=text)
    parser.add_argument("video", type=as_path, metavar="VIDEO", help="a video file or a folder of images")
    text = "mask of the first frame, or masks in any format"
    parser.add_argument("--annotations", type=as_path, required=True, metavar="PATH", help=text)
    add_mask_values_option(parser)
    parser.add_argument("--out", type=as_path, required=True, metavar="DIR", help="folder for the masks and lip.json")
    parser.add_argument(
        "--values",
        type=_values,
        metavar="LOW:HIGH",
        help="show these values of 16-bit or float pictures as black and white",
    )
    add_method_options(parser)
    add_range_option(parser)
    add_json_option(parser)
    parser.set_defaults(run=run)


def add_method_options(parser: ArgumentParser) -> None:
    """Add the options that say how to segment; shared by all commands that do."""
    add_network_options(parser)
    parser.add_argument("--quality", choices=("fast", "balanced", "best"), default="balanced", help="how long to tune")
    parser.add_argument("--direction", choices=("forward", "backward", "both"), default="forward")
    parser.add_argument(
        "--iterations", type=_iterations, metavar="N", help="iterations of tuning, instead of what --quality names"
    )
    parser.add_argument("--static-memory", action="store_true", help="keep the memory's input zero (ablation)")
    parser.add_argument("--enable", action="append", default=[], metavar="SWITCH", help="turn a switch on")
    parser.add_argument("--disable", action="append", default=[], metavar="SWITCH", help="turn a switch off")


def add_network_options(parser: ArgumentParser) -> None:
    """Add the options that choose the network, where it runs and how large its input is."""
    parser.add_argument("--preset", help="paper, small or coco; the one of the weights, or small, if not given")
    parser.add_argument("--weights", type=as_path, metavar="FILE", help="weights instead of the bundled ones")
    parser.add_argument("--device", default="auto", help="auto (default), cpu, cuda, cuda:N or mps")
    parser.add_argument("--seed", type=as_seed, default=0)
    parser.add_argument("--max-side", type=_side, metavar="PIXELS", help="largest side of the network's input")


def add_range_option(parser: ArgumentParser) -> None:
    """Add `--range A:B`."""
    parser.add_argument("--range", type=_range, metavar="A:B", help="frames A to B - 1 alone, counted from 0")


def run(arguments: Namespace) -> int:
    """Segment one video with a progress bar for tuning and one for propagation."""
    from lipcore.runs.segment_run import SegmentRequest

    request = SegmentRequest(
        arguments.video,
        arguments.annotations,
        arguments.out,
        frames=arguments.range,
        values=arguments.values,
        mask_values=arguments.mask_values,
        **method_of(arguments),
    )
    check_json_path(arguments.json, (*request.inputs, request.weights))
    summary = show(request)
    write_json(arguments.json, asdict(summary))
    print(
        f"{summary.frames} masks in {arguments.out}: tuned {summary.tune_iterations} iterations in "
        f"{summary.tune_seconds:.1f} s, propagated at {summary.seconds_per_frame:.2f} s a frame on {summary.device}."
    )
    return 0


def method_of(arguments: Namespace) -> dict[str, Any]:
    """The fields of a SegmentRequest that `add_method_options` fills."""
    switches = {name.replace("-", "_"): True for name in arguments.enable}
    switches |= {name.replace("-", "_"): False for name in arguments.disable}
    if arguments.static_memory:
        switches["static_memory"] = True
    names = ("preset", "weights", "device", "quality", "direction", "seed", "max_side", "iterations")
    return {name: getattr(arguments, name) for name in names} | {"switches": switches}


def show(request: SegmentRequest) -> SegmentSummary:
    """Run a request and show its progress on stderr."""
    from lipcore.propagation.result import FrameResult
    from lipcore.runs.segment_run import SegmentSummary, segment

    summary = SegmentSummary()
    with ExitStack() as stack:
        preparing: Progress | None = None
        tuning: Progress | None = None
        prepared = 0
        propagating: Progress | None = None
        for step in segment(request, lambda sentence: print(sentence, file=sys.stderr)):
            if isinstance(step, SegmentSummary):
                summary = step
            elif isinstance(step, FrameResult):
                propagating = propagating or stack.enter_context(Progress("Propagating", None, "frame"))
                propagating.advance(int(step.is_final), "" if step.is_final else f"first way, frame {step.frame}")
            elif step.preparing:
                preparing = preparing or stack.enter_context(Progress("Preparing", step.to_prepare, "frame"))
                if step.prepared > prepared:
                    preparing.advance(step.prepared - prepared)
                    prepared = step.prepared
            else:
                tuning = tuning or stack.enter_context(Progress("Tuning", step.total, "iteration"))
                tuning.advance(1, f"loss {step.loss:.3f}")
    return summary


def _range(text: str) -> tuple[int, int]:
    first, separator, last = text.partition(":")
    if not (separator and first.isdecimal() and last.isdecimal() and int(first) < int(last)):
        raise ArgumentTypeError(f"expected A:B with A < B, got {text}")
    return int(first), int(last)


def _values(text: str) -> tuple[float, float]:
    low, separator, high = text.partition(":")
    try:
        values = float(low), float(high)
    except ValueError:
        values = 0.0, 0.0
    if not separator or not -math.inf < values[0] < values[1] < math.inf:
        raise ArgumentTypeError(f"expected LOW:HIGH with LOW < HIGH, got {text}")
    return values


def _iterations(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"expected a number from 0, got {text}")
    return int(text)


def _side(text: str) -> int:
    if not text.isdecimal() or int(text) < 64:
        raise ArgumentTypeError(f"expected at least 64 pixels, got {text}")
    return int(text)
