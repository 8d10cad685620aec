"""Small made-up training pictures: coloured rectangles, whose label follows from their colour."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.masks import write_label_map
from lipcore.training.data.store import Picture, StillEntry, TrainingData, VideoEntry

GREY = (90, 90, 90)
COLOURS = {1: (250, 30, 30), 2: (30, 250, 30), 3: (30, 30, 250)}
Box = tuple[int, int, int, int]


def draw(boxes: dict[int, Box], height: int = 96, width: int = 128) -> Picture:
    """A grey picture with rectangles (x1, y1, x2, y2) in the colours of their ids."""
    image = np.full((height, width, 3), GREY, np.uint8)
    labels = np.zeros((height, width), np.uint8)
    for number, (left, top, right, bottom) in boxes.items():
        image[top:bottom, left:right] = COLOURS[number]
        labels[top:bottom, left:right] = number
    return image, labels


def same(picture: Picture) -> Picture:
    """A loader for pictures that are in memory."""
    return picture


def still(name: str, boxes: dict[int, Box], unlabelled_objects: bool = False, **classes: int) -> StillEntry:
    """An entry of training data; classes as `class1=7`."""
    numbers = {int(key.removeprefix("class")): value for key, value in classes.items()}
    return StillEntry(name, partial(same, draw(boxes)), numbers, unlabelled_objects)


def moving_video(name: str, frames: int = 12) -> VideoEntry:
    """A red square that moves to the right by 4 pixels a frame."""
    return VideoEntry(
        name, tuple(still(f"{name}/{t:05d}", {1: (8 + 4 * t, 30, 38 + 4 * t, 60)}, True) for t in range(frames))
    )


def made_data(stills: int = 6, videos: int = 2) -> TrainingData:
    """Stills with two objects and videos with one."""
    boxes: dict[int, Box] = {1: (20, 20, 60, 60), 2: (70, 30, 110, 80)}
    return TrainingData(
        [still(f"still/{number}", boxes) for number in range(stills)],
        [moving_video(f"video/{number}") for number in range(videos)],
    )


def write_image(path: Path, image: NDArray[np.uint8]) -> None:
    """Write RGB as PNG or JPEG, by the name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), image[:, :, ::-1])


def write_picture(images: Path, masks: Path, stem: str, picture: Picture, suffix: str = ".jpg") -> None:
    """Write an image and its mask below two folders."""
    write_image(images / f"{stem}{suffix}", picture[0])
    masks.mkdir(parents=True, exist_ok=True)
    write_label_map(masks / f"{stem}.png", picture[1])


def refuses(call: Callable[[], object], *words: str) -> None:
    """Check that a call raises a LipError whose sentence has these words."""
    import pytest

    from lipcore.errors import LipError

    with pytest.raises(LipError) as caught:
        call()
    for word in words:
        assert word in str(caught.value)
    assert str(caught.value).endswith(".")
