"""Two folders of masks compared, without the first and the last frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.evaluation.folders import compare_folders
from lipcore.masks import write_label_map


def write(folder: Path, *lefts: int) -> Path:
    """A mask a frame: object 1 as a square at this column, object 2 always in the same place."""
    folder.mkdir()
    for frame, left in enumerate(lefts):
        labels = np.zeros((40, 60), np.uint8)
        labels[5:15, left : left + 10], labels[25:35, 5:15], labels[38:] = 1, 2, 255
        write_label_map(folder / f"{frame:05d}.png", labels)
    return folder


def test_equal_masks_are_perfect(tmp_path: Path) -> None:
    truths = write(tmp_path / "truth", 5, 10, 15, 20)
    assert compare_folders(truths, truths) == (1.0, 1.0)


def test_the_first_and_the_last_frame_do_not_count(tmp_path: Path) -> None:
    truths = write(tmp_path / "truth", 5, 10, 15, 20)
    assert compare_folders(write(tmp_path / "out", 40, 10, 15, 40), truths) == (1.0, 1.0)


def test_objects_and_frames_count_alike(tmp_path: Path) -> None:
    truths = write(tmp_path / "truth", 5, 10, 10, 10)
    region, boundary = compare_folders(write(tmp_path / "out", 5, 15, 40, 10), truths)
    assert region == pytest.approx((1 / 3 + 0 + 1 + 1) / 4)  # object 1 by a third and by nothing, object 2 wholly
    assert 0.5 <= boundary < 1


def test_masks_that_are_missing_are_named(tmp_path: Path) -> None:
    truths = write(tmp_path / "truth", 5, 10, 15)
    results = write(tmp_path / "out", 5, 10, 15)
    (results / "00001.png").unlink()
    with pytest.raises(LipError, match=r"00001\.png is missing"):
        compare_folders(results, truths)
    with pytest.raises(LipError, match="too few masks"):
        compare_folders(truths, write(tmp_path / "short", 5, 10))
