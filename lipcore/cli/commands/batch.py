"""`lip batch`: `lip segment` for many videos, on one machine or a cluster."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence
from dataclasses import asdict

from lipcore.batch.job import segment_video
from lipcore.batch.manifest import read_jobs
from lipcore.batch.run import VideoResult, Workers, run_batch
from lipcore.cli.commands.segment import add_method_options, add_range_option, method_of
from lipcore.cli.options import (
    Subparsers,
    add_json_option,
    add_mask_values_option,
    as_path,
    check_json_path,
    comma_separated,
    write_json,
)
from lipcore.cli.progress import Progress
from lipcore.exchange import palette_of
from lipcore.staging import refuse_inputs


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip batch`."""
    text = (
        "Segment many videos; run again, it goes on where it was. SOURCE is a CSV file with the columns video, "
        "annotations and, if wanted, name, or a folder with videos/ and annotations/ (or JPEGImages/ and Annotations/)."
    )
    parser = subparsers.add_parser("batch", help="masks for many videos", description=text)
    parser.add_argument("source", type=as_path, metavar="SOURCE", help="CSV file or folder")
    parser.add_argument("--out", type=as_path, required=True, metavar="DIR", help="folder for a folder per video")
    parser.add_argument("--workers", type=_positive, default=1, metavar="N", help="processes here (default: 1)")
    parser.add_argument("--threads", type=_positive, metavar="N", help="threads of each process (default: all cores)")
    text = "devices that the workers take in turn, such as cuda:0,cuda:1"
    parser.add_argument("--devices", type=comma_separated, default=[], metavar="A,B", help=text)
    parser.add_argument(
        "--cluster", default="", metavar="ADDRESS", help="scheduler of a Dask cluster, such as tcp://h:8786"
    )
    text = "what a video needs of a cluster's worker, such as GPU=1; may be repeated"
    parser.add_argument("--resource", type=_resource, action="append", default=[], metavar="NAME=N", help=text)
    add_method_options(parser)
    add_mask_values_option(parser)
    add_range_option(parser)
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Do what is not done yet, print a table, and return 1 if any video failed."""
    palette = palette_of(arguments.mask_values)
    refuse_inputs(arguments.out, [arguments.source, palette], inside=False)
    method = method_of(arguments) | {"frames": arguments.range, "mask_values": arguments.mask_values}
    jobs = read_jobs(arguments.source, arguments.out, method)
    inputs = [path for job in jobs for path in (job.video, job.annotations)]
    check_json_path(arguments.json, [arguments.source, arguments.weights, palette, *inputs])
    workers = Workers(
        arguments.workers, arguments.threads, arguments.devices, arguments.cluster, dict(arguments.resource)
    )
    results = {}
    with Progress("Segmenting", len(jobs), "video") as progress:
        for result in run_batch(jobs, segment_video, workers):
            results[result.name] = result
            progress.advance(1, f"{result.name} {result.state}")
    ordered = [results[job.name] for job in jobs]
    write_json(arguments.json, {"out": str(arguments.out), "videos": [asdict(result) for result in ordered]})
    print(format_table(ordered))
    return 1 if any(result.state == "failed" for result in ordered) else 0


def format_table(results: Sequence[VideoResult]) -> str:
    """A line per video with counts and seconds, or with the reason why it failed, and a line of totals."""
    width = max(len("video"), *(len(result.name) for result in results))
    lines = [f"{'video':<{width}} {'state':<8}{'frames':>7}{'objects':>8}{'tune s':>9}{'s/frame':>9}"]
    for result in results:
        start = f"{result.name:<{width}} {result.state:<8}"
        if result.summary is None:
            lines.append(f"{start} {result.error}")
            continue
        frames, objects = (int(result.summary.get(name, 0)) for name in ("frames", "objects"))
        tune, frame = (float(result.summary.get(name, 0)) for name in ("tune_seconds", "seconds_per_frame"))
        note = f"  {result.note}" if result.note else ""
        lines.append(f"{start}{frames:>7}{objects:>8}{tune:>9.1f}{frame:>9.3f}{note}")
    counts = [sum(result.state == state for result in results) for state in ("done", "skipped", "failed")]
    lines.append(f"{len(results)} videos: {counts[0]} done, {counts[1]} done before, {counts[2]} failed")
    return "\n".join(lines)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"expected a number from 1, got {text}")
    return int(text)


def _resource(text: str) -> tuple[str, float]:
    name, sign, amount = text.partition("=")
    if not (name and sign and amount.isdecimal()):
        raise ArgumentTypeError(f"expected NAME=N such as GPU=1, got {text}")
    return name, float(amount)
