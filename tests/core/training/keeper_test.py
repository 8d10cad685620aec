"""What is kept of a training: every step, validation and saves when they are due, nothing twice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from torch import Tensor

from lipcore.learning.reports import TrainingReport
from lipcore.training.keeper import Keeper
from lipcore.training.run_folder import RunFolder


class Loop:
    """A training that has come to a step."""

    def __init__(self, step: int = 0) -> None:
        self.step = step

    def state(self) -> dict[str, Tensor]:
        return {"step": torch.tensor(self.step)}


class Kept(Keeper):
    """Writes down what it is asked for; the loss of validation is that of `losses`, in turn."""

    def __init__(self, folder: RunFolder, loop: Loop, losses: list[float]) -> None:
        super().__init__(folder, loop, save_every=3, validate_every=2)
        self.losses, self.written = losses, list[tuple[str, int]]()

    @property
    def can_validate(self) -> bool:
        return bool(self.losses)

    def validation(self) -> Mapping[str, float]:
        return {"loss": self.losses.pop(0)}

    def write(self, path: Path, number: int) -> None:
        self.written.append((path.name, number))


def kept(path: Path, losses: list[float], start: int = 0, steps: int = 7) -> tuple[Kept, Loop]:
    """A training of so many steps, kept."""
    loop = Loop(start)
    with RunFolder(path, {}, resume=False) as folder:
        keeper = Kept(folder, loop, losses)
        for number in range(start + 1, steps + 1):
            loop.step = number
            keeper.keep(TrainingReport(number, steps, 1.0, {}, 0.1), 0.5)
    return keeper, loop


def test_saves_and_validates_when_due_and_at_the_end(tmp_path: Path) -> None:
    keeper, _ = kept(tmp_path, [3.0, 4.0, 2.0, 1.0])
    last, best = "last.safetensors", "best.safetensors"
    assert keeper.written == [(best, 2), (last, 3), (best, 6), (last, 6), (best, 7), (last, 7)]
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 8
    assert len((tmp_path / "validation.csv").read_text().splitlines()) == 5


def test_without_anything_held_out_nothing_is_validated(tmp_path: Path) -> None:
    keeper, _ = kept(tmp_path, [])
    assert [name for name, _ in keeper.written] == ["last.safetensors"] * 3
    assert not (tmp_path / "validation.csv").exists()


@pytest.mark.parametrize(("further", "saves"), [(0, 0), (1, 1)])
def test_what_is_saved_already_is_not_saved_again(tmp_path: Path, further: int, saves: int) -> None:
    keeper, loop = kept(tmp_path, [])
    before = len(keeper.written)
    loop.step += further
    keeper.save()
    keeper.save()
    assert len(keeper.written) == before + saves
