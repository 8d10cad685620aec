"""Under a real X server with real mouse and keyboard events: paint, tune, propagate, correct, re-tune, export."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from lipcore.masks import read_label_map
from tests.helpers import MovingSquare

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs Xvfb and xdotool"),
]
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds for anything to happen


class Screen:
    """An X server, the window on it, and hands that move the real pointer."""

    def __init__(self, video: Path, drafts: Path) -> None:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x720x24", "-nolisten", "tcp"]
        self.server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            display = f":{pipe.readline().strip()}"
        self.environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "HOME": str(drafts.parent)}
        self.window = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.real_window", str(video), str(drafts)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.facts: Queue[dict] = Queue()
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()
        self.corners: list[list[int]] = []

    def _read(self) -> None:
        assert self.window.stdout is not None
        for line in self.window.stdout:
            self.facts.put(json.loads(line))

    def wait_for(self, event: str, **wanted: object) -> dict:
        """The next such line of the window."""
        while True:
            try:
                fact = self.facts.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError(f"the window never said {event} {wanted}") from None
            if fact["event"] == "ready":
                self.corners = fact["corners"]
            if fact["event"] == event and all(fact[key] == value for key, value in wanted.items()):
                return fact

    def hands(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=True, timeout=PATIENCE)

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Where a pixel of the video is on the screen."""
        (left, top), (right, bottom) = self.corners
        return round(left + x * (right - left) / 60), round(top + y * (bottom - top) / 40)

    def drag(self, *points: tuple[float, float]) -> None:
        self.hands("mousemove", *self.place(*points[0]), "mousedown", 1)
        for point in points[1:]:
            self.hands("mousemove", *self.place(*point))
        self.hands("mouseup", 1)

    def close(self) -> None:
        for process in (self.window, self.server):
            process.terminate()
            process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        assert self.window.stdout is not None
        self.window.stdout.close()


@pytest.fixture
def screen(moving_square: MovingSquare, tmp_path: Path) -> Iterator[Screen]:
    screen = Screen(moving_square.path, tmp_path / "home" / "drafts")
    try:
        yield screen
    finally:
        screen.close()


def test_the_main_job_with_real_events(screen: Screen, moving_square: MovingSquare) -> None:
    ready = screen.wait_for("ready")
    screen.hands("windowfocus", "--sync", ready["window"])
    screen.hands("mousemove", *screen.place(5, 5))
    screen.hands("key", "n")
    screen.wait_for("objects", count=1)
    screen.hands("key", "b")
    screen.drag((14, 14), (20, 18), (22, 20))
    first = screen.wait_for("stroke", frame=0)
    assert first["pixels"] > 50
    screen.hands("key", "t")
    assert "Tune done after 5 iterations" in screen.wait_for("ended")["text"]
    screen.hands("key", "f")
    assert "12 frames" in screen.wait_for("ended")["text"]
    screen.hands("key", "End")
    screen.wait_for("frame", frame=11)
    screen.wait_for("ready")
    screen.drag((40, 30), (50, 34))
    corrected = screen.wait_for("stroke", frame=11)
    assert corrected["pixels"] > 0
    screen.hands("key", "t")
    assert "Tune done" in screen.wait_for("ended")["text"]
    screen.hands("key", "shift+f")
    assert "Propagate backward done" in screen.wait_for("ended")["text"]
    screen.hands("key", "ctrl+e")
    dialog = screen.wait_for("dialog")
    screen.hands("windowfocus", "--sync", dialog["window"], "key", "Return")
    exported = Path(screen.wait_for("exported")["path"])
    written = sorted(exported.rglob("*.png"))
    assert [path.stem for path in written] == [f"{frame:05d}" for frame in range(12)]
    assert int((read_label_map(written[11]) > 0).sum()) == corrected["pixels"]
