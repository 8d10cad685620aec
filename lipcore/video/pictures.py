"""Reading one picture of any format that a library here can read, and looking at its header without decoding it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import Image

from lipcore.errors import LipError
from lipcore.files import read_bytes
from lipcore.masks import MAX_PIXELS, PICTURE_DAMAGE
from lipcore.video.streams.stream import DAMAGE, to_pixels
from lipcore.video.tiff import check_sums, read_pages
from lipcore.video.values import find_range
from lipcore.video.wholeness import check_end, jpeg_complaint

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what is wrong is said once, by a LipError

LIGHT = frozenset({".exr", ".hdr", ".pic"})  # formats that hold linear light rather than shades for a screen
_BY_FFMPEG = {".exr": "exr_pipe", ".dpx": "dpx_pipe"}
_BY_PILLOW = frozenset(f".{name}" for name in "tga vda icb vst sgi bw rgb rgba psd pcx qoi dds gif".split())
# Formats that need not be decoded to be checked: BMP has nothing to notice, PNG is decoded to find its orientation.
_UNCHECKED = frozenset({".bmp", ".png"})
_TIFF = frozenset({".tif", ".tiff"})
_HEIF = frozenset({".heic", ".heif", ".hif"})
_DEEP_BY_FFMPEG = {"gbrpf32le", "gbrapf32le", "grayf32le", "gbrpf32be", "gbrapf32be", "grayf32be"}
_MAX_FILE_BYTES = 2**30
_ORIENTATION = 0x0112


@dataclass(frozen=True)
class Picture:
    """A picture in a file; `page` counts the directories of a TIFF file."""

    file: Path
    page: int = 0


@dataclass(frozen=True)
class Header:
    """Height and width as shown, which pictures the file holds, and what is wrong with it although it can be shown."""

    height: int
    width: int
    pictures: tuple[int, ...] = (0,)
    complaint: str = ""


def read_image(path: Path) -> NDArray[np.uint8]:
    """Read a picture as (H, W, 3) uint8 RGB; deeper ones are shown by the range of their values, grey ones as grey.

    Its orientation tag is obeyed. Raises LipError for a file that is not a picture, is cut off or is too large.
    """
    pixels = read_pixels(Picture(path))
    values = find_range([pixels], path.suffix.lower() in LIGHT)
    return as_rgb(pixels if values is None else values.show(pixels))


def read_pixels(picture: Picture) -> NDArray[Any]:
    """(H, W) or (H, W, 3) RGB in the type in which the file holds it; LipError as for `read_image`."""
    suffix = picture.file.suffix.lower()
    check_end(picture.file)
    data = read_bytes(picture.file, _MAX_FILE_BYTES) if suffix not in _TIFF else b""
    try:
        if suffix in _TIFF:
            return _read_tiff(picture)
        if suffix in _BY_FFMPEG:
            return _read_by_ffmpeg(data, _BY_FFMPEG[suffix])
        if suffix in _HEIF:
            return _read_by_libheif(data)
        return _read_by_pillow(data) if suffix in _BY_PILLOW else _read_by_opencv(data)
    except (cv2.error, *DAMAGE, *PICTURE_DAMAGE) as error:
        reason = "the file is damaged or is no picture"
        raise LipError(f"Cannot read the picture {picture.file}: {reason}.") from error


def as_rgb(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 3) from grey (H, W) or from RGB."""
    return np.ascontiguousarray(np.dstack([pixels] * 3) if pixels.ndim == 2 else pixels)


def read_header(path: Path) -> Header:
    """What a picture is; LipError for one that is damaged, as far as its format and its decoder notice that."""
    suffix = path.suffix.lower()
    if suffix in _TIFF:
        return _header_of_tiff(path)
    check_end(path)
    return _header(path, suffix)


def _read_tiff(picture: Picture) -> NDArray[Any]:
    read_pages(picture.file)  # which refuses what is cut off, and OpenCV would show half of
    data = np.memmap(picture.file, np.uint8, "r")
    flags = cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH
    if picture.page == 0:
        pixels: NDArray[Any] | None = cv2.imdecode(data, flags)
    else:
        pixels = next(iter(cv2.imdecodemulti(data, flags, range=(picture.page, picture.page + 1))[1]), None)
    return _rgb_of_opencv(pixels)


def _read_by_opencv(data: bytes) -> NDArray[Any]:
    return _rgb_of_opencv(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH))


def _rgb_of_opencv(pixels: NDArray[Any] | None) -> NDArray[Any]:
    if pixels is None:
        raise ValueError("OpenCV cannot read it")
    return pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[..., 2::-1])


def _read_by_pillow(data: bytes) -> NDArray[Any]:
    with Image.open(io.BytesIO(data)) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise ValueError("too large")
        return np.array(picture) if picture.mode in ("L", "I;16", "I", "F") else np.array(picture.convert("RGB"))


def _read_by_libheif(data: bytes) -> NDArray[np.uint8]:
    """The main picture, put together from its tiles and turned as the file asks."""
    picture = pi_heif.open_heif(io.BytesIO(data))
    if picture.size[0] * picture.size[1] > MAX_PIXELS:
        raise ValueError("too large")
    return np.array(picture, np.uint8)[..., :3].copy()  # the file owns what it decoded


def _read_by_ffmpeg(data: bytes, form: str) -> NDArray[Any]:
    """The picture as FFmpeg decodes it: floats as they are, whole numbers above 8 bits scaled to 8."""
    with av.open(io.BytesIO(data), "r", format=form) as container:
        stream = container.streams.video[0]
        if stream.width * stream.height > MAX_PIXELS:
            raise ValueError("too large")
        frame = next(container.decode(stream))
        if frame.is_corrupt:
            raise ValueError("damaged")
        if frame.format.name in _DEEP_BY_FFMPEG:
            return np.asarray(frame.to_ndarray(format="gbrpf32le"))
        return to_pixels(frame)


def _header(path: Path, suffix: str) -> Header:
    try:
        with Image.open(path) as picture:
            width, height = picture.size
            _check_size(path, width, height)
            turned = picture.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8)
            is_jpeg = picture.format in ("JPEG", "MPO")
            count = 1 if picture.format == "MPO" else getattr(picture, "n_frames", 1)
    except PICTURE_DAMAGE:  # or a format that only another library knows: it decides
        height, width = read_pixels(Picture(path)).shape[:2]
        _check_size(path, width, height)
        return Header(height, width)
    complaint = jpeg_complaint(read_bytes(path, _MAX_FILE_BYTES)) if is_jpeg else None
    if complaint is None and suffix not in _UNCHECKED and count == 1:
        read_pixels(Picture(path))
    size = (width, height) if turned else (height, width)
    return Header(*size, tuple(range(count)), complaint or "")


def _header_of_tiff(path: Path) -> Header:
    pages = read_pages(path)
    height, width = pages[0].height, pages[0].width
    for page in pages:
        if (page.height, page.width) != (height, width):
            raise LipError(
                f"Cannot read the picture {path}: page {page.number} is {page.width} x {page.height} pixels, "
                f"but page 0 is {width} x {height}."
            )
    _check_size(path, width, height)
    check_sums(path, pages)
    if len(pages) == 1 and pages[0].compression != 1:
        read_pixels(Picture(path, pages[0].number))
    return Header(height, width, tuple(page.number for page in pages))


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise LipError(f"Cannot read the picture {path}: {width} x {height} pixels are more than 64 million.")
