"""Masks of one folder: their sizes, and what was learned about their colours holds for those that follow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lipcore.errors import LipError
from lipcore.importing.mask_reader import MaskReader, file_size, png_size
from lipcore.masks import write_label_map
from lipcore.palette import davis_palette

H, W = 20, 30
FOREIGN = {1: (10, 200, 30), 2: (200, 10, 250)}


def labels(*numbers: int) -> np.ndarray:
    """Squares beside each other with these ids."""
    found = np.zeros((H, W), np.uint8)
    for place, number in enumerate(numbers):
        found[4:16, 2 + 9 * place : 10 + 9 * place] = number
    return found


def coloured(path: Path, found: np.ndarray, colours: dict[int, tuple[int, int, int]]) -> Path:
    pixels = np.zeros((H, W, 3), np.uint8)
    for number, colour in colours.items():
        pixels[found == number] = colour
    Image.fromarray(pixels).save(path)
    return path


def test_the_size_stands_in_the_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    write_label_map(path, labels(1))
    assert file_size(path) == png_size(path.read_bytes()[:33]) == (H, W)
    assert png_size(path.read_bytes()[:32]) is None
    assert png_size(b"GIF89a" + bytes(40)) is None
    with pytest.raises(LipError, match="Cannot read"):
        file_size(tmp_path / "none.png")


def test_a_mask_of_another_size_is_refused(tmp_path: Path) -> None:
    write_label_map(tmp_path / "a.png", labels(1))
    with pytest.raises(LipError, match="30 x 20 pixels, but the video has 20 x 30"):
        MaskReader(W, H).read(tmp_path / "a.png")


def test_colours_of_ones_own_become_objects_in_the_order_they_appear_and_keep_their_ids(tmp_path: Path) -> None:
    reader = MaskReader(H, W)
    first, notes = reader.read(coloured(tmp_path / "a.png", labels(1), FOREIGN))
    np.testing.assert_array_equal(first, labels(1))
    assert "in the order they appear" in notes[0]
    second, _ = reader.read(coloured(tmp_path / "b.png", labels(2, 1), FOREIGN))
    np.testing.assert_array_equal(second, labels(2, 1))


def test_colours_of_the_davis_palette_are_its_ids(tmp_path: Path) -> None:
    palette = {number: tuple(int(part) for part in davis_palette()[number]) for number in (3, 7)}
    found, notes = MaskReader(H, W).read(coloured(tmp_path / "a.png", labels(3, 7), palette))  # type: ignore[arg-type]
    np.testing.assert_array_equal(found, labels(3, 7))
    assert notes == ()


def test_colours_that_happen_to_be_davis_are_read_by_the_folders_own_palette(tmp_path: Path) -> None:
    davis = tuple(int(part) for part in davis_palette()[5])
    colours = FOREIGN | {3: davis}  # type: ignore[dict-item]
    reader = MaskReader(H, W)
    reader.read(coloured(tmp_path / "a.png", labels(1, 2), colours))
    found, _ = reader.read(coloured(tmp_path / "b.png", labels(3), colours))
    np.testing.assert_array_equal(found, labels(3))


def test_after_davis_colours_others_are_refused(tmp_path: Path) -> None:
    reader = MaskReader(H, W)
    davis = tuple(int(part) for part in davis_palette()[5])
    reader.read(coloured(tmp_path / "a.png", labels(5), {5: davis}))  # type: ignore[dict-item]
    with pytest.raises(LipError, match=r"b\.png"):
        reader.read(coloured(tmp_path / "b.png", labels(1), FOREIGN))


def test_a_picture_that_is_partly_transparent_explains_nothing(tmp_path: Path) -> None:
    pixels = np.dstack([labels(1) * 90] * 3 + [np.where(labels(1) > 0, 255, 100).astype(np.uint8)])
    Image.fromarray(pixels).save(tmp_path / "a.png")
    with pytest.raises(LipError, match=r"a\.png"):
        MaskReader(H, W).read(tmp_path / "a.png")
