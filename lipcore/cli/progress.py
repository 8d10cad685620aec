"""Progress of long work, a bar on a terminal or plain lines, and standard streams that cannot break the work."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any, Self, TextIO, TypeVar

from tqdm import tqdm

Item = TypeVar("Item")

tqdm.monitor_interval = 0  # no thread of its own
_SECONDS_BETWEEN_LINES = 30.0


class Progress:
    """Counts steps of one piece of work on stderr; a context manager that finishes its line."""

    def __init__(self, title: str, total: int | None, unit: str = "frame", stream: TextIO | None = None) -> None:
        self._title, self._total, self._unit = title, total, unit
        self._stream = sys.stderr if stream is None else stream
        self._done = 0
        self._start = self._last_line = time.monotonic()
        self._bar: tqdm[object] | None = None
        if self._stream.isatty():
            self._bar = tqdm(desc=title, total=total, unit=unit, file=self._stream, dynamic_ncols=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def advance(self, steps: int = 1, note: str = "") -> None:
        """`steps` more are done; `note` (such as "loss 0.31") is shown beside them."""
        before, self._done = self._done, self._done + steps
        if self._bar is not None:
            if note:
                self._bar.set_postfix_str(note, refresh=False)
            self._bar.update(steps)
        elif self._line_is_due(before):
            self._last_line = time.monotonic()
            self._stream.write(self._line(note) + "\n")
            self._stream.flush()

    def _line_is_due(self, before: int) -> bool:
        """At the first step, each tenth and the last, and when nothing was said for half a minute."""
        if before == 0 or time.monotonic() - self._last_line > _SECONDS_BETWEEN_LINES:
            return True
        return bool(self._total) and before * 10 // (self._total or 1) != self._done * 10 // (self._total or 1)

    def _line(self, note: str) -> str:
        of_total = f" of {self._total}" if self._total is not None else ""
        seconds = time.monotonic() - self._start
        line = f"{self._title}: {self._unit} {self._done}{of_total}, {seconds:.1f} s"
        return f"{line}, {note}" if note else line


def follow(items: Iterable[Item], title: str, total: int | None, unit: str = "frame") -> Iterator[Item]:
    """Yield the items and show how many of `total` have come."""
    with Progress(title, total, unit) as progress:
        for item in items:
            yield item
            progress.advance()


class _Forgiving(io.TextIOBase):
    """Writes to a stream as long as that works: progress and remarks are never a reason to stop."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str, /) -> int:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._stream, name)

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()


def prepare_streams() -> None:
    """Make stdout and stderr safe to write to, whatever the program was started with.

    A closed descriptor is taken before a file of the user's can get its number.
    """
    with contextlib.suppress(OSError):
        while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(descriptor)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name the terminal cannot show is no reason to fail
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = _Forgiving(sys.stderr)


def silence_stdout() -> None:
    """Drop what Python still has to write to stdout when it ends, since nobody takes it."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
