"""Everything a user can get wrong with `lip segment`: one sentence, exit status 1, nothing written."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from lipcore.cli.main import main
from lipcore.masks import write_label_map
from tests.helpers import MovingSquare


def no_images(video: Path) -> None:
    for file in video.iterdir():
        file.unlink()


def other_size(video: Path) -> None:
    cv2.imwrite(str(video / "00004.png"), np.zeros((30, 40, 3), np.uint8))


def cut_off_jpeg(video: Path) -> None:
    (video / "00004.png").unlink()
    cv2.imwrite(str(video / "00004.jpg"), np.random.default_rng(0).integers(0, 256, (48, 64, 3)))
    data = (video / "00004.jpg").read_bytes()
    (video / "00004.jpg").write_bytes(data[: len(data) // 2])


VIDEOS = {
    "no images": (no_images, "the folder contains no images."),
    "sizes differ": (other_size, "00004.png is 40 x 30 pixels, but 00000.png is 64 x 48."),
    "cut off": (cut_off_jpeg, "00004.jpg: the file is cut off."),
}


def wrong_size(path: Path) -> None:
    write_label_map(path, np.ones((30, 40), np.uint8))


def antialiased(path: Path) -> None:
    Image.linear_gradient("L").resize((64, 48)).save(path)


def coloured(path: Path) -> None:
    Image.new("RGB", (64, 48), (12, 200, 7)).save(path)


def too_many(path: Path) -> None:
    Image.fromarray(np.arange(64 * 48, dtype=np.uint16).reshape(48, 64)).save(path)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


MASKS = {
    "wrong size": (wrong_size, "it is for 40 x 30 pixels, but the video has 64 x 48"),
    "antialiased": (antialiased, "antialiased"),
    "coloured": (coloured, "not in the DAVIS palette"),
    "too many ids": (too_many, "254 objects"),
    "cut off": (cut_off, "cut off"),
    "missing": (Path.unlink, "mask.png"),
}


def refused(video: Path, mask: Path, out: Path, capsys: pytest.CaptureFixture[str], sentence: str) -> None:
    assert main(["segment", str(video), "--annotations", str(mask), "--out", str(out), "--device", "cpu"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1, printed.err
    assert sentence in printed.err
    assert not out.exists() or not list(out.iterdir())


@pytest.fixture
def mask(moving_square: MovingSquare, tmp_path: Path) -> Path:
    write_label_map(tmp_path / "mask.png", moving_square.truth[0])
    return tmp_path / "mask.png"


@pytest.mark.parametrize(("damage", "sentence"), VIDEOS.values(), ids=VIDEOS)
def test_bad_folder_of_frames(
    moving_square: MovingSquare,
    mask: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
    sentence: str,
) -> None:
    damage(moving_square.path)
    refused(moving_square.path, mask, tmp_path / "out", capsys, sentence)


@pytest.mark.parametrize("content", [b"", b"no video at all"])
def test_bad_video_file(mask: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    (tmp_path / "clip.mp4").write_bytes(content)
    refused(tmp_path / "clip.mp4", mask, tmp_path / "out", capsys, "Cannot open")


@pytest.mark.parametrize(("damage", "sentence"), MASKS.values(), ids=MASKS)
def test_bad_mask(
    moving_square: MovingSquare,
    mask: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
    sentence: str,
) -> None:
    damage(mask)
    refused(moving_square.path, mask, tmp_path / "out", capsys, sentence)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EROFS, "the disk is read-only"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "permission is denied"),
    ],
)
def test_output_that_cannot_be_written(
    moving_square: MovingSquare,
    mask: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    reason: str,
) -> None:
    """Said before anything is computed, not after minutes of tuning."""

    def fail(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    refused(moving_square.path, mask, tmp_path / "out", capsys, reason)


def test_output_folder_that_is_a_file(
    moving_square: MovingSquare, mask: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["segment", str(moving_square.path), "--annotations", str(mask), "--out", str(mask)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
