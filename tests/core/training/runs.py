"""Tiny training runs, in this process and in others."""

from __future__ import annotations

import csv
import multiprocessing
import os
import signal
import socket
from dataclasses import replace
from pathlib import Path

from lipcore.training.recipes import Recipe, recipe_for
from lipcore.training.steps import TrainingStep
from lipcore.training.train_run import TrainRequest, train
from tests.core.model.networks import tiny_config
from tests.core.training.pictures import made_data


def tiny_recipe(steps: int = 4, optimizer: str = "adamw") -> Recipe:
    """Two clips of two small frames, cut into two micro-batches."""
    recipe = recipe_for("small", "video")
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


def run(request: TrainRequest, recipe: Recipe | None = None) -> list[TrainingStep]:
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


def run_in_processes(out: Path, recipe: Recipe, count: int) -> None:
    """Train with `count` processes as torchrun starts them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=_share, args=(out, recipe, rank, count, port)) for rank in range(count)]
    for child in children:
        child.start()
    for child in children:
        child.join(150)
    assert [child.exitcode for child in children] == [0] * count


def _share(out: Path, recipe: Recipe, rank: int, count: int, port: int) -> None:
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(count)}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    run(tiny_request(out), recipe)
