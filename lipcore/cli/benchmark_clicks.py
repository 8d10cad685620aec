"""`lip benchmark --clicks`: how many clicks masks need, by the interactive head and by GrabCut."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lipcore.cli.options import check_json_path, write_json
from lipcore.cli.progress import Progress
from lipcore.evaluation.davis import split_sequences
from lipcore.prompts import Click, Mask

if TYPE_CHECKING:  # torch is imported when a run starts
    from lipcore.evaluation.clicks import Case, Clicked, ClickScore

_WANTED = (0.85, 0.9)


@dataclass(frozen=True)
class _Method:
    """Who clicked on what: one line of the table."""

    data: str
    name: str
    scores: Sequence[ClickScore]
    seconds: Sequence[float]  # of each click

    def figures(self) -> dict[str, object]:
        """Means over all objects, and times in milliseconds."""
        from lipcore.evaluation.clicks import mean_clicks

        milliseconds = 1000 * np.asarray(self.seconds)
        missed = [score.overlaps[-1] < _WANTED[-1] for score in self.scores]
        return {
            "data": self.data,
            "method": self.name,
            "objects": len(self.scores),
            **{f"NoC@{round(100 * wanted)}": mean_clicks(self.scores, wanted) for wanted in _WANTED},
            **{f"IoU@{number}": float(np.mean([score.after(number) for score in self.scores])) for number in (1, 3)},
            "missed": float(np.mean(missed)),
            "median_ms": float(np.median(milliseconds)),
            "95_percent_ms": float(np.quantile(milliseconds, 0.95)),
        }


def measure_clicks(arguments: Namespace) -> int:
    """Measure every tenth frame of the sequences, and held-out stills if asked; print a table, write JSON."""
    from lipcore.evaluation.clicks import davis_cases, still_cases
    from lipcore.interactive.answering import load_click_model
    from lipcore.training.clicks.train import held_out_stills
    from lipcore.training.data.packs import open_training_pack

    check_json_path(arguments.json, [arguments.davis, arguments.stills])
    names = arguments.sequences or split_sequences(arguments.davis, arguments.year, arguments.split)
    sets = [("sequences", list(davis_cases(arguments.davis, names)))]
    if arguments.stills is not None:
        sets.append(("held-out stills", list(still_cases(held_out_stills(open_training_pack(arguments.stills))))))
    model, rows = load_click_model(), []
    for data, cases in sets:
        for name in ("interactive head", "GrabCut")[: 1 + arguments.grabcut]:
            rows.append(_measured(data, name, cases, model if name == "interactive head" else None))
    write_json(arguments.json, {"clicks": [row.figures() | {"objects_in_detail": _details(row)} for row in rows]})
    print(format_clicks(rows))
    return 0


def format_clicks(rows: Sequence[_Method]) -> str:
    """A line for each set and method."""
    heading = f"{'data':<16} {'method':<17}{'objects':>8}{'NoC@85':>8}{'NoC@90':>8}{'IoU@1':>8}{'IoU@3':>8}"
    lines = [heading + f"{'missed':>8}{'median':>10}{'95 %':>10}"]
    for row in rows:
        figures = row.figures()
        values = "".join(f"{figures[name]:>8.2f}" for name in ("NoC@85", "NoC@90"))
        values += "".join(f"{100 * float(str(figures[name])):>8.1f}" for name in ("IoU@1", "IoU@3", "missed"))
        times = "".join(f"{figures[name]:>7.0f} ms" for name in ("median_ms", "95_percent_ms"))
        lines.append(f"{row.data:<16} {row.name:<17}{len(row.scores):>8}{values}{times}")
    return "\n".join(lines)


def _measured(data: str, name: str, cases: Sequence[Case], model: object) -> _Method:
    from lipcore.evaluation.clicks import GrabCutClicked, HeadClicked, count_clicks
    from lipcore.interactive.answering import ClickModel

    scores, seconds = [], list[float]()
    with Progress(f"{name}, {data}", len(cases), "object") as progress:
        for case in cases:
            clicked: Clicked
            clicked = HeadClicked(model, case.frame) if isinstance(model, ClickModel) else GrabCutClicked(case.frame)
            timed = _Timed(clicked, seconds)
            scores.append(count_clicks(case, timed, _WANTED[-1]))
            progress.advance(1, case.name)
    return _Method(data, name, scores, seconds)


class _Timed:
    """Notes how long every click takes, in seconds of the processor."""

    def __init__(self, clicked: Clicked, seconds: list[float]) -> None:
        self._clicked, self._seconds = clicked, seconds

    def click(self, click: Click) -> Mask:
        """The mask (H, W) bool after one click more."""
        started = time.process_time()
        mask = self._clicked.click(click)
        self._seconds.append(time.process_time() - started)
        return mask


def _details(row: _Method) -> dict[str, list[float]]:
    return {score.name: list(score.overlaps) for score in row.scores}
