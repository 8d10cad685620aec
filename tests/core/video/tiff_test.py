"""TIFF: orientations, stacks of pages, pages of different sizes, and directories that never end."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lipcore.errors import LipError
from lipcore.video import open_video
from lipcore.video.pictures import read_image

TURNED = {
    1: lambda stored: stored,
    2: np.fliplr,
    3: lambda stored: np.rot90(stored, 2),
    4: np.flipud,
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: np.rot90(stored.swapaxes(0, 1), 2),
    8: np.rot90,
}


@pytest.mark.parametrize("orientation", TURNED)
def test_the_orientation_of_tiff_is_obeyed_once(tmp_path: Path, orientation: int) -> None:
    stored = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    for number in range(2):
        Image.fromarray(stored).save(tmp_path / f"{number}.tif", tiffinfo={274: orientation})
    expected = TURNED[orientation](stored)
    for path in (tmp_path, tmp_path / "0.tif"):
        with open_video(path) as video:
            assert (video.height, video.width) == expected.shape[:2]
            assert np.array_equal(video[0], expected)


def test_a_stack_is_a_video(tmp_path: Path) -> None:
    frames = [np.random.default_rng(number).integers(0, 256, (48, 64, 3), np.uint8) for number in range(5)]
    path = tmp_path / "stack.tif"
    Image.fromarray(frames[0]).save(path, save_all=True, append_images=[Image.fromarray(each) for each in frames[1:]])
    with open_video(path) as video:
        assert len(video) == 5
        assert list(video.frame_names) == ["00000", "00001", "00002", "00003", "00004"]
        for number in (3, 0, 4, 1, 2):
            assert np.array_equal(video[number], frames[number])
    with pytest.raises(LipError, match=r"stack\.tif holds 5 pictures; open it as a video of its own\.$"):
        open_video(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(LipError, match=r"stack\.tif: the file is (cut off|damaged or is no picture)\.$"):
        open_video(path)


def test_pages_of_different_sizes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "stack.tif"
    Image.new("RGB", (8, 8)).save(path, save_all=True, append_images=[Image.new("RGB", (8, 6))])
    with pytest.raises(LipError, match="page 1 is 8 x 6 pixels, but page 0 is 8 x 8"):
        open_video(path)


COLOURS = np.zeros((48, 64, 3), np.uint8)
COLOURS[:, 20:40] = (200, 30, 90)


def test_tiff_directories_that_never_end_are_refused(tmp_path: Path) -> None:
    """A directory that follows itself, and one that says it has more entries than any file."""
    image = io.BytesIO()
    Image.fromarray(COLOURS).save(image, "TIFF")
    data = bytearray(image.getvalue())
    place = struct.unpack("<I", data[4:8])[0]
    count = struct.unpack("<H", data[place : place + 2])[0]
    end = place + 2 + 12 * count
    data[end : end + 4] = struct.pack("<I", place)
    path = tmp_path / "0.tif"
    path.write_bytes(data)
    assert np.array_equal(read_image(path), COLOURS)
    data[place : place + 2] = struct.pack("<H", 60_000)
    path.write_bytes(data)
    with pytest.raises(LipError, match="damaged or is no picture"):
        open_video(path)
