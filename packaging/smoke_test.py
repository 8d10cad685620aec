"""Try an installed LIP as a user would: `python smoke_test.py COMMAND`, for the wheel's `lip` or a frozen program.

It needs nothing but the standard library, runs in a folder of its own, and shows the window off the screen unless
QT_QPA_PLATFORM says otherwise. It ends with status 0 and one line, or says what is wrong.
"""

import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FRAMES, WIDTH, HEIGHT = 48, 854, 480  # of the bundled clip


def run(command: str, *arguments: str, folder: Path, status: int = 0, limit: float = 900) -> str:
    """Run `lip` with arguments, insist on its exit status, and return what it printed."""
    done = subprocess.run(
        [command, *arguments], cwd=folder, capture_output=True, text=True, timeout=limit, check=False, env=environment()
    )
    printed = done.stdout + done.stderr
    check(done.returncode == status, f"{arguments} ended with {done.returncode} instead of {status}:\n{printed}")
    check("Traceback" not in printed, f"{arguments} printed a traceback:\n{printed}")
    return printed


def environment() -> dict[str, str]:
    """This process's environment without what could lead Python or LIP back to a checkout."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return {"QT_QPA_PLATFORM": "offscreen", **kept}


def check(condition: bool, message: str) -> None:
    """End with a message unless the condition holds."""
    if not condition:
        sys.exit(f"smoke test failed: {message}")


def indexed_png_size(path: Path) -> tuple[int, int]:
    """Width and height of an indexed 8-bit PNG."""
    head = path.read_bytes()[:26]
    check(head[:8] == b"\x89PNG\r\n\x1a\n", f"{path.name} is no PNG")
    width, height, depth, kind = struct.unpack(">IIBB", head[16:26])
    check((depth, kind) == (8, 3), f"{path.name} is not an indexed 8-bit PNG")
    return width, height


def try_demo(command: str, folder: Path) -> None:
    """Run the main job on the bundled clip and look at what it wrote."""
    run(command, "demo", "--headless", "--quality", "fast", "--out", "demo", folder=folder)
    masks = sorted((folder / "demo").rglob("[0-9]*.png"))
    check(len(masks) == FRAMES, f"the demo wrote {len(masks)} masks instead of {FRAMES}")
    check({indexed_png_size(path) for path in masks} == {(WIDTH, HEIGHT)}, "the demo's masks have another size")
    records = list((folder / "demo").rglob("lip.json"))
    check(len(records) == 1, "the demo wrote no lip.json")
    json.loads(records[0].read_text(encoding="utf-8"))


def try_mistakes(command: str, folder: Path) -> None:
    """A user's mistakes give one sentence and status 1, wrong usage status 2."""
    run(command, "no-such-command", folder=folder, status=2)
    (folder / "empty").mkdir()
    arguments = "segment", "empty", "--annotations", "none.png", "--out", "out"
    sentence = run(command, *arguments, folder=folder, status=1).strip()
    check(sentence.endswith("."), f"a mistake gives {sentence!r} instead of a sentence")
    check(not (folder / "out").exists(), "a mistake left an output folder behind")


def try_window(command: str, folder: Path, seconds: float) -> None:
    """Open the window on the demo's masks and see that it stays open and silent."""
    with (folder / "window.log").open("w+b") as log:
        window = subprocess.Popen([command, "gui"], cwd=folder, stdout=log, stderr=log, env=environment())
        try:
            status = window.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            window.kill()
            window.wait()
        log.seek(0)
        printed = log.read().decode(errors="replace")
    check(status is None, f"the window closed by itself with status {status}:\n{printed}")
    check("Traceback" not in printed, f"the window printed a traceback:\n{printed}")


def main() -> None:
    """Try everything and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", help="`lip`, or the path of a frozen program")
    parser.add_argument("--window-seconds", type=float, default=10, help="how long the window must stay open")
    parser.add_argument("--without-demo", action="store_true", help="leave out the demo, which takes minutes")
    arguments = parser.parse_args()
    found = shutil.which(arguments.command)
    check(found is not None, f"there is no program {arguments.command}")
    command, started = str(Path(str(found)).absolute()), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lip-smoke-") as temporary:
        folder = Path(temporary)
        version = run(command, "--version", folder=folder).split()[-1]
        check("torch" in run(command, "info", folder=folder), "`lip info` does not name torch")
        try_mistakes(command, folder)
        try_window(command, folder, arguments.window_seconds)
        if not arguments.without_demo:
            try_demo(command, folder)
    print(f"smoke test passed: LIP {version}, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
