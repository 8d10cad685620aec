"""`lip batch`: table, JSON, exit status, going on where it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lipcore.batch.run import VideoResult
from lipcore.cli.commands import batch
from lipcore.cli.main import main
from lipcore.masks import write_label_map
from tests.core.batch import workers
from tests.helpers import write_moving_square


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two videos, one of which fails, and a segmenter without a network."""
    monkeypatch.setattr(batch, "segment_video", workers.fail)
    for name in ("a", "full"):
        square = write_moving_square(tmp_path / "in" / "videos" / name, frames=3)
        (tmp_path / "in" / "annotations").mkdir(exist_ok=True)
        write_label_map(tmp_path / "in" / "annotations" / f"{name}.png", square.truth[0])
    return tmp_path / "in"


def test_table_json_and_status(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [
        "batch",
        str(source),
        "--out",
        str(tmp_path / "out"),
        "--json",
        str(tmp_path / "all.json"),
        "--seed",
        "4",
    ]
    assert main(command) == 1
    printed = capsys.readouterr()
    assert "a     done          3       1      4.0" in printed.out
    assert "full  failed   The disk is full." in printed.out
    assert "2 videos: 1 done, 0 done before, 1 failed" in printed.out
    assert "Segmenting: video 2 of 2" in printed.err
    videos = json.loads((tmp_path / "all.json").read_text())["videos"]
    assert [(video["name"], video["state"]) for video in videos] == [("a", "done"), ("full", "failed")]
    assert main(command) == 1
    assert "2 videos: 0 done, 1 done before, 1 failed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["--workers", "0"], ["--workers", "x"], ["--resource", "GPU"], ["--resource", "GPU=x"], []]
)
def test_wrong_usage(source: Path, tmp_path: Path, arguments: list[str]) -> None:
    out = ["--out", str(tmp_path / "out")] if arguments else []
    assert main(["batch", str(source), *out, *arguments]) == 2


def test_missing_source_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batch", str(tmp_path / "none.csv"), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == f"Cannot read {tmp_path / 'none.csv'}: it does not exist.\n"


def test_table_of_nothing_but_failures() -> None:
    table = batch.format_table([VideoResult("a-long-name", "failed", None, "Why.")])
    assert table.splitlines()[1] == "a-long-name failed   Why."
