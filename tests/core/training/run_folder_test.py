"""The folder of a run: logs that can be rewound, settings that must not change, and files that are whole."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from lipcore.errors import LipError
from lipcore.learning.reports import TrainingReport
from lipcore.training.run_folder import RunFolder

SETTINGS = {"steps": 10, "seed": 3}


def step(number: int) -> TrainingReport:
    return TrainingReport(number, 10, 1 / number, {"mask": 0.5 / number}, 0.01)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_steps_are_logged_exactly_and_forgotten_after_the_step_to_go_on_from(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", SETTINGS, resume=False) as run:
        for number in range(1, 5):
            run.log_step(step(number), 1.23456)
    assert list(rows(tmp_path / "run" / "log.csv")[0]) == ["step", "seconds", "loss", "learning_rate", "mask"]
    with RunFolder(tmp_path / "run", SETTINGS, resume=True) as run:
        run.rewind(2)
        run.log_step(step(3), 0.5)
    found = rows(tmp_path / "run" / "log.csv")
    assert [row["step"] for row in found] == ["1", "2", "3"]
    assert [float(row["loss"]) for row in found] == [1, 1 / 2, 1 / 3]
    assert [row["seconds"] for row in found] == ["1.235", "1.235", "0.5"]


def test_the_best_validation_is_known_after_going_on_too(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", SETTINGS, resume=False) as run:
        assert [run.log_validation(n, {"iou": 0.5, "loss": loss}) for n, loss in ((1, 0.5), (2, 0.7), (3, 0.3))] == [
            True,
            False,
            True,
        ]
    assert list(rows(tmp_path / "run" / "validation.csv")[0]) == ["step", "loss", "iou"]
    with RunFolder(tmp_path / "run", SETTINGS, resume=True) as run:
        run.rewind(2)
        assert not run.log_validation(3, {"loss": 0.6})
        assert run.log_validation(4, {"loss": 0.4})


def test_state_and_sample_are_replaced(tmp_path: Path) -> None:
    picture = np.zeros((4, 6, 3), np.uint8)
    picture[..., 0] = 200
    with RunFolder(tmp_path / "run", SETTINGS, resume=False) as run:
        for value in (1.0, 2.0):
            run.save_state({"a": torch.full((2,), value)})
            run.save_sample(picture)
    assert load_file(run.state_path)["a"].tolist() == [2, 2]
    with Image.open(tmp_path / "run" / "sample.png") as sample:
        np.testing.assert_array_equal(np.array(sample), picture)


def test_a_run_is_neither_overwritten_nor_gone_on_with_otherwise(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="holds no training run"):
        RunFolder(tmp_path / "run", SETTINGS, resume=True)
    with RunFolder(tmp_path / "run", SETTINGS, resume=False) as run:
        run.save_state({})
    with pytest.raises(LipError, match="add --resume"):
        RunFolder(tmp_path / "run", SETTINGS, resume=False)
    with pytest.raises(LipError, match="has seed 3, not 4"):
        RunFolder(tmp_path / "run", {"steps": 10, "seed": 4}, resume=True)
    (tmp_path / "run" / "run.json").write_text("[]")
    with pytest.raises(LipError, match="is damaged"):
        RunFolder(tmp_path / "run", SETTINGS, resume=True)
