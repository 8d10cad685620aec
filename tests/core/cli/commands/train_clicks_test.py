"""`lip train clicks`: what is asked for reaches the training, and what is said at its end or when it stops."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lipcore.cli.main import main
from lipcore.learning.reports import TrainingReport
from lipcore.training.clicks import train
from lipcore.training.clicks.train import ClickRequest
from lipcore.training.data.store import TrainingData
from tests.core.training.pictures import draw, write_picture


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """The command with a pack of two pictures."""
    for number in range(2):
        folder = tmp_path / "pack" / "static" / "made"
        write_picture(folder / "images", folder / "masks", f"{number:05d}", draw({1: (20, 20, 60, 60)}))
    return ["train", "clicks", "--data", str(tmp_path / "pack"), "--out", str(tmp_path / "run"), "--device", "cpu"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[ClickRequest, int]]:
    """What training is asked for, and of how many pictures; it makes its steps until it is stopped."""
    found: list[tuple[ClickRequest, int]] = []

    def train_clicks(
        request: ClickRequest, data: TrainingData, stop: Callable[[], bool] = lambda: False
    ) -> Iterator[TrainingReport]:
        found.append((request, len(data.stills)))
        for number in range(1, (request.steps or 0) + 1):
            if number == 3 and request.seed == 7:
                signal.raise_signal(signal.SIGINT)
            yield TrainingReport(number, request.steps or 0, 1 / number, {}, 0.01)
            if stop():
                return

    monkeypatch.setattr(train, "train_clicks", train_clicks)
    return found


def test_options_reach_the_training(
    command: list[str], asked: list[tuple[ClickRequest, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["--steps", "4", "--batch", "6", "--learning-rate", "0.5", "--side", "64", "--hold-out", "0.25"]
    assert main([*command, *more, "--save-every", "2"]) == 0
    ((request, pictures),) = asked
    assert (request.steps, request.batch, request.learning_rate, request.side) == (4, 6, 0.5, 64)
    assert (request.hold_out, request.save_every, request.resume, pictures) == (0.25, 2, False, 2)
    assert request.trunk.name == "lip-small.safetensors"
    assert f"Trained 4 steps: {tmp_path / 'run' / 'last.safetensors'}" in capsys.readouterr().out


def test_a_stopped_training_says_where_it_is(
    command: list[str], asked: list[tuple[ClickRequest, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
    try:
        assert main([*command, "--steps", "9", "--seed", "7"]) == 128 + signal.SIGINT
    finally:
        signal.signal(signal.SIGINT, before)
    assert "Stopped after step 3 of 9" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        (["--side", "100"], 1, "multiple of 32"),
        (["--batch", "3", "--micro-batches", "2"], 1, "cannot be cut"),
        (["--steps", "0"], 2, "whole number from 1 on"),
    ],
)
def test_recipes_that_are_wrong_are_refused_before_data_is_read(
    command: list[str],
    asked: list[tuple[ClickRequest, int]],
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    status: int,
    words: str,
) -> None:
    assert main([*command, *more]) == status
    assert words in capsys.readouterr().err
    assert asked == []


def test_results_are_not_written_into_the_data(
    command: list[str], asked: list[tuple[ClickRequest, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command[command.index("--out") + 1] = str(tmp_path / "pack")
    assert main(command) == 1
    assert "pack" in capsys.readouterr().err
    assert asked == []
