"""The folder of a training run: logs, exact state, checkpoints and a sample picture, each whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray
from safetensors.torch import save
from torch import Tensor

from lipcore.errors import LipError
from lipcore.files import explain, make_writable_folder, read_bytes, read_json, write_atomic
from lipcore.learning.reports import TrainingReport
from lipcore.model import LipNetwork
from lipcore.weights.checkpoint import save_checkpoint

STATE_FILE = "state.safetensors"
LARGEST_LOG = 500_000_000  # bytes of a log that are read when a run goes on


class RunFolder:
    """Files of one run; a context manager that closes the logs.

    `log.csv` has a row for every step; `state.safetensors` what an exact resume needs; `last.safetensors` and
    `best.safetensors` the checkpoints; `validation.csv` and `sample.png` what validation found; `run.json` settings.
    """

    def __init__(self, path: Path, settings: Mapping[str, object], resume: bool) -> None:
        """Open a new folder, or with `resume` one of a run with the same settings; LipError."""
        self.path = make_writable_folder(path)
        self.state_path = path / STATE_FILE
        self.last_path, self.best_path = path / "last.safetensors", path / "best.safetensors"
        self._settings_path = path / "run.json"
        if self.state_path.exists() and not resume:
            raise LipError(f"{path} holds a training run already: add --resume to go on with it, or choose another.")
        if resume:
            self._check_settings(settings)
        else:
            write_atomic(self._settings_path, (json.dumps(dict(settings), indent=1) + "\n").encode())
        self._board = _tensor_board(path)
        self._best_loss = float("inf")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._board is not None:
            self._board.close()

    def rewind(self, step: int) -> None:
        """Forget what the logs say of steps after `step`, which will be run again."""
        for name in ("log.csv", "validation.csv"):
            path = self.path / name
            if path.exists():
                rows = list(csv.reader(io.StringIO(read_bytes(path, LARGEST_LOG).decode("utf-8", "replace"))))
                kept = [row for row in rows[1:] if row and row[0].isdecimal() and int(row[0]) <= step]
                write_atomic(path, _csv_text([*rows[:1], *kept]).encode())
                if name == "validation.csv":
                    self._best_loss = min((float(row[1]) for row in kept), default=float("inf"))

    def log_step(self, step: TrainingReport, seconds: float) -> None:
        """Add a row of a step: number, seconds, loss, learning rate, and the parts of the loss."""
        values = {"seconds": round(seconds, 3), "loss": step.loss, "learning_rate": step.learning_rate, **step.losses}
        self._append("log.csv", step.number, values)

    def log_validation(self, step: int, figures: Mapping[str, float]) -> bool:
        """Add a row of figures, `loss` first; tells whether the loss is the lowest so far."""
        ordered = {"loss": figures["loss"], **figures}
        self._append("validation.csv", step, ordered)
        better = figures["loss"] < self._best_loss
        self._best_loss = min(self._best_loss, figures["loss"])
        return better

    def save_state(self, tensors: Mapping[str, Tensor]) -> None:
        """Replace the state, atomically."""
        write_atomic(self.state_path, save(dict(tensors)))

    def save_network(self, path: Path, network: LipNetwork, notes: Mapping[str, str]) -> None:
        """Replace a checkpoint, atomically."""
        save_checkpoint(path, network, notes)

    def save_sample(self, picture: NDArray[np.uint8]) -> None:
        """Replace `sample.png` by a picture (H, W, 3) RGB."""
        _, encoded = cv2.imencode(".png", np.ascontiguousarray(picture[:, :, ::-1]))
        write_atomic(self.path / "sample.png", encoded.tobytes())

    def _append(self, name: str, step: int, values: Mapping[str, float]) -> None:
        path = self.path / name
        try:
            with path.open("a", encoding="utf-8", newline="") as file:
                if file.tell() == 0:
                    file.write(_csv_text([["step", *values]]))
                file.write(_csv_text([[str(step), *(repr(float(value)) for value in values.values())]]))
        except OSError as error:
            raise LipError(f"Cannot write {path}: {explain(error)}.") from error
        if self._board is not None:
            for key, value in values.items():
                self._board.add_scalar(f"{path.stem}/{key}", value, step)

    def _check_settings(self, settings: Mapping[str, object]) -> None:
        if not self._settings_path.exists():
            raise LipError(f"Cannot resume: {self.path} holds no training run.")
        before = read_json(self._settings_path, 10_000_000)
        if not isinstance(before, dict):
            raise LipError(f"Cannot resume: {self._settings_path} is damaged.")
        for name, value in settings.items():
            if before.get(name) != value:
                raise LipError(f"Cannot resume: the run in {self.path} has {name} {before.get(name)}, not {value}.")


def _csv_text(rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _tensor_board(path: Path) -> Any | None:  # noqa: ANN401
    """A writer of TensorBoard's event files if TensorBoard is installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            return None
        return SummaryWriter(str(path / "tensorboard"))
