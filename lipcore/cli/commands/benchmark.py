"""`lip benchmark`: `lip segment` and `lip evaluate` for every sequence of a data set, with times and corrections."""

from __future__ import annotations

import os
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lipcore.cli.benchmark_clicks import measure_clicks
from lipcore.cli.commands.ablation import ablation_to_json, format_ablation
from lipcore.cli.commands.evaluate import scores_to_json
from lipcore.cli.commands.segment import add_method_options, method_of
from lipcore.cli.options import Subparsers, add_json_option, as_path, check_json_path, comma_separated, write_json
from lipcore.cli.progress import Progress, follow
from lipcore.errors import LipError
from lipcore.evaluation.davis import Summary, split_sequences, summarise
from lipcore.machine.processor import is_held_to_plain, load_average, processor_name, run_held_to_plain
from lipcore.staging import refuse_inputs

if TYPE_CHECKING:  # torch is imported when a run starts
    from lipcore.evaluation.benchmark import SequenceJob, SequenceRun

Run = TypeVar("Run")


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip benchmark`."""
    text = "Segment every sequence from its first true mask into DIR/<sequence>, and measure masks, seconds and memory."
    parser = subparsers.add_parser("benchmark", help="quality and speed on a data set", description=text)
    parser.add_argument("--davis", type=as_path, required=True, metavar="ROOT", help="data set in DAVIS layout")
    parser.add_argument("--out", type=as_path, metavar="DIR", help="folder for a folder of masks per sequence")
    parser.add_argument("--year", type=int, choices=(2016, 2017), default=2016, help="2016: one foreground (default)")
    parser.add_argument("--split", default="val", help="list of sequences in ImageSets/<year> (default: val)")
    parser.add_argument("--sequences", type=comma_separated, metavar="A,B", help="these sequences, not the split's")
    text = "runs of each sequence, with the seeds from --seed on; those after the first go to DIR/seed-<seed>"
    parser.add_argument("--seeds", type=_count, default=1, metavar="N", help=text)
    text = "simulate a user who paints the worst frame K times; masks go to DIR/corrections-<k>"
    parser.add_argument("--corrections", type=_count, default=0, metavar="K", help=text)
    text = "the frames that this user paints first, counted from 0, instead of the worst ones"
    parser.add_argument("--correct", type=_frames, default=(), metavar="A,B", help=text)
    text = "propagate by the rules with and without each switch, after one tuning of each sequence; writes no masks"
    parser.add_argument("--ablate", action="store_true", help=text)
    text = "put the true masks through the last stages of propagation: the best that these can give; writes no masks"
    parser.add_argument("--ceilings", action="store_true", help=text)
    text = "count the clicks that the masks of every tenth frame need, instead of propagating; writes no masks"
    parser.add_argument("--clicks", action="store_true", help=text)
    text = "with --clicks: also the stills of this training data that lip train clicks holds out"
    parser.add_argument("--stills", type=as_path, metavar="PATH", help=text)
    parser.add_argument("--grabcut", action="store_true", help="with --clicks: also OpenCV's GrabCut, on the same ones")
    parser.add_argument("--workers", type=_count, default=1, metavar="N", help="processes that share the sequences")
    parser.add_argument("--threads", type=_count, metavar="N", help="threads of each of several processes")
    text = "hold the processor to AVX2, which every desktop has: no AVX-512, bfloat16 or AMX in PyTorch; on the CPU"
    parser.add_argument("--plain-cpu", action="store_true", help=text)
    text = "devices that the processes take in turn, such as cuda:0,cuda:1"
    parser.add_argument("--devices", type=comma_separated, default=[], metavar="A,B", help=text)
    add_method_options(parser)
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Run all sequences, print a table and what it was measured on, and write JSON if asked."""
    if arguments.plain_cpu:
        if arguments.devices or arguments.device not in ("auto", "cpu"):
            raise LipError("--plain-cpu measures the CPU: leave out --device and --devices.")
        if not is_held_to_plain(os.environ):  # the libraries look when they are loaded
            return run_held_to_plain(arguments.given)
        arguments.device = "cpu"
    status = measure_clicks(arguments) if arguments.clicks else _run(arguments)
    print(f"measured on {', '.join(f'{name} {value}' for name, value in machine().items())}")
    return status


def machine() -> dict[str, str]:
    """What figures depend on: processor, instructions, precision, who runs the trunk, threads and load."""
    import torch

    from lipcore.machine.device import instructions, precision_name
    from lipcore.model.compiled import trunk_engine

    load = load_average()
    return {
        "processor": processor_name(),
        "instructions": instructions(),
        "precision": precision_name(torch.device("cpu")),
        "trunk": trunk_engine(),
        "threads": str(torch.get_num_threads()),
        "load": f"{load:.1f}" if load is not None else "unknown",
    }


def _run(arguments: Namespace) -> int:
    from lipcore.evaluation.benchmark import SequenceJob, check_job, correction_means, run_sequence, run_to_json

    if arguments.corrections and (arguments.ablate or arguments.ceilings):
        raise LipError("Neither --ablate nor --ceilings corrects anything: leave out --corrections.")
    if arguments.out is None and not (arguments.ablate or arguments.ceilings):
        raise LipError("Say with --out where the masks are to go: only --ablate, --ceilings and --clicks write none.")
    check_json_path(arguments.json, [arguments.davis, arguments.weights])
    out = arguments.out or Path()  # where nothing is written, it does not count
    if arguments.out is not None:
        refuse_inputs(out, [arguments.davis, arguments.weights])
    names = arguments.sequences or split_sequences(arguments.davis, arguments.year, arguments.split)
    method = method_of(arguments)
    jobs = [
        SequenceJob(
            arguments.davis,
            name,
            out if not number else out / f"seed-{arguments.seed + number}",
            arguments.year,
            max(arguments.corrections, len(arguments.correct)),
            arguments.correct,
            method | {"seed": arguments.seed + number},
        )
        for number in range(max(1, arguments.seeds))
        for name in names
    ]
    for job in jobs:
        check_job(job)
    if arguments.ceilings:
        return _ceilings(names, arguments)
    if arguments.ablate:
        return _ablate(jobs, arguments)
    done = []
    with Progress("Running", len(jobs), "sequence") as progress, closing(_runs(run_sequence, jobs, arguments)) as runs:
        for one in runs:
            done.append(one)
            progress.advance(1, f"{one.sequence} {100 * summarise([one.score]).mean:.1f}")
    order = {(job.sequence, job.seed): number for number, job in enumerate(jobs)}
    done.sort(key=lambda one: order[one.sequence, one.seed])
    summary = summarise([one.score for one in done])
    means = correction_means(done)
    figures = scores_to_json([one.score for one in done], summary, arguments.year)
    value = {
        "year": arguments.year,
        "mean": figures["mean"] | _mean_costs(done),  # type: ignore[operator]
        "corrections": [
            {"number": number, "J&F": mean, "seconds": waited} for number, (mean, waited) in enumerate(means)
        ],
        "seeds": [_seed_to_json(seed, done) for seed in sorted({one.seed for one in done})],
        "machine": machine(),
        "settings": {key: str(value) if isinstance(value, Path) else value for key, value in method.items()},
        "runs": [run_to_json(one) for one in done],
    }
    write_json(arguments.json, value)
    print(format_table(done, summary))
    for line in _correction_lines(done, means):
        print(line)
    return 0


def _ablate(jobs: Sequence[SequenceJob], arguments: Namespace) -> int:
    """Run the ablation of all sequences, print its table, and write JSON if asked."""
    from lipcore.evaluation.ablation import run_ablation

    done = []
    with Progress("Running", len(jobs), "sequence") as progress, closing(_runs(run_ablation, jobs, arguments)) as runs:
        for one in runs:
            done.append(one)
            progress.advance(1, one.sequence)
    write_json(arguments.json, {"year": arguments.year} | ablation_to_json(done))
    print(format_ablation(done))
    return 0


def _ceilings(names: Sequence[str], arguments: Namespace) -> int:
    """Measure the ceilings of all sequences, print a table, and write JSON if asked."""
    from lipcore.evaluation.ceilings import ceiling_means, ceilings
    from lipcore.presets import DEFAULT_PRESET, find_preset

    preset = find_preset(arguments.preset or DEFAULT_PRESET)
    work = (ceilings(arguments.davis, name, arguments.year, preset) for name in names)
    done = list(follow(work, "Measuring", len(names), "sequence"))
    value = {name: [asdict(one) for one in found] for name, found in zip(names, done, strict=True)}
    write_json(arguments.json, {"year": arguments.year, "ceilings": value})
    means = ceiling_means(done)
    width = max(len(one.stage) for one in means)
    print(f"{'true masks after':<{width}}{'J':>7}{'F':>7}")
    for one in means:
        print(f"{one.stage:<{width}}{100 * one.region:>7.1f}{100 * one.boundary:>7.1f}")
    return 0


def _runs(
    work: Callable[[SequenceJob], Run], jobs: Sequence[SequenceJob], arguments: Namespace
) -> Generator[Run, None, None]:
    """Runs as they end: in this process, or shared among several."""
    from lipcore.batch.processes import run_in_processes

    def place(job: SequenceJob, number: int) -> SequenceJob:
        devices = arguments.devices
        return replace(job, method={**job.method, "device": devices[number % len(devices)]}) if devices else job

    if arguments.workers <= 1:
        yield from (work(place(job, 0)) for job in jobs)
        return
    with closing(run_in_processes(work, jobs, arguments.workers, arguments.threads, place)) as outcomes:
        for outcome in outcomes:
            if outcome.result is None:
                raise LipError(f"Cannot finish {outcome.job.sequence}: {outcome.error}")
            yield outcome.result


def format_table(runs: Sequence[SequenceRun], summary: Summary) -> str:
    """A line per run and one of means: percent, seconds, seconds per frame, megabytes."""
    width = max(len("sequence"), *(len(one.sequence) for one in runs))
    names = [f"{measure} {name}" for measure in "JF" for name in ("mean", "recall", "decay")]
    names += ["J&F", "J first", "J last", "load s", "tune s", "prop. s", "s/frame", "MB"]
    lines = [f"{'sequence':<{width}} {'seed':>4}" + "".join(f"{name:>9}" for name in names)]
    for one in runs:
        lines.append(f"{one.sequence:<{width}} {one.seed:>4}" + _figures(summarise([one.score]), [one]))
    lines.append(f"{'mean':<{width}} {'':>4}" + _figures(summary, runs))
    return "\n".join(lines)


def _figures(summary: Summary, runs: Sequence[SequenceRun]) -> str:
    costs = _mean_costs(runs)
    values = [value for part in (summary.region, summary.boundary) for value in (part.mean, part.recall, part.decay)]
    shares = [*values, summary.mean, costs["J_first_five_frames"], costs["J_last_quarter"]]
    seconds = [costs[name] for name in ("load_seconds", "tune_seconds", "propagation_seconds")]
    text = "".join(f"{100 * value:>9.1f}" for value in shares) + "".join(f"{value:>9.1f}" for value in seconds)
    return f"{text}{costs['seconds_per_frame']:>9.3f}{costs['peak_memory'] / 1e6:>9.0f}"


def _mean_costs(runs: Sequence[SequenceRun]) -> dict[str, float]:
    """Means over the runs of what is no score, and the largest memory."""
    costs = {
        name: sum(getattr(one.summary, name) for one in runs) / len(runs)
        for name in ("load_seconds", "tune_seconds", "propagation_seconds", "seconds_per_frame")
    }
    costs["peak_memory"] = max(one.summary.peak_memory for one in runs)
    costs["J_first_five_frames"] = sum(one.first_frames for one in runs) / len(runs)
    costs["J_last_quarter"] = sum(one.last_quarter for one in runs) / len(runs)
    return costs


def _seed_to_json(seed: int, runs: Sequence[SequenceRun]) -> dict[str, object]:
    """The means of the runs with one seed."""
    summary = summarise([one.score for one in runs if one.seed == seed])
    return {"seed": seed, "J": vars(summary.region), "F": vars(summary.boundary), "J&F": summary.mean}


def _correction_lines(runs: Sequence[SequenceRun], means: Sequence[tuple[float, float]]) -> Iterator[str]:
    """J&F over all frames after each correction, and every correction that made things worse."""
    for number, (mean, seconds) in enumerate(means):
        yield f"after {number} corrections: J&F {100 * mean:.1f} over all frames, {seconds:.1f} s waited"
    done = [each for one in runs for each in one.corrections if each.number]
    if done:
        harmed, emptied = sum(each.harmed for each in done), sum(each.emptied for each in done)
        yield (
            f"in {len(done)} corrections {harmed} other frames with a J over 0.6 lost more than 0.2 of it, "
            f"{emptied} of them everything; {sum(each.kept for each in done)} masks were kept"
        )
    for one in runs:
        for number in one.lowered:
            change = f"{100 * one.corrections[number - 1].mean:.1f} to {100 * one.corrections[number].mean:.1f}"
            yield f"{one.sequence}, seed {one.seed}: correction {number} lowered J&F, {change}"


def _frames(text: str) -> tuple[int, ...]:
    return tuple(_count(part) for part in comma_separated(text))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) > 10_000:
        raise ArgumentTypeError(f"expected a number from 0, got {text}")
    return int(text)
