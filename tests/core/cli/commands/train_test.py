"""`lip train`: options, data, and sentences for what is wrong."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest
import torch

from lipcore.cli.main import main
from lipcore.weights.checkpoint import load_checkpoint, read_tensors
from tests.core.training.pictures import draw, write_picture
from tests.core.training.runs import logged, run_until_signalled, tiny_recipe, use_recipe


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A training pack with four pictures."""
    root = tmp_path / "pack"
    for number in range(4):
        folder = root / "static" / "made"
        picture = draw({1: (20 + number, 20, 60, 60), 2: (70, 30, 110, 80)})
        write_picture(folder / "images", folder / "masks", f"{number:05d}", picture)
    return root


@pytest.fixture
def davis(tmp_path: Path) -> Path:
    """A DAVIS folder with one sequence of three frames."""
    root = tmp_path / "davis"
    for frame in range(3):
        folders = [root / kind / "480p" / "square" for kind in ("JPEGImages", "Annotations")]
        write_picture(*folders, f"{frame:05d}", draw({1: (20 + 5 * frame, 20, 60 + 5 * frame, 60)}))
    (root / "ImageSets" / "2017").mkdir(parents=True)
    (root / "ImageSets" / "2017" / "train.txt").write_text("square\n")
    return root


def test_train_resume_and_train_on(
    tmp_path: Path, pack: Path, davis: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use_recipe(monkeypatch, tiny_recipe(steps=2))
    first, second = tmp_path / "first", tmp_path / "second"
    options = ["--device", "cpu", "--hold-out", "0", "--save-every", "1"]
    assert main(["train", "pretrain", "--data", str(pack), "--out", str(first), *options, "--steps", "1"]) == 0
    assert str(first / "last.safetensors") in capsys.readouterr().out
    assert load_checkpoint(first / "last.safetensors")[1].config.preset == "small"
    video = ["train", "video", "--data", str(pack), "--davis", str(davis), "--out", str(second)]
    video += ["--weights", str(first / "last.safetensors"), *options]
    assert main(video) == 0
    assert len(logged(second)) == 2
    assert main(video) == 1
    assert "add --resume" in capsys.readouterr().err
    assert main([*video, "--resume"]) == 0
    assert len(logged(second)) == 2


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send these to another process")
def test_a_signal_saves_the_exact_state(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    def command(run: str) -> list[str]:
        options = ["--device", "cpu", "--hold-out", "0", "--save-every", "100"]
        return ["train", "video", "--data", str(pack), "--out", str(tmp_path / run), *options]

    number = int(getattr(signal, name))
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    status, printed = run_until_signalled(command("stopped"), steps=4, after=2, number=number)
    assert status == 128 + number
    assert printed == f"Stopped after step 2 of 4: {tmp_path / 'stopped'} holds the exact state for --resume.\n"
    use_recipe(monkeypatch, tiny_recipe(steps=4))
    assert main([*command("stopped"), "--resume"]) == 0
    assert main(command("whole")) == 0
    assert logged(tmp_path / "stopped") == logged(tmp_path / "whole")
    stopped, whole = (read_tensors(tmp_path / run / "state.safetensors") for run in ("stopped", "whole"))
    assert stopped.keys() == whole.keys()
    assert all(torch.equal(value, whole[name]) for name, value in stopped.items())
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before  # handed back


def test_without_data_there_is_a_sentence_and_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "video", "--out", str(tmp_path / "run")]) == 1
    assert capsys.readouterr().err == "There is nothing to train on: add --data, --coco, --davis or --youtube-vos.\n"
    assert main(["train", "video", "--out", str(tmp_path / "run"), "--data", str(tmp_path)]) == 1
    assert "has neither static nor video sources" in capsys.readouterr().err
    assert main(["train", "video", "--out", str(tmp_path / "run"), "--preset", "huge"]) == 1
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "options", [["--steps", "0"], ["--hold-out", "1"], ["--memory", "nan"], ["--learning-rate", "fast"]]
)
def test_wrong_usage(tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "video", "--out", str(tmp_path / "run"), *options]) == 2
    assert f"argument {options[0]}: expected" in capsys.readouterr().err
    assert main(["train"]) == 2
