"""Do the demo in the real window with real keys: `python try_window.py COMMAND`, for `lip` or a frozen program.

For Linux with Xvfb, xdotool and ImageMagick's import. In a home folder of its own the window opens on the sample; T
tunes, F propagates, Ctrl+Q quits. It ends with status 0 if that left 48 masks and tuned weights on disk and the window
ended with status 0; `--screenshot` keeps a picture of the end.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

FRAMES = 48  # of the bundled clip
PATIENCE = 900  # seconds for tuning, and for propagating


class Screen:
    """An X server of its own, a home folder of its own, and hands for the keyboard."""

    def __init__(self, home: Path) -> None:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
        self.server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            display = f":{pipe.readline().strip()}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "PYTHON", "QT_"))}
        self.environment = {**kept, "DISPLAY": display, "HOME": str(home)}

    def hands(self, *arguments: str) -> str:
        """What xdotool answers."""
        done = subprocess.run(
            ["xdotool", *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    def keep(self, path: Path) -> None:
        """Take a picture of the whole screen."""
        subprocess.run(["import", "-window", "root", str(path)], env=self.environment, check=True)


def wait_until(said: str, condition: Callable[[], bool], window: subprocess.Popen[bytes]) -> None:
    """Return when the condition holds; end if that takes too long or the window is gone."""
    limit = time.monotonic() + PATIENCE
    while not condition():
        if window.poll() is not None:
            sys.exit(f"the window ended with status {window.returncode} before it {said}")
        if time.monotonic() > limit:
            sys.exit(f"the window never {said}")
        time.sleep(0.5)
    print(f"the window {said}", flush=True)


def is_running(home: Path) -> bool:
    """Whether the project keeps how far a run has come, which it does every few seconds until the run has ended."""
    return any("stopped" in json.loads(record.read_text()) for record in home.rglob("*.lip/project.json"))


def do_the_demo(screen: Screen, window: subprocess.Popen[bytes], home: Path, picture: Path | None) -> int:
    """Open, tune, propagate and quit; the window's exit status."""

    def found(pattern: str) -> int:
        return sum(1 for _ in home.rglob(pattern))

    wait_until("opened the sample", lambda: found("*.lip/masks/*.png") > 0, window)
    place = screen.hands("search", "--onlyvisible", "--name", "LIP").splitlines()
    if not place:
        sys.exit("there is no window on the screen")
    screen.hands("windowsize", place[-1], "1280", "800", "windowmove", place[-1], "0", "0", "windowfocus", place[-1])
    screen.hands("key", "t")
    wait_until("tuned", lambda: found("*.lip/weights/*") > 0, window)
    screen.hands("key", "f")
    wait_until("propagated", lambda: found("*.lip/masks/*.png") == FRAMES, window)
    wait_until("ended the run", lambda: not is_running(home), window)  # before that it would ask whether to stop
    time.sleep(3)
    if picture is not None:
        screen.keep(picture)
    screen.hands("key", "ctrl+q")
    return window.wait(120)


def main() -> None:
    """Do the demo and say how it ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", help="`lip`, or the path of a frozen program")
    parser.add_argument("--screenshot", type=Path, help="PNG file for a picture of the end")
    arguments = parser.parse_args()
    found, started = shutil.which(arguments.command), time.monotonic()
    if found is None:
        sys.exit(f"there is no program {arguments.command}")
    with tempfile.TemporaryDirectory(prefix="lip-window-") as folder:
        home = Path(folder)
        screen = Screen(home)
        window = subprocess.Popen([str(Path(found).absolute()), "demo"], cwd=home, env=screen.environment)
        try:
            status = do_the_demo(screen, window, home, arguments.screenshot)
        finally:
            window.kill()
            window.wait()
            screen.server.terminate()
            screen.server.wait()
    if status:
        sys.exit(f"the window ended with status {status}")
    print(f"the window quit with status 0 after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
