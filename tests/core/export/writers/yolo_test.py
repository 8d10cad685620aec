"""YOLO polygons, read as the usual reader does, give the masks back; what is lost is what the format's page says."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

from lipcore.export.writers.yolo import YoloOptions
from tests.core.hard_labels import HEIGHT, WIDTH, export_all, hard_labels, labelled


def filled(line: str, height: int = HEIGHT, width: int = WIDTH) -> NDArray[np.bool_]:
    """A line's mask as the common YOLO loader makes it: float32, times the size, truncated, filled."""
    values = np.array(line.split()[1:], np.float32).reshape(-1, 2)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [(values * [width, height]).astype(np.int32)], 1)
    return mask.astype(bool)


def read(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").splitlines()


def test_objects_with_holes_come_back_exactly(tmp_path: Path) -> None:
    labels = hard_labels()[0]
    out = export_all(labelled([labels]), "yolo", tmp_path / "out")
    lines = read(out / "labels" / "00000.txt")
    assert [line.split()[0] for line in lines] == ["0", "1"]
    for number, line in enumerate(lines, start=1):
        np.testing.assert_array_equal(filled(line), labels == number)


def test_pieces_are_one_line_and_cost_only_the_bridges(tmp_path: Path) -> None:
    labels = hard_labels()[1]
    (line,) = read(export_all(labelled([labels]), "yolo", tmp_path / "out") / "labels" / "00000.txt")
    extra = filled(line) & (labels != 3)
    assert not ((labels == 3) & ~filled(line)).any()
    assert 0 < extra.sum() <= 15 + 20 + 10 + 25


def test_pieces_written_separately_cost_nothing(tmp_path: Path) -> None:
    labels = hard_labels()[1]
    out = export_all(labelled([labels]), "yolo", tmp_path / "out", YoloOptions(pieces="separate"))
    lines = read(out / "labels" / "00000.txt")
    assert len(lines) == 3
    np.testing.assert_array_equal(np.any([filled(line) for line in lines], axis=0), labels == 3)


def test_every_line_has_three_points_or_more_within_the_picture(tmp_path: Path) -> None:
    maps = hard_labels()
    out = export_all(labelled(maps), "yolo", tmp_path / "out", YoloOptions(pieces="separate"))
    files = sorted((out / "labels").iterdir())
    assert len(files) == len(maps)
    assert read(files[3]) == []
    for path in files:
        for line in read(path):
            values = np.array(line.split()[1:], float)
            assert len(values) >= 6
            assert len(values) % 2 == 0
            assert values.min() > 0
            assert values.max() < 1


def test_classes_are_named(tmp_path: Path) -> None:
    out = export_all(labelled(hard_labels()[:1]), "yolo", tmp_path / "out")
    text = (out / "data.yaml").read_text(encoding="utf-8")
    assert "path" not in yaml.safe_load(text)  # "." would be the folder in which Ultralytics was started
    assert 'names:\n  0: "K\\u00e4se / 1"\n  1: "Object 2"\n' in text
