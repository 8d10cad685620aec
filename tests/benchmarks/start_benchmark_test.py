"""From starting the program to its painted window, in a process of its own: run with `--benchmark-only`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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
def test_start(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Python, Qt and the window, without torch, until the first frame of the empty window has been painted.

    The first start, which is not counted, compiles the sources, as pip does when it installs them.
    """
    unset = {"PYTHONDONTWRITEBYTECODE"}
    surroundings = {name: value for name, value in os.environ.items() if name not in unset}
    surroundings["PYTHONPYCACHEPREFIX"] = str(tmp_path)

    def start() -> None:
        command = [sys.executable, "-c", PROGRAM]
        done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout == "painted False\n"

    benchmark.pedantic(start, rounds=ROUNDS, warmup_rounds=1)
