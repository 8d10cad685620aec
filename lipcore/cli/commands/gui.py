"""`lip gui`: opens the window."""

from __future__ import annotations

import importlib
import os
import sys
from argparse import Namespace

from lipcore.cli.options import Subparsers, as_path
from lipcore.errors import LipError


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip gui`."""
    text = "Open the window, with a project, a video file or a folder of frames if PATH is given."
    parser = subparsers.add_parser("gui", help="open the window (also: `lip` alone)", description=text)
    parser.add_argument("path", nargs="?", type=as_path, metavar="PATH", help="project, video file or folder of frames")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Open the window and return when it closes."""
    if arguments.path is not None and not arguments.path.exists():
        raise LipError(f"Cannot open {arguments.path}: it does not exist.")
    return open_window([] if arguments.path is None else [str(arguments.path)])


def open_window(arguments: list[str]) -> int:
    """Start the desktop program with its own arguments and return its exit status; LipError without a display.

    The window is found by name: nothing in lipcore depends on lipgui, which may even be absent.
    """
    if not has_display():
        raise LipError("Cannot open the window: there is no display; use `lip segment` or `lip demo --headless`.")
    try:
        window = importlib.import_module("lipgui.__main__")
    except ImportError as error:
        raise LipError(f"Cannot open the window: {error}.") from error
    return int(window.main(arguments))


def has_display() -> bool:
    """Whether a window can be shown here: always on Windows and macOS, else if a display or a Qt platform is named."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
