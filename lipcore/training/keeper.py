"""What the steps of a training leave behind in its folder: logs, validation, exact state and checkpoints."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from torch import Tensor

from lipcore.learning.reports import TrainingReport
from lipcore.training.run_folder import RunFolder


class Resumable(Protocol):
    """A training loop, as far as it is kept."""

    step: int

    def state(self) -> dict[str, Tensor]:
        """What an exact resume needs."""
        ...


class Keeper(ABC):
    """Writes what the steps of a run leave behind; a stage says what validation finds and how a network is stored."""

    def __init__(self, folder: RunFolder, loop: Resumable, save_every: int, validate_every: int) -> None:
        self.folder = folder
        self._loop, self._save_every, self._validate_every = loop, save_every, validate_every
        self._saved = loop.step

    def keep(self, step: TrainingReport, seconds: float) -> None:
        """Log a step; every so often validate, and save what a resume needs and the checkpoint."""
        last = step.number == step.total
        self.folder.log_step(step, seconds)
        if self.can_validate and (step.number % self._validate_every == 0 or last):
            if self.folder.log_validation(step.number, self.validation()):
                self.write(self.folder.best_path, step.number)
        if step.number % self._save_every == 0 or last:
            self.save()

    def save(self) -> None:
        """Save what a resume needs and the checkpoint, unless nothing was learnt since."""
        number = self._loop.step
        if number > self._saved:
            self.write(self.folder.last_path, number)
            self.folder.save_state(self._loop.state())
            self._saved = number

    @property
    @abstractmethod
    def can_validate(self) -> bool:
        """Whether anything is held out."""

    @abstractmethod
    def validation(self) -> Mapping[str, float]:
        """Figures of the network on what is held out."""

    @abstractmethod
    def write(self, path: Path, number: int) -> None:
        """Store the network as it is after step `number`."""


def kept(steps: Iterator[TrainingReport], keeper: Keeper | None, stop: Callable[[], bool]) -> Iterator[TrainingReport]:
    """Pass the steps on, kept by `keeper` where this process has one, until `stop`, asked after each, says yes.

    Saves when it is stopped, and when the iteration is given up.
    """
    started = time.perf_counter()
    for step in steps:
        if keeper is not None:
            keeper.keep(step, time.perf_counter() - started)
        started = time.perf_counter()
        stopped = True
        try:
            yield step
            stopped = stop()
        finally:
            if stopped and keeper is not None:
                keeper.save()
        if stopped:
            break
