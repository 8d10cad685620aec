"""Pictures as files: PNG and TIFF for masks and cut-outs, JPEG for frames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

JPEG_QUALITY = 95
_TIFF_DEFLATE = 8
Pixels = NDArray[np.uint8] | NDArray[np.uint16]


def write_png(path: Path, pixels: Pixels) -> None:
    """Write a grey (H, W) uint8 or uint16, RGB (H, W, 3) or RGBA (H, W, 4) picture; OSError."""
    path.write_bytes(cv2.imencode(".png", _swapped(pixels), [cv2.IMWRITE_PNG_COMPRESSION, 3])[1].tobytes())


def write_tiff(path: Path, pixels: Pixels) -> None:
    """Write what `write_png` does as TIFF, without loss; OSError."""
    options = [cv2.IMWRITE_TIFF_COMPRESSION, _TIFF_DEFLATE]
    path.write_bytes(cv2.imencode(".tiff", _swapped(pixels), options)[1].tobytes())


def write_jpeg(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write an RGB picture (H, W, 3) uint8 as JPEG; OSError."""
    path.write_bytes(cv2.imencode(".jpg", _swapped(pixels), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes())


def _swapped(pixels: Pixels) -> NDArray[Any]:
    """RGB to the order OpenCV writes."""
    if pixels.ndim == 2:
        return pixels
    return np.ascontiguousarray(pixels[..., [2, 1, 0, 3][: pixels.shape[2]]])
