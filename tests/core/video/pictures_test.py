"""Pictures of every depth and format, alone, in folders and in stacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from lipcore.errors import LipError
from lipcore.video import open_video
from tests.core.video.heic import write_tiles

GREYS = np.repeat(np.arange(64), 48).reshape(64, 48).T.copy()


def encode(path: Path, codec: str, pixels: NDArray[Any], pix_fmt: str) -> Path:
    """A picture by FFmpeg's encoder."""
    context = av.CodecContext.create(codec, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.height, context.width = pixels.shape[:2]
    context.pix_fmt = pix_fmt
    context.framerate = 25  # type: ignore[assignment]
    frame = av.VideoFrame.from_ndarray(pixels, format="gbrpf32le" if pixels.dtype == np.float32 else "rgb24")
    packets = [*context.encode(frame.reformat(format=pix_fmt)), *context.encode(None)]
    path.write_bytes(b"".join(bytes(packet) for packet in packets))
    return path


DEEP = {
    "float to 255": (GREYS.astype(np.float32) * 4, (0, 252)),
    "float to 1": (GREYS.astype(np.float32) / 63, (0, 1)),
    "negative float": (GREYS.astype(np.float32) - 20, (-20, 43)),
    "12 in 16 bits": ((GREYS * 65).astype(np.uint16), (0, 4095)),
    "10 in 16 bits": ((GREYS * 16).astype(np.uint16), (0, 1023)),
    "16 bits": ((GREYS * 1040).astype(np.uint16), (0, 65535)),
    "int32": ((GREYS * 1000 - 7).astype(np.int32), (-7, 62993)),
}


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("layout", ["folder", "stack"])
def test_deep_pictures_are_shown_by_their_range(tmp_path: Path, name: str, layout: str) -> None:
    pixels, expected = DEEP[name]
    path = tmp_path / ("stack.tif" if layout == "stack" else "frames")
    if layout == "stack":
        assert cv2.imwritemulti(str(path), [pixels, pixels // 2 if pixels.dtype.kind == "u" else pixels])
    else:
        path.mkdir()
        cv2.imwrite(str(path / "0.tif"), pixels)
        cv2.imwrite(str(path / "1.tif"), pixels)
    with open_video(path) as video:
        assert len(video) == 2
        assert video.values == pytest.approx(expected)
        assert len(np.unique(video[0])) == 64
        assert (np.diff(video[0][0, :, 0].astype(int)) > 0).all()
        usual = expected in ((0, 1), (0, 65535))
        assert (not video.notes) is usual
        assert usual or f"The values {expected[0]:g} to {expected[1]:g} of the pictures" in video.notes[0]
    with open_video(path, values=(0, float(pixels.max()) * 2)) as video:
        assert 126 <= int(video[0].max()) <= 128
        assert video.notes


def test_a_range_can_be_set_for_8_bits_but_not_for_a_video(tmp_path: Path) -> None:
    for number in range(2):
        Image.fromarray(np.full((8, 8), 50, np.uint8)).save(tmp_path / f"{number}.png")
    with open_video(tmp_path) as video:
        assert video.values is None
        assert video[0].max() == 50
    with open_video(tmp_path, values=(0, 100)) as video:
        assert video[0].max() == 128
    animation = tmp_path / "a.gif"
    pictures = [Image.fromarray(np.full((8, 8), value, np.uint8)) for value in (0, 200)]
    pictures[0].save(animation, save_all=True, append_images=pictures[1:])
    with pytest.raises(LipError, match="only pictures have one"):
        open_video(animation, values=(0, 1))


@pytest.mark.parametrize("extension", ["webp", "avif", "gif", "png"])
def test_animated_pictures_are_videos(tmp_path: Path, extension: str) -> None:
    frames = [np.full((48, 64, 3), 40 * number, np.uint8) for number in range(6)]
    path = tmp_path / f"a.{extension}"
    options: dict[str, Any] = {"lossless": True} if extension == "webp" else {}
    others = [Image.fromarray(frame) for frame in frames[1:]]
    Image.fromarray(frames[0]).save(path, save_all=True, append_images=others, duration=80, **options)
    with open_video(path, 0) as video:
        assert len(video) == 6
        assert video.frame_rate == pytest.approx(12.5, rel=0.01)
        for number in (0, 1, 5, 2, 4, 3):
            assert np.abs(video[number].astype(int) - frames[number]).max() <= 3
        with pytest.raises(IndexError):
            video[6]
    with pytest.raises(LipError, match="the video is closed"):
        video[1]


def test_a_damaged_animation_is_found_on_opening(tmp_path: Path) -> None:
    pictures = [Image.fromarray(np.random.default_rng(n).integers(0, 256, (48, 64, 3), np.uint8)) for n in range(4)]
    path = tmp_path / "a.webp"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], lossless=True)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(LipError, match=r"^Cannot (open|decode) .*a\.webp"):
        open_video(path)


COLOURS = np.zeros((48, 64, 3), np.uint8)
COLOURS[:, 20:40] = (200, 30, 90)
BY_PILLOW = ["tga", "sgi", "pcx", "qoi", "gif", "dds", "bmp", "ppm", "jp2", "jfif", "tif", "png", "webp", "avif"]


@pytest.mark.parametrize("extension", [*BY_PILLOW, "dpx", "sr", "pam"])
def test_folders_of_many_formats(tmp_path: Path, extension: str) -> None:
    for number in range(2):
        path = tmp_path / f"{number}.{extension}"
        if extension == "dpx":
            encode(path, "dpx", COLOURS, "gbrp10le")
        elif extension in ("sr", "pam"):
            cv2.imwrite(str(path), COLOURS[..., ::-1])
        else:
            Image.fromarray(COLOURS).save(path, **({"quality": 100} if extension in ("jfif", "webp", "avif") else {}))
    if extension == "pam":  # which is not offered: the sentence would have to name every ending there is
        with pytest.raises(LipError, match="contains no images"):
            open_video(tmp_path)
        return
    with open_video(tmp_path) as video:
        assert len(video) == 2
        assert np.abs(video[1].astype(int) - COLOURS)[:, [5, 30, 50]].max() <= 8


def test_linear_light_follows_a_curve(tmp_path: Path) -> None:
    """Middle grey stays in the middle; one is white where nothing is brighter; brighter light is still told apart."""
    light = np.zeros((16, 16, 3), np.float32)
    light[:, 4:8], light[:, 8:12] = 0.18, 1.0
    for name, brightest in (("usual", 1.0), ("bright", 8.0)):
        folder = tmp_path / name
        folder.mkdir()
        light[:, 12:] = brightest
        for number in range(2):
            encode(folder / f"{number}.exr", "exr", light, "gbrpf32le")
        with open_video(folder) as video:
            black, grey, white, most = (int(video[0][8, column, 1]) for column in (1, 5, 9, 13))
            assert black == 0
            assert most == 255
            assert (grey == 118 and white == 255) if name == "usual" else (90 < grey < 130 and grey < white < 255)
            assert "on the curve of sRGB" in video.notes[0]
        with open_video(folder / "0.exr") as video:
            assert int(video[0][8, 13, 1]) == 255
    for name in ("0.hdr", "0.pfm"):
        cv2.imwrite(str(tmp_path / name), light)
        with open_video(tmp_path / name) as video:
            assert int(video[0][8, 13, 1]) == 255


def test_pictures_that_no_library_reads_are_named(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.jxl").write_bytes(b"\xff\x0a")
    with pytest.raises(LipError, match=r"its \.jxl pictures cannot be read; save them as one of avif, bmp, .*webp\.$"):
        open_video(tmp_path)


CUT = ["tif", "bmp", "webp", "tga", "sgi", "pcx", "qoi", "ppm", "jp2", "avif", "jpg", "png", "gif", "exr", "dpx"]


@pytest.mark.parametrize("extension", CUT)
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_a_cut_off_picture_is_found_on_opening(tmp_path: Path, extension: str, part: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    for number in range(3):
        path = tmp_path / f"{number}.{extension}"
        if extension in ("exr", "dpx"):
            light = extension == "exr"
            pixels = noise.astype(np.float32) / 255 if light else noise
            encode(path, extension, pixels, "gbrpf32le" if light else "gbrp10le")
        else:
            Image.fromarray(noise).save(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(LipError, match=rf"^Cannot read the picture .*2\.{extension}: the file is "):
        open_video(tmp_path)


def test_a_link_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "0.png")
    (tmp_path / "1.png").symlink_to(tmp_path / "gone.png")
    with pytest.raises(LipError, match=r"1\.png is a link that leads nowhere\.$"):
        open_video(tmp_path)


def test_heic_of_tiles_is_put_together(tmp_path: Path) -> None:
    rows, columns = np.mgrid[:128, :192]
    pictures = []
    for number in range(2):
        pixels = np.dstack([rows * 2, columns, np.full_like(rows, 90)]).astype(np.uint8)
        pixels[30:100, 50 + 9 * number : 150] = (200, 30, 90)  # over the edges of tiles
        pictures.append(pixels)
        write_tiles(tmp_path / f"{number}.heic", pixels, 64)
    for path, count in ((tmp_path, 2), (tmp_path / "1.heic", 1)):
        with open_video(path) as video:
            assert (len(video), video.height, video.width) == (count, 128, 192)
            assert np.abs(video[count - 1].astype(int) - pictures[1]).max() <= 6
    data = (tmp_path / "1.heic").read_bytes()
    for damaged in (data[: len(data) // 2], data[:40]):
        (tmp_path / "1.heic").write_bytes(damaged)
        with pytest.raises(LipError, match=r"1\.heic: the file is "):
            open_video(tmp_path)


def test_an_avif_of_tiles_is_refused(tmp_path: Path) -> None:
    """The streams of such a file are its tiles; one of them must not be shown as the picture."""
    from lipcore.video.streams.stream import check_still

    class Stream:
        def __init__(self, dependent: bool) -> None:
            self.disposition = av.stream.Disposition.dependent if dependent else av.stream.Disposition.default

    class Container:
        class streams:
            video = (Stream(True), Stream(True))

    with pytest.raises(LipError, match="stored as 2 tiles"):
        check_still(Container, Container.streams.video[0], tmp_path)  # type: ignore[arg-type]
    check_still(Container, Stream(False), tmp_path)  # type: ignore[arg-type]
