"""`lip segment`: its words, exit statuses and sentences, with a tiny network whose weights the test writes."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from lipcore.cli.main import main
from lipcore.masks import read_label_map, write_label_map
from tests.core.moving import write_moving_frames, write_tiny_checkpoint
from tests.helpers import Labels


@pytest.fixture
def truth(tmp_path: Path) -> list[Labels]:
    truth = write_moving_frames(tmp_path / "video", 4)
    (tmp_path / "annotations").mkdir()
    write_label_map(tmp_path / "annotations" / "00002.png", truth[2])
    write_label_map(tmp_path / "first.png", truth[0])
    return truth


@pytest.fixture
def command(tmp_path: Path, truth: list[Labels]) -> list[str]:
    """Without annotations."""
    weights = write_tiny_checkpoint(tmp_path / "tiny.safetensors")
    return [
        "segment", str(tmp_path / "video"), "--out", str(tmp_path / "out"), "--weights", str(weights),
        "--device", "cpu", "--max-side", "96", "--iterations", "1", "--quality", "fast",
    ]  # fmt: skip


def test_masks_lines_and_json(
    command: list[str], tmp_path: Path, truth: list[Labels], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "summary.json"
    command += ["--annotations", str(tmp_path / "annotations"), "--direction", "both", "--json", str(path)]
    assert main([*command, "--disable", "flow", "--enable", "static-memory"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith(f"4 masks in {tmp_path / 'out'}: tuned 1 iterations in ")
    lines = printed.err.splitlines()
    prepared = [line.split(",")[0] for line in lines if line.startswith("Preparing: frame ")]
    assert prepared[0] == "Preparing: frame 1 of 13"  # the annotated frame, then clips
    assert prepared[-1] == "Preparing: frame 13 of 13"
    assert lines[len(prepared)].startswith("Tuning: iteration 1 of 1")
    assert "Propagating: frame 1" in printed.err
    summary = json.loads(path.read_text())
    assert (summary["frames"], summary["objects"], summary["tune_iterations"]) == (4, 2, 1)
    report = json.loads((tmp_path / "out/lip.json").read_text())
    assert report["settings"]["switches"] == {"flow": False, "static_memory": True}
    assert [row["source"] for row in report["frames"]] == ["model", "model", "user", "model"]
    np.testing.assert_array_equal(read_label_map(tmp_path / "out/00002.png"), truth[2])
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        *(f"{frame:05d}.png" for frame in range(4)), "lip.json"
    ]  # fmt: skip


def test_a_range_and_a_mask_that_is_a_pixel_off(
    command: list[str], tmp_path: Path, truth: list[Labels], capsys: pytest.CaptureFixture[str]
) -> None:
    write_label_map(tmp_path / "first.png", truth[0][:-1])
    assert main([*command, "--annotations", str(tmp_path / "first.png"), "--range", "0:2"]) == 0
    said = capsys.readouterr().err.splitlines()[0]
    assert said == "Frame 0: its mask is 96x63; it was stretched to the video's 96x64."
    assert read_label_map(tmp_path / "out/00000.png").any()
    assert not any(read_label_map(tmp_path / f"out/0000{frame}.png").any() for frame in (2, 3))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--range", "1:5"], "There is no range 1:5 in video with 4 frames."),
        (["--preset", "large"], "There is no preset large; choose one of paper, small, coco."),
        (["--device", "abacus"], "There is no device abacus; use auto, cpu, cuda, cuda:N or mps."),
        (["--device", "cuda:99"], "The device cuda:99 is not there; this machine has 0 CUDA devices."),
        (["--enable", "magic"], "There is no switch magic; there are static_memory, id_adaptation, "),
        (["--disable", "magic"], "There is no switch magic;"),
        (["--weights", "none.safetensors"], "Cannot read the weights none.safetensors: there is no such file."),
        (["--annotations", "none"], "Cannot read annotations: none does not exist."),
        (["--json", "none/summary.json"], "Cannot write none/summary.json: the folder none does not exist."),
    ],
)
def test_bad_values_are_one_sentence_and_nothing_is_written(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    options: list[str], sentence: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("torch.cuda.device_count", lambda: 0)
    monkeypatch.setattr("lipcore.segmenter.Segmenter.tune", lambda *_: pytest.fail("it was tuned"))
    assert main([*command, "--annotations", str(tmp_path / "first.png"), *options]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(sentence)
    assert printed.err.count("\n") == 1
    assert not list((tmp_path / "out").glob("*"))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--range", "2:2"], "expected A:B with A < B, got 2:2"),
        (["--range", "2"], "expected A:B with A < B, got 2"),
        (["--range", "a:b"], "expected A:B"),
        (["--max-side", "63"], "expected at least 64 pixels, got 63"),
        (["--direction", "sideways"], "invalid choice: 'sideways'"),
        (["--quality", "superb"], "invalid choice: 'superb'"),
        (["--iterations", "-1"], "expected a number from 0, got -1"),
        (["--seed", "many"], "expected a whole number from 0"),
    ],
)
def test_wrong_usage(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    assert main([*command, "--annotations", str(tmp_path / "first.png"), *options]) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_where_nothing_can_be_written(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("a file")
    assert main([*command, "--annotations", str(tmp_path / "first.png")]) == 1
    sentence = f"Cannot make the folder {tmp_path / 'out'}: a file has that name.\n"
    assert capsys.readouterr().err == sentence
    assert (tmp_path / "out").read_text() == "a file"


def test_values_of_deep_pictures_are_said_and_can_be_set(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (tmp_path / "video").iterdir():
        pixels = cv2.imread(str(file)).astype(np.uint16) * 16
        file.unlink()
        cv2.imwrite(str(file.with_suffix(".png")), pixels)
    command += ["--annotations", str(tmp_path / "first.png"), "--range", "0:2"]
    assert main(command) == 0
    told = capsys.readouterr().err
    assert "The values 0 to 4095 of the pictures are shown as black to white." in told
    assert "Other values can be chosen with --values LOW:HIGH." in told
    assert main([*command, "--values", "0:8191.5"]) == 0
    told = capsys.readouterr().err
    assert "The values 0 to 8191.5 of the pictures are shown" in told
    assert "Other values" not in told
    assert json.loads((tmp_path / "out/lip.json").read_text())["settings"]["values"] == [0, 8191.5]


@pytest.mark.parametrize("values", ["5", "5:5", "9:1", "a:b", "0:nan", "0:inf"])
def test_values_that_are_no_range_are_refused(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], values: str
) -> None:
    assert main([*command, "--annotations", str(tmp_path / "first.png"), "--values", values]) == 2
    assert f"expected LOW:HIGH with LOW < HIGH, got {values}" in capsys.readouterr().err
