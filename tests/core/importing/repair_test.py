"""Soft edges and foreign palettes are put right where one reading fits, and refused where not."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from lipcore.errors import LipError
from lipcore.exchange import open_import
from lipcore.importing.mask_reader import MaskReader
from lipcore.palette import davis_palette
from tests.core.hard_labels import labelled

SIZE = (60, 80)


def blobs() -> np.ndarray:
    """Two touching discs and one apart: (60, 80) ids 0..3."""
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    labels = np.zeros(SIZE, np.uint8)
    for number, (row, column, radius) in enumerate([(25, 20, 14), (30, 45, 15), (48, 70, 7)], start=1):
        labels[(rows - row) ** 2 + (columns - column) ** 2 < radius**2] = number
    return labels


def soft_picture(labels: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """The labels drawn in four times the size and shrunk: antialiased edges, as a drawing program makes them."""
    large = cv2.resize(labels, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
    large = np.roll(large, (1, 2), axis=(0, 1))
    return cv2.resize(palette[large], (SIZE[1], SIZE[0]), interpolation=cv2.INTER_AREA)


def save(path: Path, pixels: np.ndarray) -> Path:
    Image.fromarray(pixels).save(path)
    return path


def agreement(got: np.ndarray, expected: np.ndarray) -> float:
    return float((got == expected).mean())


def test_soft_grey_mask_becomes_hard_at_the_middle(tmp_path: Path) -> None:
    expected = (blobs() > 0).astype(np.uint8)
    soft = soft_picture(expected, np.array([0, 255], np.uint8))
    assert len(np.unique(soft)) > 2
    got, notes = MaskReader(*SIZE).read(save(tmp_path / "a.png", soft))
    np.testing.assert_array_equal(got, soft > 127)
    assert notes == ("a.png: soft edges were made hard.",)


def test_soft_davis_colours_become_ids(tmp_path: Path) -> None:
    labels = blobs()
    got, notes = MaskReader(*SIZE).read(save(tmp_path / "a.png", soft_picture(labels, davis_palette())))
    assert agreement(got, labels) > 0.985
    assert set(np.unique(got)) == {0, 1, 2, 3}
    assert len(notes) == 1


def test_half_of_a_davis_colour_is_not_mistaken_for_another_object(tmp_path: Path) -> None:
    palette = davis_palette().copy()
    labels = (blobs() > 0).astype(np.uint8)
    pixels = palette[labels]
    edge = cv2.morphologyEx(labels, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    pixels[edge & (labels == 1)] = palette[8]  # (64, 0, 0): half way from black to (128, 0, 0), and id 8's own colour
    pixels[edge & (labels == 0)] = (30, 0, 0)
    got, _ = MaskReader(*SIZE).read(save(tmp_path / "a.png", pixels))
    assert set(np.unique(got)) == {0, 1}


def test_foreign_palette_is_numbered_in_order_of_appearance_over_the_folder(tmp_path: Path) -> None:
    labels = blobs()
    palette = np.zeros((256, 3), np.uint8)
    palette[1:4] = [(255, 0, 0), (0, 255, 0), (250, 250, 10)]
    first = np.where(labels == 2, labels, 0).astype(np.uint8)
    folder = tmp_path / "clip"
    folder.mkdir()
    for frame, shown in enumerate([first, labels, np.zeros_like(labels)]):
        save(folder / f"{frame:05d}.png", palette[shown])
    source = labelled([labels] * 3)
    steps = list(open_import(folder, source).read())
    renumbered = np.array([0, 2, 1, 3], np.uint8)
    np.testing.assert_array_equal(steps[0].labels, renumbered[first])
    np.testing.assert_array_equal(steps[1].labels, renumbered[labels])
    assert not steps[2].labels.any()
    assert "not of the DAVIS palette" in steps[0].notes[0]


def test_foreign_palette_with_soft_edges(tmp_path: Path) -> None:
    palette = np.zeros((256, 3), np.uint8)
    palette[1:4] = [(255, 0, 0), (0, 255, 0), (10, 30, 250)]
    got, _ = MaskReader(*SIZE).read(save(tmp_path / "a.png", soft_picture(blobs(), palette)))
    assert agreement(got, blobs()) > 0.985
    assert set(np.unique(got)) == {0, 1, 2, 3}


def test_davis_colours_in_a_folder_of_another_palette_follow_that_palette(tmp_path: Path) -> None:
    red, davis = np.zeros((*SIZE, 3), np.uint8), np.zeros((*SIZE, 3), np.uint8)
    red[:20] = (255, 0, 0)
    davis[:20] = davis_palette()[5]
    reader = MaskReader(*SIZE)
    reader.read(save(tmp_path / "a.png", red))
    got, _ = reader.read(save(tmp_path / "b.png", davis))
    assert set(np.unique(got)) == {0, 2}


def test_indexed_png_counts_by_its_indices_whatever_its_palette(tmp_path: Path) -> None:
    picture = Image.fromarray(blobs())
    picture.putpalette([9, 9, 9, 200, 10, 10, 10, 200, 10, 10, 10, 200])
    picture.save(tmp_path / "a.png")
    got, notes = MaskReader(*SIZE).read(tmp_path / "a.png")
    np.testing.assert_array_equal(got, blobs())
    assert notes == ()


def spokes() -> np.ndarray:
    """Lines one pixel wide and a disc: (60, 80) ids 0 and 1."""
    labels = np.zeros(SIZE, np.uint8)
    for angle in range(10, 180, 60):
        across = (int(38 * np.cos(np.radians(angle))), int(27 * np.sin(np.radians(angle))))
        cv2.line(labels, (40 - across[0], 30 - across[1]), (40 + across[0], 30 + across[1]), 1)
    cv2.circle(labels, (40, 30), 18, 1, -1)
    return labels


@pytest.mark.parametrize("colour", [None, (128, 0, 0), (255, 120, 10)])
@pytest.mark.parametrize("size", [(180, 135), (240, 180)])
def test_thin_parts_survive_being_enlarged(
    tmp_path: Path, colour: tuple[int, int, int] | None, size: tuple[int, int]
) -> None:
    labels = spokes()
    pixels = labels * 255 if colour is None else labels[..., None] * np.array(colour, np.uint8)
    soft = cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR)
    truth = cv2.resize(labels.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0.5
    got, notes = MaskReader(size[1], size[0]).read(save(tmp_path / "a.png", soft))
    assert agreement(got, truth) > 0.99
    assert len(notes) == 1


def photo() -> np.ndarray:
    noise = np.random.default_rng(0).integers(0, 256, (*SIZE, 3)).astype(np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 3)


def no_background() -> np.ndarray:
    pixels = np.full((*SIZE, 3), 255, np.uint8)
    pixels[:20] = (255, 0, 0)
    return pixels


def grey_ids() -> np.ndarray:
    return blobs() * 60


def thick_band() -> np.ndarray:
    pixels = np.zeros(SIZE, np.uint8)
    pixels[20:40], pixels[40:] = 100, 255
    return pixels


def grey_dots() -> np.ndarray:
    """A black picture with white in a corner, and dots of 1, 2 and 3 that may well be ids."""
    pixels = np.zeros(SIZE, np.uint8)
    pixels[:10, :10] = 255
    pixels[20::6, 20::6] = 1
    pixels[22::6, 22::6] = 2
    return pixels


@pytest.mark.parametrize("pixels", [photo(), no_background(), grey_ids(), thick_band(), photo()[..., 0], grey_dots()])
def test_ambiguous_pictures_are_refused(tmp_path: Path, pixels: np.ndarray) -> None:
    with pytest.raises(LipError, match="Cannot read the mask"):
        MaskReader(*SIZE).read(save(tmp_path / "a.png", pixels))


def test_jpeg_and_wrong_size_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="80 x 60 pixels, but the video has 81 x 60"):
        MaskReader(60, 81).read(save(tmp_path / "a.png", blobs()))
    Image.fromarray(blobs()).save(tmp_path / "b.jpg")
    (tmp_path / "b.jpg").rename(tmp_path / "b.png")
    with pytest.raises(LipError, match="not a PNG"):
        MaskReader(*SIZE).read(tmp_path / "b.png")
