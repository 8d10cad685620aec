"""From starting the program to its painted window, in a process of its own: run with `--benchmark-only`."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

ROUNDS = 5
PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from lipgui.app import build_window, make_application

application = make_application(["lip"])
window = build_window()
window.show()
window.repaint()
QTimer.singleShot(0, application.quit)
application.exec()
print("painted", "torch" in sys.modules, flush=True)
"""


@pytest.mark.timeout(300)
def test_start(benchmark: BenchmarkFixture) -> None:
    """Python, Qt and the window, without torch, until the first frame of the empty window has been painted."""

    def start() -> None:
        done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout == "painted False\n"

    benchmark.pedantic(start, rounds=ROUNDS, warmup_rounds=1)
