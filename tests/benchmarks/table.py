"""Print README.md's table of speeds as measured here: `python tests/benchmarks/table.py`, some ten minutes."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lipcore.machine.device import instructions
from lipcore.machine.processor import PLAIN_CPU, SHORT_WAITS, load_average, processor_name
from lipcore.model.compiled import trunk_engine

FOLDER = Path(__file__).resolve().parent
NETWORK = "network_benchmark_test.py::"
ROWS = (
    ("start, to the painted window", "start_benchmark_test.py::test_start"),
    ("stroke: one move of the brush, 1920x1080, ten objects", "canvas_benchmark_test.py::test_stroke[HD 1:1]"),
    ("scrub: show another frame, 1920x1080, ten objects", "canvas_benchmark_test.py::test_scrubbing[HD 1:1]"),
    ("decode the next frame, 854x480", "decode_benchmark_test.py::test_next_frame"),
    ("decode any frame, 854x480", "decode_benchmark_test.py::test_any_frame"),
    ("preview of a frame from matches alone, three objects", f"{NETWORK}test_preview"),
    ("tuning step, `small`, three objects, 854x480", f"{NETWORK}test_tuning_step"),
    *(
        (f"painted to tuned, `{quality}`, {words}", f"{NETWORK}test_whole_tuning[{quality}-{objects}]")
        for quality in ("fast", "balanced")
        for objects, words in ((1, "one object"), (3, "three objects"))
    ),
    ("propagation step, `small`, one object, 854x480", f"{NETWORK}test_propagation_step[1]"),
    ("propagation step, `small`, three objects, 854x480", f"{NETWORK}test_propagation_step[3]"),
    ("propagation step, `small`, five objects, 854x480", f"{NETWORK}test_propagation_step[5]"),
    ("`lip demo`, headless", f"{NETWORK}test_demo"),
    ("peak memory, `balanced`, three objects", f"{NETWORK}test_peak_memory"),
    ("training step, `small`, two clips of eight frames", f"{NETWORK}test_training_step"),
)
"""What a row says, and the benchmark that it is measured by."""


def measure(report: Path, environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Run the benchmarks of the table in a process of its own, off the screen: what each gave, by its name."""
    tests = [str(FOLDER / test) for _, test in ROWS]
    options = ["--benchmark-only", f"--benchmark-json={report}", "-o", "addopts=", "-q", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *tests, *options]
    surroundings = {"QT_QPA_PLATFORM": "offscreen", **SHORT_WAITS, **os.environ, **environment}
    done = subprocess.run(command, cwd=FOLDER.parents[1], env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{done.stderr}\nA benchmark failed: there is no table.")
    found = json.loads(report.read_text(encoding="utf-8"))["benchmarks"]
    return {run["fullname"].rpartition("/")[2]: run for run in found}


def format_table(reports: Mapping[str, Mapping[str, dict[str, Any]]]) -> str:
    """A row per benchmark, and two columns per report: times on the clock, not those of the processor."""
    lines = [
        "| what |" + "".join(f" {title}, median | 95 % within |" for title in reports),
        "| --- |" + " ---: | ---: |" * len(reports),
    ]
    for title, test in ROWS:
        cells = [cell for report in reports.values() for cell in figures(report[test])]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def figures(run: dict[str, Any]) -> tuple[str, str]:
    """The median of a benchmark and what 95 % of its rounds stay within, for people; the second empty of one round."""
    times, noted = sorted(run["stats"]["data"]), run["extra_info"]
    if "megabytes" in noted:
        return f"{noted['megabytes'] / 1000:.1f} GB", ""
    median = noted.get("clock median ms", 1000 * run["stats"]["median"])
    slow = noted.get("clock p95 ms", 1000 * times[min(int(0.95 * len(times)), len(times) - 1)])
    return duration(median), duration(slow) if len(times) > 1 else ""


def duration(milliseconds: float) -> str:
    """A time for people, with two digits or more: "1.3 ms", "120 ms", "4.9 s"."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f} s"
    return f"{milliseconds:.1f} ms" if milliseconds < 100 else f"{milliseconds:.0f} ms"


def main() -> None:
    """Measure as plain CPUs compute and as this one does; print the machine, its load and the table."""
    before = load_average()
    with tempfile.TemporaryDirectory() as folder:
        reports = {
            title: measure(Path(folder) / f"{number}.json", environment)
            for number, (title, environment) in enumerate((("plain CPU (AVX2, float32)", PLAIN_CPU), ("as it is", {})))
        }
    words = f"{os.cpu_count()} cores, {processor_name()}: {instructions()}; trunk by {trunk_engine()}"
    print(f"{words}; {platform.system()}, Python {platform.python_version()}; load {before} before\n")
    print(format_table(reports))


if __name__ == "__main__":
    main()
