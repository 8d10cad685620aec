"""Progress on a terminal and elsewhere."""

from __future__ import annotations

import io
import re
import threading

import pytest

from lipcore.cli.progress import Progress, follow


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_lines_at_every_tenth() -> None:
    stream = io.StringIO()
    with Progress("Propagating", 50, stream=stream) as progress:
        for _ in range(50):
            progress.advance(note="loss 0.5")
    lines = stream.getvalue().splitlines()
    assert [int(re.findall(r"frame (\d+) of 50, [\d.]+ s, loss 0\.5$", line)[0]) for line in lines] == [
        1,
        *range(5, 51, 5),
    ]
    assert "\r" not in stream.getvalue()


def test_plain_lines_without_a_known_total() -> None:
    stream = io.StringIO()
    with Progress("Reading", None, "file", stream) as progress:
        progress.advance()
        progress.advance()
    assert re.fullmatch(r"Reading: file 1, [\d.]+ s\n", stream.getvalue())


def test_a_bar_on_a_terminal_without_a_thread() -> None:
    before = threading.active_count()
    stream = Terminal()
    with Progress("Propagating", 4, stream=stream) as progress:
        for _ in range(4):
            progress.advance(note="loss 0.5")
        assert threading.active_count() == before
    assert "4/4" in stream.getvalue()


def test_follow_yields_what_comes(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(follow("abc", "Writing", 3, "file")) == ["a", "b", "c"]
    assert "Writing: file 3 of 3" in capsys.readouterr().err
