"""The command `lip`: finds the command's module, runs it, and turns what a user caused into one sentence."""

from __future__ import annotations

import importlib
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from keyword import iskeyword
from textwrap import shorten
from typing import cast

from lipcore.cli.options import Subparsers
from lipcore.cli.progress import prepare_streams, silence_stdout
from lipcore.cli.stopping import Terminated, terminations
from lipcore.errors import LipError
from lipcore.files import explain
from lipcore.machine.processor import wait_briefly
from lipcore.version import __version__

# The commands, in the order of the help; the module of each has `add_parser`, which sets `run`. A command that is a
# word of Python has its module under the name and an underscore.
COMMANDS = (
    *("gui", "demo", "segment", "tune", "propagate", "review", "batch", "evaluate", "benchmark"),
    *("repair", "clean", "export", "import", "convert", "train", "weights", "info"),
)

# Those whose modules are in `lipcore.cli.on_project`; those of the others are in `lipcore.cli.commands`.
ON_PROJECT = ("tune", "propagate", "review", "repair", "clean", "export", "import")
WITH_A_WINDOW = ("gui", "demo")
SUCCESS, FAILURE, USAGE, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `lip` with arguments (None: those of the process) and return its exit status.

    0 success, 1 an error the user can understand, 2 wrong usage, 130 interrupted, 143 asked to end; without arguments
    the window opens.
    """
    given = list(sys.argv[1:] if arguments is None else arguments) or ["gui"]
    wait_briefly(os.environ)
    prepare_streams()
    try:
        with terminations(given[0] not in WITH_A_WINDOW):
            status = _run(given)
        sys.stdout.flush()
    except LipError as error:
        print(error, file=sys.stderr)
        return FAILURE
    except MemoryError:
        print("Out of memory: close other programs, or choose a smaller --max-side.", file=sys.stderr)
        return FAILURE
    except KeyboardInterrupt as stop:
        print("Stopped.", *getattr(stop, "__notes__", ()), file=sys.stderr)  # and what went wrong at that moment
        return stop.status if isinstance(stop, Terminated) else INTERRUPTED
    except BrokenPipeError:  # the reader of our output is gone, as in `lip info | head -1`
        silence_stdout()
        return BROKEN_PIPE
    except OSError as error:
        name = "the output" if error.filename is None else shorten(str(error.filename), 100, placeholder="...")
        print(f"Cannot use {name}: {explain(error)}.", file=sys.stderr)
        silence_stdout()
        return FAILURE
    return status


def build_parser(commands: Sequence[str] = COMMANDS) -> ArgumentParser:
    """The parser of `lip` with the parsers of some commands; each command's module is imported."""
    parser = ArgumentParser(
        prog="lip",
        description="Paint the objects on one frame of a video and get masks for every frame.",
        epilog="Without a command the window opens. `lip COMMAND --help` explains a command.",
    )
    parser.add_argument("--version", action="version", version=f"lip {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in commands:
        file = f"{name}_" if iskeyword(name) else name
        module = importlib.import_module(f"lipcore.cli.{'on_project' if name in ON_PROJECT else 'commands'}.{file}")
        module.add_parser(cast(Subparsers, subparsers))
    return parser


def _run(arguments: list[str]) -> int:
    """Import only the command that is asked for, so that `lip gui` does not wait for the others."""
    chosen = [arguments[0]] if arguments[0] in COMMANDS else COMMANDS
    try:
        parsed = build_parser(chosen).parse_args(arguments)
    except SystemExit as end:  # argparse has printed the help, the version or what is wrong
        return end.code if isinstance(end.code, int) else USAGE
    parsed.given = arguments
    run = cast(Callable[[Namespace], int], parsed.run)
    return run(parsed)
