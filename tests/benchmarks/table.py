"""Print README.md's table of speeds as measured here: `python tests/benchmarks/table.py`, some two minutes."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
ROWS = (
    ("start, to the painted window", "start_benchmark_test.py::test_start"),
    ("stroke: one move of the brush, 1920x1080, ten objects", "canvas_benchmark_test.py::test_stroke[HD 1:1]"),
    ("scrub: show another frame, 1920x1080, ten objects", "canvas_benchmark_test.py::test_scrubbing[HD 1:1]"),
    ("decode the next frame, 854x480", "decode_benchmark_test.py::test_next_frame"),
    ("decode any frame, 854x480", "decode_benchmark_test.py::test_any_frame"),
    ("tuning step, `small`, three objects, 854x480", "network_benchmark_test.py::test_tuning_step"),
    ("propagation step, `small`, three objects, 854x480", "network_benchmark_test.py::test_propagation_step"),
    ("training step, `small`, two clips of eight frames", "network_benchmark_test.py::test_training_step"),
)
"""What a row says, and the benchmark that it is measured by."""


def measure(report: Path) -> None:
    """Run the benchmarks of the table in a process of its own, off the screen, and have them write `report`."""
    tests = [str(FOLDER / test) for _, test in ROWS]
    options = ["--benchmark-only", f"--benchmark-json={report}", "-o", "addopts=", "-q", "-p", "no:cacheprovider"]
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    command = [sys.executable, "-m", "pytest", *tests, *options]
    done = subprocess.run(command, cwd=FOLDER.parents[1], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{done.stderr}\nA benchmark failed: there is no table.")


def format_table(report: dict[str, Any]) -> str:
    """The table of a report of pytest-benchmark: times on the clock, not those of the processor, in milliseconds."""
    measured = {run["fullname"].rpartition("/")[2]: run for run in report["benchmarks"]}
    lines = ["| what | median | 95 % within |", "| --- | ---: | ---: |"]
    for title, test in ROWS:
        run = measured[test]
        times, noted = sorted(run["stats"]["data"]), run["extra_info"]
        median = noted.get("clock median ms", 1000 * run["stats"]["median"])
        slow = noted.get("clock p95 ms", 1000 * times[min(int(0.95 * len(times)), len(times) - 1)])
        lines.append(f"| {title} | {duration(median)} | {duration(slow)} |")
    return "\n".join(lines)


def duration(milliseconds: float) -> str:
    """A time for people, with two digits or more: "1.3 ms", "120 ms", "4.9 s"."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f} s"
    return f"{milliseconds:.1f} ms" if milliseconds < 100 else f"{milliseconds:.0f} ms"


def main() -> None:
    """Measure, and print the machine and the table."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        measure(report)
        content = json.loads(report.read_text(encoding="utf-8"))
    processor = content["machine_info"].get("cpu", {}).get("brand_raw") or platform.processor() or platform.machine()
    print(f"{os.cpu_count()} cores, {processor}, {platform.system()}, Python {platform.python_version()}\n")
    print(format_table(content))


if __name__ == "__main__":
    main()
