"""`python -m lipgui [PATH]`: opens the window."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from lipgui.app import run


def main(arguments: list[str] | None = None) -> int:
    """Read the arguments, open the window, and give its exit status."""
    parser = ArgumentParser(prog="lip-gui", description="Open the window of LIP.")
    parser.add_argument("path", nargs="?", type=Path, help="project, video file or folder of frames")
    parser.add_argument("--demo", action="store_true", help="open the bundled sample with its first frame painted")
    chosen = parser.parse_args(arguments)
    return run(chosen.path, chosen.demo)


if __name__ == "__main__":
    sys.exit(main())
