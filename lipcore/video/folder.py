"""A folder of images as a video: natural order, one size, 8-bit RGB; damaged files are found when it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lipcore.errors import LipError
from lipcore.files import explain, list_images, read_bytes
from lipcore.masks import MAX_PIXELS, PICTURE_DAMAGE
from lipcore.video.cache import DEFAULT_BUDGET, FrameCache

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what is wrong is said once, by a LipError

_MAX_FILE_BYTES = 2**30
_ORIENTATION = 0x0112
_ENDS = {b"\xff\xd8": b"\xff\xd9", b"\x89P": b"IEND\xaeB`\x82"}
"""The last bytes of a whole file, by its first two: JPEG, PNG."""


class VideoFolder:
    """A `Video` of image files; see `lipcore.video.Video`."""

    def __init__(self, path: Path, cache_bytes: int = DEFAULT_BUDGET) -> None:
        self.path = path
        self.name = path.resolve().name
        self.frame_rate = 24.0
        self._files = list_images(path)
        if not self._files:
            raise LipError(f"Cannot open {path}: the folder contains no images.")
        self.frame_names: Sequence[str] = tuple(file.stem for file in self._files)
        self._check_names()
        self.height, self.width = _size(self._files[0])
        for file in self._files[1:]:
            self._check_size(file, _size(file))
        self._cache = FrameCache(cache_bytes)
        self._closed = False

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, frame: int) -> NDArray[np.uint8]:
        if not 0 <= frame < len(self._files):
            raise IndexError(frame)
        if self._closed:
            raise LipError(f"Cannot read frame {frame} of {self.path}: the video is closed.")
        pixels = self._cache.get(frame)
        if pixels is None:
            file = self._files[frame]
            pixels = read_image(file)
            self._check_size(file, (pixels.shape[0], pixels.shape[1]))
            self._cache.put(frame, pixels)
        return pixels

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget the decoded frames; asking for frames afterwards raises LipError."""
        self._closed = True
        self._cache.clear()

    def _check_names(self) -> None:
        seen: dict[str, Path] = {}
        for name, file in zip(self.frame_names, self._files, strict=True):
            if name in seen:
                raise LipError(f"Cannot open {self.path}: {seen[name].name} and {file.name} would be the same frame.")
            seen[name] = file

    def _check_size(self, file: Path, size: tuple[int, int]) -> None:
        if size != (self.height, self.width):
            raise LipError(
                f"Cannot open {self.path}: {file.name} is {size[1]} x {size[0]} pixels, "
                f"but {self._files[0].name} is {self.width} x {self.height}."
            )


def read_image(path: Path) -> NDArray[np.uint8]:
    """Read any picture OpenCV reads as (H, W, 3) uint8 RGB; 16-bit, float (0..1) and grey ones are converted.

    Its orientation tag is obeyed. Raises LipError for a file that is not a picture, is cut off or is too large.
    """
    data = read_bytes(path, _MAX_FILE_BYTES)
    if _is_cut_off(data):
        raise LipError(f"Cannot read the picture {path}: the file is cut off.")
    try:
        pixels: NDArray[Any] | None = cv2.imdecode(
            np.frombuffer(data, np.uint8), cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH
        )
    except cv2.error as error:  # an empty file, or more pixels than OpenCV takes
        raise LipError(f"Cannot read the picture {path}: the file is damaged or too large.") from error
    if pixels is None:
        raise LipError(f"Cannot read the picture {path}: the file is damaged or is no picture.")
    colours = cv2.cvtColor(_to_bytes(pixels), cv2.COLOR_GRAY2RGB if pixels.ndim == 2 else cv2.COLOR_BGR2RGB)
    return np.asarray(colours, np.uint8)


def _to_bytes(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype == np.uint16:
        return np.asarray(pixels >> 8, np.uint8)
    return np.asarray(np.rint(np.nan_to_num(pixels).clip(0, 1) * 255), np.uint8)


def _is_cut_off(data: bytes) -> bool:
    """Whether a JPEG or PNG lacks its end, which OpenCV would fill with grey; other formats are left to the decoder."""
    if data[:2] == b"\xff\xd8":  # a thumbnail has an end of its own, before the last start of scan
        return data.rfind(b"\xff\xd9") < data.rfind(b"\xff\xda")
    return data[:8] == b"\x89PNG\r\n\x1a\n" and b"IEND\xaeB`\x82" not in data


def _size(path: Path) -> tuple[int, int]:
    """Height and width from the header, without decoding; looks whether the file has its end. LipError."""
    try:
        with path.open("rb") as file:
            end = _ENDS.get(file.read(2), b"")
            if end:
                file.seek(0, 2)
                file.seek(max(0, file.tell() - len(end)))
                if file.read() != end and _is_cut_off(read_bytes(path, _MAX_FILE_BYTES)):
                    raise LipError(f"Cannot read the picture {path}: the file is cut off.")
    except OSError as error:
        raise LipError(f"Cannot read the picture {path}: {explain(error)}.") from error
    try:
        with Image.open(path) as picture:
            width, height = picture.size
            turned = picture.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8)
    except PICTURE_DAMAGE:  # or a format that only OpenCV knows: it decides
        pixels = read_image(path)
        height, width, turned = pixels.shape[0], pixels.shape[1], False
    if width * height > MAX_PIXELS:
        raise LipError(f"Cannot read the picture {path}: {width} x {height} pixels are more than 64 million.")
    return (width, height) if turned else (height, width)
