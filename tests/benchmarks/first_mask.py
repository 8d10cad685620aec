"""Seconds from choosing the sample to a first whole mask by one click, in the real window with the bundled network.

python tests/benchmarks/first_mask.py [RUNS]

The click tool is chosen, the pointer goes to the middle of the cat on frame 0, one click, Enter when the mask is there:
no pause of a person is counted. The sample's own masks, beside which J is measured, are taken off the frame first.
Prints each run, and the medians. The first run of a process loads torch; later ones find it loaded.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

RUNS = 3
PATIENCE = 600.0  # seconds


def measure() -> None:
    """One run, in a process of its own: prints seconds to the picture, the shown and the kept mask, of processor; J."""
    from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
    from PySide6.QtTest import QTest

    from lipgui.app import build_window, make_application

    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, tempfile.mkdtemp(prefix="lip-first-mask-"))
    application = make_application(["lip"])
    window = build_window()
    window.resize(1280, 720)
    window.show()

    def wait(ready: Callable[[], bool]) -> float:
        loop, timer, end = QEventLoop(), QTimer(interval=5), time.monotonic() + PATIENCE
        timer.timeout.connect(lambda: loop.quit() if ready() or time.monotonic() > end else None)
        timer.start()
        if not ready():
            loop.exec()
        assert ready(), "the window did not answer"
        return time.monotonic()

    wait(window.isActiveWindow)
    start, used = time.monotonic(), time.process_time()
    window.actions_by_name["open_sample"].trigger()
    shown = wait(lambda: window.document.is_open and window.viewing.shown == 0)
    document, canvas = window.document, window.canvas
    truth = document.labels(0) == 2
    rows, columns = truth.nonzero()
    work = time.monotonic()
    document.select_object(2)
    window.actions_by_name["clear_frame"].trigger()
    preparing = time.monotonic() - work  # a person who opens a video of their own has nothing to clear
    window.actions_by_name["tool_click"].trigger()
    place = canvas.viewport_position(float(columns.mean()), float(rows.mean()))
    QTest.mouseMove(canvas.viewport, place)
    QTest.mouseClick(canvas.viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    seen = wait(lambda: canvas.busy and not window.thinking.busy and canvas.tools["click"].mask is not None)
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    kept = wait(lambda: bool((document.labels(0) == 2).any()))
    mask = document.labels(0) == 2
    similar = (mask & truth).sum() / (mask | truth).sum()
    moments = (shown - start, seen - preparing - start, kept - preparing - start, time.process_time() - used)
    print(*(f"{value:.3f}" for value in (*moments, similar)))
    application.closeAllWindows()


def main() -> None:
    """Run it several times and print medians."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    found = []
    for number in range(runs):
        command = [sys.executable, __file__, "--once"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=_environment())
        values = [float(value) for value in done.stdout.split()]
        found.append(values)
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
        print(f"run {number + 1}: {_told(values)}; load {load:.1f}", flush=True)
    print(f"median: {_told([statistics.median(column) for column in zip(*found, strict=True)])}")


def _told(values: list[float]) -> str:
    shown, seen, kept, used, similar = values
    return (
        f"picture {shown:.2f} s, mask shown {seen:.2f} s, kept {kept:.2f} s, {used:.2f} s of processor, J {similar:.3f}"
    )


def _environment() -> dict[str, str]:
    home = tempfile.mkdtemp(prefix="lip-first-mask-")
    places = {f"XDG_{place}_HOME": str(Path(home) / place.lower()) for place in ("CONFIG", "DATA", "CACHE", "STATE")}
    return {"QT_QPA_PLATFORM": "offscreen", **os.environ, **places}


if __name__ == "__main__":
    if "--once" in sys.argv:
        measure()
    else:
        main()
