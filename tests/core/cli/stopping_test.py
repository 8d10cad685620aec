"""Signals as a wish to stop: the first is noted, handlers are handed back, and what others handle is left alone."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

import pytest

from lipcore.cli.stopping import StopWish, Terminated, terminations

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def own(number: int, frame: object) -> None:
    """Handles a signal in place of LIP."""


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Signals are handled as before when a test is over."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_termination_stops_the_work_as_an_interrupt_does(number: signal.Signals) -> None:
    signal.signal(number, signal.SIG_DFL)
    with pytest.raises(Terminated) as caught, terminations(wanted=True):
        signal.raise_signal(number)
    assert isinstance(caught.value, KeyboardInterrupt)
    assert caught.value.status == 128 + number
    assert signal.getsignal(number) is signal.SIG_DFL


@pytest.mark.parametrize("wanted", [True, False])
def test_signals_that_somebody_else_handles_are_left_alone(wanted: bool) -> None:
    signal.signal(signal.SIGTERM, own)
    signal.signal(signal.SIGHUP, signal.SIG_IGN if wanted else signal.SIG_DFL)
    before = signal.getsignal(signal.SIGHUP)
    with terminations(wanted):
        assert signal.getsignal(signal.SIGTERM) is own
        assert signal.getsignal(signal.SIGHUP) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_a_wish_and_the_next_one_is_not(
    number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    signal.signal(number, own)
    with StopWish("Stopping soon.") as stop:
        assert (stop(), stop.status) == (False, 0)
        signal.raise_signal(number)
        assert (stop(), stop.status) == (True, 128 + number)
        assert signal.getsignal(number) is own
    assert capfd.readouterr().err == "Stopping soon.\n"


def test_without_a_signal_the_handlers_come_back_and_nothing_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    signal.signal(signal.SIGINT, own)
    with StopWish("Stopping soon."):
        assert signal.getsignal(signal.SIGINT) is not own
    assert signal.getsignal(signal.SIGINT) is own
    assert capfd.readouterr().err == ""


def test_signals_that_are_ignored_stay_so() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with StopWish("") as stop:
        signal.raise_signal(signal.SIGINT)
        assert not stop()
