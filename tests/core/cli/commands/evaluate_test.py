"""`lip evaluate`: the table, the JSON, and every kind of bad input as one sentence with exit status 1."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lipcore.cli.main import main

REFERENCE = Path(__file__).parents[3] / "reference" / "evaluation"
DAVIS = REFERENCE / "davis"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REFERENCE / "results", tmp_path / "results"))


def test_table_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "scores.json"
    command = ["evaluate", str(REFERENCE / "results"), "--davis", str(DAVIS), "--year", "2017", "--json", str(path)]
    assert main(command) == 0
    expected = json.loads((REFERENCE / "figures.json").read_text())["2017"]["pair"]
    written = json.loads(path.read_text())
    assert written["year"] == 2017
    assert written["sequences"]["pair"]["frames"] == [f"{frame:05d}" for frame in range(1, 8)]
    for number in ("1", "2"):
        assert written["sequences"]["pair"]["objects"][number]["F"] == pytest.approx(expected[number]["F"])
    means = [expected[number]["J_statistics"][0] for number in ("1", "2")]
    assert written["mean"]["J"]["mean"] == pytest.approx(np.mean(means))
    table = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in table] == ["sequence", "pair", "pair", "mean"]
    assert table[1].split()[2] == f"{100 * means[0]:.1f}"


def test_one_sequence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(REFERENCE / "results"), "--davis", str(DAVIS), "--sequences", "single"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_a_list_of_sequences_may_begin_with_a_byte_order_mark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    davis = Path(shutil.copytree(DAVIS, tmp_path / "davis"))
    split = davis / "ImageSets" / "2016" / "mine.txt"
    split.parent.mkdir(parents=True, exist_ok=True)
    words = ["evaluate", str(REFERENCE / "results"), "--davis", str(davis), "--year", "2016", "--split", "mine"]
    outputs = []
    for text in ("single\npair\n", "\ufeffsingle\r\npair\r\n"):
        split.write_text(text, encoding="utf-8", newline="")
        assert main(words) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    assert "single" in outputs[0]


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def smooth(path: Path) -> None:
    Image.open(path).convert("L").resize((32, 24)).resize((64, 48), Image.Resampling.BILINEAR).save(path)


def recolour(path: Path) -> None:
    Image.new("RGB", (64, 48), (12, 200, 7)).save(path)


def too_many(path: Path) -> None:
    Image.fromarray(np.arange(64 * 48, dtype=np.uint16).reshape(48, 64)).save(path)


def resize(path: Path) -> None:
    Image.new("P", (9, 7)).save(path)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (truncate, "the file is cut off."),
        (smooth, "plain black and white."),
        (recolour, "its colour (12, 200, 7) is not in the DAVIS palette"),
        (too_many, "at most 254 objects are possible"),
        (resize, "it is 9 x 7 pixels, but the true mask is 64 x 48."),
        (Path.unlink, "00003.png is missing."),
    ],
)
def test_bad_masks(
    results: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], None], sentence: str
) -> None:
    damage(results / "pair" / "00003.png")
    json_path = results / "scores.json"
    assert main(["evaluate", str(results), "--davis", str(DAVIS), "--json", str(json_path)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert sentence in printed.err
    assert "00003.png" in printed.err
    assert not json_path.exists()


@pytest.mark.parametrize(
    ("function", "number", "reason"),
    [
        ("fsync", errno.ENOSPC, "the disk is full"),
        ("open", errno.EROFS, "the disk is read-only"),
        ("open", errno.EACCES, "permission is denied"),
    ],
)
def test_results_that_cannot_be_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    function: str,
    number: int,
    reason: str,
) -> None:
    path = tmp_path / "scores.json"
    path.write_text("older results")

    def fail(*arguments: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, function, fail)
    assert main(["evaluate", str(REFERENCE / "results"), "--davis", str(DAVIS), "--json", str(path)]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == f"Cannot write {path}: {reason}."
    assert path.read_text() == "older results"
    assert [entry.name for entry in tmp_path.iterdir()] == ["scores.json"]


@pytest.mark.parametrize(("name", "sentence"), [("none/a.json", "does not exist."), (".", "it is a folder.")])
def test_a_json_path_that_cannot_work_is_said_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, sentence: str
) -> None:
    assert main(["evaluate", "none", "--davis", "none", "--json", str(tmp_path / name)]) == 1
    assert sentence in capsys.readouterr().err
