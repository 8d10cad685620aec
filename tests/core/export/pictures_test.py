"""Pictures as files: read back by Pillow in the order of colours that was meant, in 8 and 16 bits."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from lipcore.export.pictures import write_jpeg, write_png, write_tiff

COLOURS = np.random.default_rng(0).integers(0, 256, (6, 9, 4), dtype=np.uint8)


@pytest.mark.parametrize("write", [write_png, write_tiff])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_eight_bits_come_back_without_loss(tmp_path: Path, write: object, channels: int) -> None:
    pixels = COLOURS[..., 0] if channels == 1 else COLOURS[..., :channels]
    path = tmp_path / ("a.png" if write is write_png else "a.tiff")
    write(path, pixels)  # type: ignore[operator]
    with Image.open(path) as picture:
        assert picture.mode == {1: "L", 3: "RGB", 4: "RGBA"}[channels]
        np.testing.assert_array_equal(np.array(picture), pixels)


@pytest.mark.parametrize("name", ["a.png", "a.tiff"])
def test_sixteen_bits_come_back_without_loss(tmp_path: Path, name: str) -> None:
    pixels = COLOURS[..., 0].astype(np.uint16) * 257
    (write_png if name == "a.png" else write_tiff)(tmp_path / name, pixels)
    np.testing.assert_array_equal(cv2.imread(str(tmp_path / name), cv2.IMREAD_UNCHANGED), pixels)


def test_a_jpeg_keeps_its_colours_nearly(tmp_path: Path) -> None:
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:] = (200, 100, 20)
    write_jpeg(tmp_path / "a.jpg", pixels)
    with Image.open(tmp_path / "a.jpg") as picture:
        assert np.abs(np.array(picture).astype(int) - (200, 100, 20)).max() <= 3


def test_a_place_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_png(tmp_path / "none" / "a.png", COLOURS)
