"""`lip evaluate`: DAVIS J and F of a results folder."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from math import isnan

from lipcore.cli.options import Subparsers, add_json_option, as_path, check_json_path, comma_separated, write_json
from lipcore.cli.progress import follow
from lipcore.evaluation.davis import ObjectScore, SequenceScore, Summary, evaluate, split_sequences, summarise
from lipcore.evaluation.measures import Statistics
from lipcore.evaluation.quality import BAD, GOOD, QualityScore, join_qualities, judge_quality


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip evaluate`."""
    text = "Measure J and F of masks in RESULTS/<sequence>/<frame>.png, exactly as DAVIS does."
    parser = subparsers.add_parser("evaluate", help="DAVIS J and F of a results folder", description=text)
    parser.add_argument("results", type=as_path, metavar="RESULTS", help="folder with a folder of masks per sequence")
    parser.add_argument("--davis", type=as_path, required=True, metavar="ROOT", help="data set in DAVIS layout")
    parser.add_argument("--year", type=int, choices=(2016, 2017), default=2016, help="2016: one foreground (default)")
    parser.add_argument("--split", default="val", help="list of sequences in ImageSets/<year> (default: val)")
    parser.add_argument("--sequences", type=comma_separated, metavar="A,B", help="these sequences, not the split's")
    text = "also compare the quality that RESULTS/<sequence>/lip.json predicts of every mask with its true J"
    parser.add_argument("--quality", action="store_true", help=text)
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Measure, print a table, and write JSON if asked."""
    check_json_path(arguments.json, (arguments.results, arguments.davis))
    names = arguments.sequences or split_sequences(arguments.davis, arguments.year, arguments.split)
    measured = evaluate(arguments.results, arguments.davis, arguments.year, arguments.split, names)
    scores = list(follow(measured, "Evaluating", len(names), "sequence"))
    summary = summarise(scores)
    value = scores_to_json(scores, summary, arguments.year)
    judged = _judge(scores, arguments) if arguments.quality else []
    write_json(arguments.json, value | ({"quality": [_quality_to_json(one) for one in judged]} if judged else {}))
    print(format_table(scores, summary))
    if judged:
        print(format_quality(judged))
    return 0


def _judge(scores: Sequence[SequenceScore], arguments: Namespace) -> list[QualityScore]:
    """How well quality is predicted in every sequence, and in all of them together."""
    judged = [judge_quality(score, arguments.results, arguments.year) for score in scores]
    return [*judged, join_qualities(judged, "all")]


def format_quality(judged: Sequence[QualityScore]) -> str:
    """A line per sequence: rank correlation, and how many bad and good masks are doubtful."""
    width = max(len("sequence"), *(len(one.sequence) for one in judged))
    bad, good = f"doubtful of J<{BAD}", f"doubtful of J>={GOOD}"
    lines = [f"{'sequence':<{width}}{'masks':>7}{'Spearman':>10}{bad:>20}{good:>20}"]
    for one in judged:
        parts = ["{} of {}".format(*one.doubted(worse)) for worse in (True, False)]
        lines.append(
            f"{one.sequence:<{width}}{len(one.region):>7}{one.rank_correlation:>10.2f}{parts[0]:>20}{parts[1]:>20}"
        )
    return "\n".join(lines)


def _quality_to_json(one: QualityScore) -> dict[str, object]:
    correlation = None if isnan(one.rank_correlation) else one.rank_correlation
    counts = {
        name: dict(zip(("doubtful", "masks"), one.doubted(worse), strict=True))
        for name, worse in (("bad", True), ("good", False))
    }
    masks = [{"predicted": p, "J": j} for p, j in zip(one.predicted.tolist(), one.region.tolist(), strict=True)]
    return {"sequence": one.sequence, "spearman": correlation, **counts, "masks": masks}


def format_table(scores: Sequence[SequenceScore], summary: Summary) -> str:
    """A line per object and one of means, in percent, for people."""
    width = max(len("sequence"), *(len(score.sequence) for score in scores))
    heading = "".join(f"{measure + ' ' + name:>10}" for measure in "JF" for name in ("mean", "recall", "decay"))
    lines = [f"{'sequence':<{width}} object{heading}{'J&F':>8}"]
    for score in scores:
        for one in score.objects:
            region, boundary = one.region_statistics, one.boundary_statistics
            lines.append(f"{score.sequence:<{width}} {one.object_id:>6}{_figures(region, boundary)}")
    lines.append(f"{'mean':<{width}} {'':>6}{_figures(summary.region, summary.boundary)}")
    return "\n".join(lines)


def scores_to_json(scores: Sequence[SequenceScore], summary: Summary, year: int) -> dict[str, object]:
    """Every figure, 0..1: per sequence, object and frame, their statistics, and the means over all objects."""
    sequences = {
        score.sequence: {
            "frames": list(score.frames),
            "objects": {str(one.object_id): _object_to_json(one) for one in score.objects},
        }
        for score in scores
    }
    means = {"J": vars(summary.region), "F": vars(summary.boundary), "J&F": summary.mean}
    return {"year": year, "mean": means, "sequences": sequences}


def _object_to_json(one: ObjectScore) -> dict[str, object]:
    return {
        "J": one.region.tolist(),
        "F": one.boundary.tolist(),
        "J_statistics": vars(one.region_statistics),
        "F_statistics": vars(one.boundary_statistics),
    }


def _figures(region: Statistics, boundary: Statistics) -> str:
    values = [value for one in (region, boundary) for value in (one.mean, one.recall, one.decay)]
    mean = (region.mean + boundary.mean) / 2
    return "".join(f"{100 * value:>10.1f}" for value in values) + f"{100 * mean:>8.1f}"
