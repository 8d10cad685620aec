"""A folder of images as a video."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from lipcore.errors import LipError
from lipcore.video import open_video
from lipcore.video.pictures import read_image
from tests.helpers import MovingSquare


def noise(height: int = 40, width: int = 60, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def write_frames(folder: Path, names: list[str]) -> list[NDArray[np.uint8]]:
    frames = [noise(seed=number) for number in range(len(names))]
    for name, frame in zip(names, frames, strict=True):
        Image.fromarray(frame).save(folder / name)
    return frames


def test_frames_in_natural_order_with_their_names(tmp_path: Path) -> None:
    frames = write_frames(tmp_path, ["9.png", "10.png", "100.png"])
    with open_video(tmp_path) as video:
        assert len(video) == 3
        assert list(video.frame_names) == ["9", "10", "100"]
        assert (video.height, video.width, video.name, video.path) == (40, 60, tmp_path.name, tmp_path)
        for number in (2, 0, 1, 2):
            assert np.array_equal(video[number], frames[number])
        with pytest.raises(ValueError, match="read-only"):
            video[0][0, 0] = 0
        for beyond in (-1, 3):
            with pytest.raises(IndexError):
                video[beyond]
    with pytest.raises(LipError, match="the video is closed"):
        video[0]


def test_the_shared_fixture_opens(moving_square: MovingSquare) -> None:
    with open_video(moving_square.path) as video:
        assert len(video) == len(moving_square.truth)
        assert video[3][14, 16].tolist() == [240, 200, 40]


def test_grey_deep_float_and_transparent_pictures_become_rgb(tmp_path: Path) -> None:
    grey = noise()[..., 0]
    pictures = {
        "grey.png": grey,
        "deep.png": grey.astype(np.uint16) * 257,
        "float.tiff": grey.astype(np.float32) / 255,
        "alpha.png": np.dstack([grey, grey, grey, np.full_like(grey, 7)]),
        "deep.tiff": np.dstack([grey.astype(np.uint16) * 257] * 3),
    }
    for name, picture in pictures.items():
        cv2.imwrite(str(tmp_path / name), picture)
        image = read_image(tmp_path / name)
        assert image.dtype == np.uint8
        assert np.array_equal(image, np.dstack([grey] * 3)), name


def test_indexed_pictures_and_every_common_format(tmp_path: Path) -> None:
    colours = np.zeros((40, 60, 3), np.uint8)
    colours[:, 20:40] = (200, 30, 90)
    for name in ("a.png", "a.bmp", "a.ppm", "a.tif", "a.gif", "a.webp"):
        picture = Image.fromarray(colours)
        picture.save(tmp_path / name, **({"lossless": True} if name.endswith("webp") else {}))
        assert np.array_equal(read_image(tmp_path / name), colours), name


def test_the_orientation_tag_is_obeyed(tmp_path: Path) -> None:
    for number in range(2):
        picture = Image.fromarray(noise(40, 60, number))
        tags = picture.getexif()
        tags[0x0112] = 6
        picture.save(tmp_path / f"{number}.jpg", exif=tags)
    with open_video(tmp_path) as video:
        assert (video.height, video.width) == (60, 40)
        assert video[1].shape == (60, 40, 3)


def test_no_images(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(LipError, match=r"^Cannot open .*: the folder contains no images\.$"):
        open_video(tmp_path)


def test_sizes_differ(tmp_path: Path) -> None:
    write_frames(tmp_path, ["00000.png", "00001.png"])
    Image.fromarray(noise(30, 60)).save(tmp_path / "00002.jpg")
    with pytest.raises(LipError, match=r"00002\.jpg is 60 x 30 pixels, but 00000\.png is 60 x 40\.$"):
        open_video(tmp_path)


def test_same_name_twice(tmp_path: Path) -> None:
    write_frames(tmp_path, ["00000.png", "00000.bmp"])
    with pytest.raises(LipError, match=r"00000\.\w+ and 00000\.\w+ would be the same frame"):
        open_video(tmp_path)


@pytest.mark.parametrize("extension", ["jpg", "png"])
@pytest.mark.parametrize("part", [0.0, 0.02, 0.5, 0.99])
def test_cut_off_pictures_are_found_on_opening(tmp_path: Path, extension: str, part: float) -> None:
    write_frames(tmp_path, [f"00000.{extension}", f"00001.{extension}"])
    data = (tmp_path / f"00001.{extension}").read_bytes()
    (tmp_path / f"00001.{extension}").write_bytes(data[: int(len(data) * part)])
    with pytest.raises(LipError, match=rf"^Cannot read the picture .*00001\.{extension}: the file is .*\.$"):
        open_video(tmp_path)


def test_a_cut_off_progressive_jpeg_with_a_thumbnail(tmp_path: Path) -> None:
    picture = Image.fromarray(noise(100, 100))
    picture.save(tmp_path / "thumbnail.jpg")
    tags = b"Exif\0\0" + (tmp_path / "thumbnail.jpg").read_bytes()
    picture.save(tmp_path / "00000.jpg", progressive=True, exif=tags)
    data = (tmp_path / "00000.jpg").read_bytes()
    for end in (len(data) // 2, len(data) * 3 // 4, len(data) - 2):
        (tmp_path / "cut.jpg").write_bytes(data[:end])
        with pytest.raises(LipError, match="cut off"):
            read_image(tmp_path / "cut.jpg")
    (tmp_path / "00000.jpg").write_bytes(data + b"trailing bytes of a camera")
    assert read_image(tmp_path / "00000.jpg").shape == (100, 100, 3)


def test_text_named_as_a_picture(tmp_path: Path) -> None:
    (tmp_path / "00000.png").write_text("hello")
    with pytest.raises(LipError, match=r"00000\.png: the file is damaged or is no picture\.$"):
        open_video(tmp_path)


def test_a_picture_that_changes_after_opening(tmp_path: Path) -> None:
    write_frames(tmp_path, ["00000.png", "00001.png"])
    with open_video(tmp_path) as video:
        Image.fromarray(noise(30, 60)).save(tmp_path / "00001.png")
        with pytest.raises(LipError, match="60 x 30"):
            video[1]
        (tmp_path / "00000.png").unlink()
        with pytest.raises(LipError, match="it does not exist"):
            video[0]
