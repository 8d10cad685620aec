"""Tiny training runs, in this process and in others."""

from __future__ import annotations

import contextlib
import csv
import io
import multiprocessing
import os
import signal
import socket
import sys
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from lipcore.cli.main import main
from lipcore.learning.recipe import Recipe
from lipcore.learning.reports import TrainingReport
from lipcore.presets import PRESETS, find_preset
from lipcore.training.run_folder import RunFolder
from lipcore.training.train_run import TrainRequest, train
from tests.core.model.networks import tiny_config
from tests.core.training.pictures import made_data


def tiny_recipe(steps: int = 4, optimizer: str = "adamw") -> Recipe:
    """Two clips of two small frames, cut into two micro-batches."""
    recipe = find_preset("small").recipe("video")
    losses = replace(recipe.losses, rois_per_image=8)
    return replace(
        recipe,
        steps=steps,
        batch=2,
        frames=2,
        shorter_sides=(64,),
        longer_side=96,
        warm_up=1,
        optimizer=optimizer,
        losses=losses,
    )


def tiny_request(out: Path) -> TrainRequest:
    return TrainRequest("video", out, device="cpu", hold_out=0.0, save_every=2)


def run(request: TrainRequest, recipe: Recipe | None = None) -> list[TrainingReport]:
    """Train a tiny network to the end."""
    return list(train(request, made_data(), recipe or tiny_recipe(), tiny_config()))


def logged(out: Path) -> list[dict[str, float]]:
    """Rows of a log without their seconds."""
    with (out / "log.csv").open() as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    for row in rows:
        del row["seconds"]
    return rows


def run_until_killed(out: Path, recipe: Recipe, last: int) -> None:
    """Train in a process of its own that is killed after step `last`, before anything can be tidied up."""
    child = multiprocessing.get_context("spawn").Process(target=_kill_self, args=(out, recipe, last))
    child.start()
    child.join(120)
    assert child.exitcode == -signal.SIGKILL


def _kill_self(out: Path, recipe: Recipe, last: int) -> None:
    for step in train(tiny_request(out), made_data(), recipe, tiny_config()):
        if step.number == last:
            os.kill(os.getpid(), signal.SIGKILL)


def run_in_processes(out: Path, recipe: Recipe, count: int, stop_after: int = 0) -> None:
    """Train with `count` processes as torchrun starts them; the last asks to stop after a step, if given."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    children = [
        context.Process(target=_share, args=(out, recipe, rank, count, port, stop_after)) for rank in range(count)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(150)
    assert [child.exitcode for child in children] == [0] * count


def _share(out: Path, recipe: Recipe, rank: int, count: int, port: int, stop_after: int) -> None:
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(count)}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    done = 0

    def stop() -> bool:
        return rank == count - 1 and done == stop_after

    for step in train(tiny_request(out), made_data(), recipe, tiny_config(), stop):
        done = step.number


def run_until_signalled(arguments: list[str], steps: int, after: int, number: int) -> tuple[int, str]:
    """`lip` with these arguments and tiny recipes of so many steps, in a process that gets the signal `number` while it
    logs step `after`: its exit status, and what it printed.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_command, args=(arguments, steps, after, theirs))
    child.start()
    assert ours.recv() == after
    os.kill(child.pid or 0, number)
    ours.send("signalled")
    printed = ours.recv()
    child.join(120)
    return child.exitcode or 0, printed


def use_recipe(monkeypatch: pytest.MonkeyPatch, recipe: Recipe) -> None:
    """Let both stages of `small` train by this recipe."""
    changed = replace(find_preset("small"), recipes={"pretrain": recipe, "video": recipe})
    monkeypatch.setitem(PRESETS, "small", changed)


def _command(arguments: list[str], steps: int, after: int, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which is ignored in what a shell runs in the background
    printed = io.StringIO()
    log = RunFolder.log_step

    def log_step(self: RunFolder, step: TrainingReport, seconds: float) -> None:
        log(self, step, seconds)
        if step.number == after:
            pipe.send(after)
            pipe.recv()

    RunFolder.log_step = log_step  # type: ignore[method-assign]
    with pytest.MonkeyPatch.context() as monkeypatch, contextlib.redirect_stdout(printed):
        use_recipe(monkeypatch, tiny_recipe(steps))
        status = main(arguments)
    pipe.send(printed.getvalue())
    sys.exit(status)
