"""`lip benchmark --ablate`: a table of what each switch of propagation is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # torch is imported when a run starts
    from lipcore.evaluation.ablation import AblationRun


def format_ablation(runs: Sequence[AblationRun]) -> str:
    """A line per set of rules: percent, J&F also as difference to the first line, seconds."""
    from lipcore.evaluation.ablation import variant_means

    means = variant_means(runs)
    width = max(len(name) for name in means)
    tuning = sum(run.tune_seconds for run in runs) / len(runs)
    first = next(iter(means.values()))
    lines = [f"{'rules':<{width}}{'J':>7}{'F':>7}{'J&F':>7}{'change':>8}{'tune s':>8}{'s/frame':>9}"]
    for one in means.values():
        mean, before = ((part.region + part.boundary) * 50 for part in (one, first))
        figures = f"{100 * one.region:>7.1f}{100 * one.boundary:>7.1f}{mean:>7.1f}{mean - before:>+8.1f}"
        lines.append(f"{one.name:<{width}}{figures}{tuning:>8.1f}{one.seconds_per_frame:>9.3f}")
    return "\n".join(lines)


def ablation_to_json(runs: Sequence[AblationRun]) -> dict[str, object]:
    """Means and every run; shares 0..1, seconds."""
    from lipcore.evaluation.ablation import variant_means

    return {
        "ablation": [asdict(one) for one in variant_means(runs).values()],
        "runs": [asdict(run) for run in runs],
    }
