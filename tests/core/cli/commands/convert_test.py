"""`lip convert`: between formats that carry their sizes, without project or video, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lipcore.cli.main import main
from lipcore.exchange import READABLE, WRITABLE, open_import
from tests.core.hard_labels import export_all, hard_labels, labelled

MAPS = hard_labels()[:6]
SOURCE = labelled(MAPS)
BOTH_WAYS = [form for form in READABLE if form in WRITABLE]
CARRYING = [form.name for form in BOTH_WAYS if form.carries_sizes or form.name == "via"]  # LIP adds sizes to VIA
SUFFIXES = {form.name: form.writer.suffix for form in BOTH_WAYS}


def read(path: Path) -> dict[int, np.ndarray]:
    return {step.frame: step.labels for step in open_import(path, SOURCE).read()}


@pytest.mark.parametrize("form", CARRYING)
def test_every_format_that_carries_sizes_becomes_davis(tmp_path: Path, form: str) -> None:
    path = export_all(SOURCE, form, tmp_path / f"clip{SUFFIXES[form]}")
    assert main(["convert", str(path), "--to", "davis", "--out", str(tmp_path / "out")]) == 0
    found = read(tmp_path / "out")
    frames = [frame for frame, labels in enumerate(MAPS) if form != "mots-txt" or labels.any() or 0 < frame < 5]
    assert sorted(found) == frames
    for frame in frames:
        np.testing.assert_array_equal(found[frame], MAPS[frame])


@pytest.mark.parametrize("form", CARRYING)
def test_every_format_is_made_from_coco_with_the_objects_it_had(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = export_all(SOURCE, "coco", tmp_path / "clip.json")
    out = tmp_path / f"out{SUFFIXES[form]}"
    assert main(["convert", str(path), "--to", form, "--out", str(out)]) == 0
    assert f"Wrote 6 frames to {out}" in capsys.readouterr().out
    for frame, labels in read(out).items():
        np.testing.assert_array_equal(labels, MAPS[frame])


def test_what_becomes_of_each_object_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = export_all(SOURCE, "youtube-vos", tmp_path / "clip")
    assert main(["convert", str(path), "--to", "mots-txt", "--out", str(tmp_path / "out.txt"), "--objects", "2"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["  index 2 → 2002 (pedestrian)"]


def test_yolo_needs_the_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    square = np.zeros((37, 53), np.uint8)
    square[4:20, 9:30] = 1
    path = export_all(labelled([square] * 3), "yolo", tmp_path / "clip")
    command = ["convert", str(path), "--to", "davis", "--out", str(tmp_path / "out")]
    assert main(command) == 1
    assert "give the size" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main([*command, "--size", "53x37"]) == 0
    np.testing.assert_array_equal(read(tmp_path / "out")[2], square)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--to", "cutouts"], 1, "use `lip export` with --video"),
        (["--to", "nothing"], 2, "invalid choice"),
        (["--to", "davis", "--size", "53"], 2, "WIDTHxHEIGHT"),
        (["--to", "davis", "--opacity", "0.5"], 1, "no option --opacity"),
        (["--to", "davis", "--from", "cvat"], 1, "not valid XML"),
    ],
)
def test_wrong_choices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, words: str
) -> None:
    path = export_all(SOURCE, "coco", tmp_path / "clip.json")
    assert main(["convert", str(path), "--out", str(tmp_path / "out"), *arguments]) == status
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
