"""Mask pictures of one folder, read as what they are, or repaired by the rules of `repair`."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lipcore.errors import LipError
from lipcore.files import explain, read_bytes
from lipcore.importing.repair import harden_colours, harden_grey, pack, true_colours
from lipcore.masks import MAX_OBJECT_ID, Labels, decode_label_map
from lipcore.palette import davis_palette

MAX_FILE_BYTES = 256_000_000
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, IndexError, OverflowError, KeyError)


def png_size(data: bytes) -> tuple[int, int] | None:
    """Height and width from a PNG's header, without decoding it; None if there is none."""
    if len(data) < 33 or not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return height, width


def file_size(path: Path) -> tuple[int, int] | None:
    """Height and width of a PNG file from its first bytes; None if it is none. LipError if it cannot be read."""
    try:
        with path.open("rb") as file:
            return png_size(file.read(33))
    except OSError as error:
        raise LipError(f"Cannot read {path}: {explain(error)}.") from error


class MaskReader:
    """Reads masks in the order of the frames; what it learned about their palette holds for the following ones.

    Every mask must have the size (height, width); anything else, and what no rule explains, raises LipError.
    """

    def __init__(self, height: int, width: int) -> None:
        self._size = (height, width)
        self._davis = {int(code): number for number, code in enumerate(pack(davis_palette()[None])[0].tolist())}
        self._foreign: dict[int, int] = {}
        self._saw_davis = False

    def read(self, path: Path) -> tuple[Labels, tuple[str, ...]]:
        """The label map (H, W) uint8 of a file, and what was repaired."""
        data = read_bytes(path, MAX_FILE_BYTES)
        size = png_size(data)
        if size is not None and size != self._size:
            (height, width), wanted = size, f"{self._size[1]} x {self._size[0]}"
            raise LipError(
                f"Cannot read the mask {path}: it has {width} x {height} pixels, but the video has {wanted}."
            )
        try:
            labels = decode_label_map(data, str(path))
        except LipError:
            pixels = _pixels(data)
            repaired = None if pixels is None else self._repaired(pixels)
            if repaired is None:
                raise
            return repaired[0], (f"{path.name}: {repaired[1]}.",)
        return self._consistent(data, labels, path)

    def _consistent(self, data: bytes, labels: Labels, path: Path) -> tuple[Labels, tuple[str, ...]]:
        """A colour picture that happens to fit the DAVIS palette is read by the folder's own, if it has one."""
        pixels = _pixels(data) if labels.any() and not self._saw_davis and _is_coloured(data) else None
        if pixels is None or pixels.ndim != 3 or bool((pixels[..., :1] == pixels).all()):
            return labels, ()
        if not self._foreign:
            self._saw_davis = True
            return labels, ()
        repaired = self._repaired(pixels)
        if repaired is None:
            raise LipError(f"Cannot read the mask {path}: its colours are not those of the masks before it.")
        return repaired[0], (f"{path.name}: {repaired[1]}.",)

    def _repaired(self, pixels: NDArray[np.integer]) -> tuple[Labels, str] | None:
        if pixels.ndim == 2:
            labels = harden_grey(pixels)
            return None if labels is None else (labels, "soft edges were made hard")
        codes = pack(pixels.astype(np.uint8))
        if not self._foreign:
            labels = harden_colours(codes, self._davis)
            if labels is not None:
                self._saw_davis = True
                return labels, "soft edges were made hard"
        return None if self._saw_davis else self._by_own_palette(codes)

    def _by_own_palette(self, codes: NDArray[np.uint32]) -> tuple[Labels, str] | None:
        """Rule 3, with the colours met so far and those that are new in this picture."""
        true = true_colours(codes)
        table = {0: 0} | self._foreign
        for code in true:
            table.setdefault(code, len(table))
        if 0 not in true or len(table) > MAX_OBJECT_ID + 1:
            return None
        labels = harden_colours(codes, table)
        if labels is None:
            return None
        self._foreign = {code: number for code, number in table.items() if number}
        return labels, "its colours are not of the DAVIS palette; they became objects in the order they appear"


def _is_coloured(data: bytes) -> bool:
    """Whether a PNG's header says RGB or RGBA."""
    return len(data) > 25 and data[25] in (2, 6)


def _pixels(data: bytes) -> NDArray[np.integer] | None:
    """Grey (H, W) or RGB (H, W, 3) pixels of an opaque PNG whose header was checked; None if it is damaged."""
    if png_size(data) is None:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            picture.load()
            mode, pixels = picture.mode, np.array(picture)
    except DAMAGE:
        return None
    if mode in ("LA", "RGBA"):
        if int(pixels[..., -1].min()) != 255:
            return None
        pixels = pixels[..., 0] if mode == "LA" else pixels[..., :3]
    if pixels.ndim == 3 and bool((pixels[..., :1] == pixels).all()):
        pixels = pixels[..., 0]
    return pixels if mode in ("L", "LA", "RGB", "RGBA", "I;16", "I") else None
