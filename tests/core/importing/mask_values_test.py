"""Masks whose values a person explains: what stands in pixels of every kind, as ids, shades or colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from lipcore.errors import LipError
from lipcore.importing.mask_values import colours_of, id_values, labels_by, palette_of, shade_labels, table_of


def save(path: Path, pixels: NDArray[np.generic], mode: str | None = None) -> Path:
    picture = Image.fromarray(pixels)
    (picture.convert(mode) if mode else picture).save(path)
    return path


def rgba(*pixels: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    return np.array([pixels], np.uint8)


def test_a_palette_is_meant_by_whatever_is_no_word() -> None:
    assert [palette_of(word) for word in ("auto", "ids", "shades")] == [None] * 3
    assert palette_of("own.txt") == Path("own.txt")


def test_grey_values_of_8_and_16_bits_are_ids(tmp_path: Path) -> None:
    assert id_values(save(tmp_path / "a.png", np.array([[0, 5, 255]], np.uint8))).tolist() == [[0, 5, 255]]
    assert id_values(save(tmp_path / "b.png", np.array([[0, 5, 40000]], np.uint16))).tolist() == [[0, 5, 40000]]


def test_colours_are_one_number_and_equal_ones_are_grey(tmp_path: Path) -> None:
    grey = np.repeat(np.array([[[0], [7]]], np.uint8), 3, axis=2)
    assert id_values(save(tmp_path / "a.png", grey)).tolist() == [[0, 7]]
    colours = np.array([[[0, 0, 0], [1, 2, 3], [1, 2, 4]]], np.uint8)
    found = id_values(save(tmp_path / "b.png", colours))
    assert found[0, 0] == 0
    assert len(set(found[0].tolist())) == 3


def test_what_is_transparent_is_background_and_black_is_an_object_where_nothing_else_is(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", rgba((9, 9, 9, 0), (9, 9, 9, 255), (0, 0, 0, 255)))
    assert id_values(path).tolist() == [[0, 9, 0]]
    path = save(tmp_path / "b.png", rgba((0, 0, 0, 0), (0, 0, 0, 200)))
    assert id_values(path).tolist() == [[0, 1]]


def test_shades_count_from_the_middle_up(tmp_path: Path) -> None:
    assert shade_labels(save(tmp_path / "a.png", np.array([[0, 127, 128, 255]], np.uint8))).tolist() == [[0, 0, 1, 1]]
    assert shade_labels(save(tmp_path / "b.png", np.array([[0, 32767, 32768]], np.uint16))).tolist() == [[0, 0, 1]]
    path = save(tmp_path / "c.png", rgba((255, 0, 0, 255), (255, 0, 0, 100), (100, 0, 0, 255)))
    assert shade_labels(path).tolist() == [[1, 0, 0]]
    path = save(tmp_path / "d.png", rgba((0, 0, 0, 200), (0, 0, 0, 50)))
    assert shade_labels(path).tolist() == [[1, 0]]  # of one colour: by its transparency alone


def test_one_table_for_all_files_keeps_ids_and_numbers_other_values(tmp_path: Path) -> None:
    first = save(tmp_path / "a.png", np.array([[0, 5, 255]], np.uint8))
    assert table_of([first]) == {5: 5, 255: 255}
    second = save(tmp_path / "b.png", np.array([[0, 300, 5]], np.uint16))
    table = table_of([first, second])
    assert table == {5: 1, 255: 2, 300: 3}
    assert labels_by(table, second).tolist() == [[0, 3, 1]]
    with pytest.raises(LipError, match="changed while it was read"):
        labels_by({5: 5}, second)


def test_more_values_than_ids_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", np.arange(300, 600, dtype=np.uint16)[None])
    with pytest.raises(LipError, match="300 values and at most 254"):
        table_of([path])


def test_colours_of_a_picture_are_those_that_it_shows(tmp_path: Path) -> None:
    pixels = rgba((1, 2, 3, 255), (1, 2, 3, 0), (200, 0, 0, 255))
    shown = colours_of(save(tmp_path / "a.png", pixels)).tolist()[0]
    assert shown[1] == 0
    assert len(set(shown)) == 3
    opaque = colours_of(save(tmp_path / "b.png", pixels[..., :3].copy())).tolist()[0]
    assert (opaque[0], opaque[2]) == (shown[0], shown[2])
    with pytest.raises(LipError, match="more than 8 bits"):
        colours_of(save(tmp_path / "c.png", np.array([[300]], np.uint16)))


@pytest.mark.parametrize(("content", "words"), [(b"GIF89a", "not a PNG"), (None, "damaged")])
def test_what_cannot_be_read_is_a_sentence(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = save(tmp_path / "a.png", np.arange(64, dtype=np.uint8).reshape(8, 8))
    path.write_bytes(content or path.read_bytes()[:50])
    with pytest.raises(LipError, match=words):
        id_values(path)
