"""Thumbnails: the object's shape, as large as fits, not stretched, in its colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from lipgui.panels.thumbnails import thumbnail


def alpha(image: QImage) -> NDArray[np.uint8]:
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return pixels[:, : image.width(), 3]


def test_a_wide_object_fills_the_width_and_keeps_its_shape() -> None:
    labels = np.zeros((100, 200), np.uint8)
    labels[40:60, 30:130] = 3
    image = thumbnail(labels, 3, (10, 20, 30))
    assert (image.width(), image.height()) == (48, 48)
    rows, columns = np.nonzero(alpha(image) > 127)
    assert np.ptp(columns) + 1 == 48
    assert abs(np.ptp(rows) + 1 - 48 / 5) <= 1
    assert abs(rows.mean() - 23.5) < 1  # in the middle
    assert image.pixelColor(24, 24).getRgb() == (10, 20, 30, 255)


def test_other_objects_are_not_in_it() -> None:
    labels = np.full((20, 20), 2, np.uint8)
    labels[5:15, 5:15] = 1
    labels[8:12, 8:12] = 2
    seen = alpha(thumbnail(labels, 1, (255, 0, 0)))
    assert seen[24, 24] == 0  # the hole
    assert seen[2, 2] == 255


def test_an_object_that_is_not_there_gives_an_empty_picture() -> None:
    assert not alpha(thumbnail(np.zeros((20, 20), np.uint8), 1, (255, 0, 0))).any()
