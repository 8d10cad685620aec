"""Flipped bits in pictures: what a decoder notices is noticed on opening the folder, and good ones are left alone."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lipcore.errors import LipError
from lipcore.video import open_video, wholeness
from lipcore.video.wholeness import damage_note

KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "baseline": ("jpg", {"quality": 75}),
    "progressive": ("jpg", {"quality": 95, "progressive": True}),
    "restart markers": ("jpg", {"quality": 75, "restart_marker_blocks": 5}),
    "own tables": ("jpg", {"quality": 85, "optimize": True}),
    "deflate": ("tif", {"compression": "tiff_adobe_deflate"}),
    "jpeg in tiff": ("tif", {"compression": "jpeg"}),
    "webp": ("webp", {"quality": 80}),
    "avif": ("avif", {}),
    "png": ("png", {}),
    "bmp": ("bmp", {}),
}


def write(folder: Path, kind: str, count: int = 3) -> list[Path]:
    """Pictures of 60 x 80 pixels with waves, a sharp shape and noise."""
    extension, options = KINDS[kind]
    rows, columns = np.mgrid[:60, :80]
    paths = []
    for number in range(count):
        pixels = np.dstack([np.sin(columns / 9) * 60 + 128, rows * 4, columns * 3]).astype(np.float64)
        pixels += np.random.default_rng(number).normal(0, 6, pixels.shape)
        pixels[10:30, 5 + number : 40] = (200, 30, 90)
        paths.append(folder / f"{number:05d}.{extension}")
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(paths[-1], **options)
    return paths


def noticed(path: Path, data: bytes, places: list[int]) -> str:
    """What opening the folder says once these bits of a file are flipped."""
    changed = bytearray(data)
    for place in places:
        changed[place // 8] ^= 1 << place % 8
    path.write_bytes(changed)
    try:
        with open_video(path.parent) as video:
            return " ".join(video.notes)
    except LipError as error:
        return str(error)


@pytest.mark.parametrize("kind", KINDS)
def test_good_pictures_are_left_alone(tmp_path: Path, kind: str) -> None:
    write(tmp_path, kind, 12)
    with open_video(tmp_path) as video:
        assert len(video) == 12
        assert video.notes == ()


@pytest.mark.parametrize(
    ("kind", "least"), [("deflate", 20), ("avif", 15), ("png", 20), ("progressive", 1), ("own tables", 2)]
)
def test_a_flipped_bit_is_noticed_where_the_format_allows(tmp_path: Path, kind: str, least: int) -> None:
    path = write(tmp_path, kind)[1]
    data, dice = path.read_bytes(), random.Random(kind)
    found = [noticed(path, data, [dice.randrange(len(data) * 8)]) for _ in range(20)]
    named = [sentence for sentence in found if "00001" in sentence]
    assert len(named) >= least
    assert len(named) == len([sentence for sentence in found if sentence])


@pytest.mark.parametrize("kind", ["baseline", "progressive", "restart markers", "own tables"])
def test_a_jpeg_that_is_damaged_inside_is_named_and_shown(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path, kind)[1]
    data = path.read_bytes()
    middle = data.rfind(b"\xff\xda") + 40
    path.write_bytes(data[:middle] + data[middle + 300 :])
    with open_video(tmp_path) as video:
        assert len(video) == 3
        assert video[1].shape == (60, 80, 3)
        assert len(video.notes) == 1
        assert video.notes[0].startswith("00001.jpg (")
        assert video.notes[0].endswith(") is damaged: a part of it may be shown wrongly.")
    with open_video(path) as video:
        assert video.notes


def test_a_jpeg_beyond_repair_is_refused_on_opening(tmp_path: Path) -> None:
    path = write(tmp_path, "baseline")[2]
    data = path.read_bytes()
    path.write_bytes(data[:2] + bytes(len(data) - 4) + data[-2:])
    with pytest.raises(LipError, match=r"^Cannot read .*00002\.jpg: the file is damaged or is no picture\.$"):
        open_video(tmp_path)


def test_without_the_library_pictures_are_as_whole_as_opencv_finds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wholeness, "simplejpeg", None)
    write(tmp_path, "baseline")
    with open_video(tmp_path) as video:
        assert len(video) == 3
        assert video.notes == ()


def test_a_note_names_some_and_counts_the_others() -> None:
    four = [(f"{number}.jpg", "bad Huffman code") for number in range(5)]
    assert damage_note(four[:1]) == "0.jpg (bad Huffman code) is damaged: a part of it may be shown wrongly."
    assert damage_note(four) == (
        "0.jpg (bad Huffman code), 1.jpg (bad Huffman code), 2.jpg (bad Huffman code), 2 more are damaged: "
        "parts of them may be shown wrongly."
    )
