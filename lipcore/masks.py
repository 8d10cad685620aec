"""Label maps on disk: indexed PNG out; indexed, two-valued or DAVIS-coloured PNG in, anything else refused."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lipcore.errors import LipError
from lipcore.files import read_bytes, write_atomic
from lipcore.palette import davis_palette

Labels: TypeAlias = NDArray[np.uint8]
"""A label map (H, W): at every pixel the id of an object, 0 for background, or 255 for ignored."""
IGNORE = 255
MAX_OBJECT_ID = 254
MAX_PIXELS = 64_000_000
_MAX_FILE_BYTES = 4 * MAX_PIXELS
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What Pillow raises for damaged pictures.
PICTURE_DAMAGE = (
    *(OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, OverflowError, RuntimeError, Warning),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_INFLATED = 1 << 20  # bytes that are inflated at once
_HINT = "save it as an indexed PNG whose indices are the object ids, or as plain black and white"
_UNCLEAR = f"say whether its values are ids or shades, or {_HINT}"


class UnclearMask(LipError):
    """A mask whose values could be ids or shades: whoever made it must say which."""


class _Refusal(Exception):
    """Why a mask is refused, as the end of a sentence; `unclear` if saying what its values are would help."""

    def __init__(self, reason: str, unclear: bool = False) -> None:
        super().__init__(reason)
        self.unclear = unclear


def read_label_map(path: Path) -> NDArray[np.uint8]:
    """Read a mask file as a label map: (H, W) uint8 of object ids, 0 background, 255 ignore.

    An indexed PNG gives its indices; a picture with only the grey values 0/255, 0/1 or 1 bit gives one object, id 1;
    an RGB picture must consist of colours of the DAVIS palette. Everything else raises LipError, as do damaged files
    and pictures above 64 megapixels.
    """
    return decode_label_map(read_bytes(path, _MAX_FILE_BYTES), str(path))


def decode_label_map(data: bytes, name: str) -> NDArray[np.uint8]:
    """What `read_label_map` gives, from the bytes of a PNG file; `name` says in a LipError which mask it was."""
    try:
        return _decode(data)
    except _Refusal as refusal:
        kind = UnclearMask if refusal.unclear else LipError
        raise kind(f"Cannot read the mask {name}: {refusal}.") from refusal


def encode_label_map(labels: NDArray[np.uint8], level: int = 6) -> bytes:
    """An indexed PNG with the DAVIS palette from a label map (H, W) uint8; the same input gives the same bytes.

    `level` 0..9 is how hard zlib tries: 3 takes half the time of 6 and gives files half as large again.
    """
    if labels.ndim != 2 or labels.dtype != np.uint8 or labels.size == 0:
        raise ValueError(f"a label map is (H, W) uint8, got {labels.shape} {labels.dtype}")
    picture = Image.fromarray(np.ascontiguousarray(labels))
    picture.putpalette(davis_palette().tobytes())
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", bits=8, compress_level=level)
    return buffer.getvalue()


def write_label_map(path: Path, labels: NDArray[np.uint8]) -> None:
    """Write a label map (H, W) uint8 as an indexed PNG with the DAVIS palette, whole or not at all; LipError."""
    write_atomic(path, encode_label_map(labels))


def binary_mask(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Every object as one foreground: (H, W) bool, true where an id is 1..254."""
    mask: NDArray[np.bool_] = (labels != 0) & (labels != IGNORE)
    return mask


def object_ids(labels: NDArray[np.uint8]) -> list[int]:
    """The object ids of a label map in rising order, without background and ignore."""
    present = np.flatnonzero(np.bincount(labels.ravel(), minlength=256)[: MAX_OBJECT_ID + 1])
    return [int(number) for number in present if number != 0]


def _decode(data: bytes) -> NDArray[np.uint8]:
    _check_png(data)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            picture.load()
            mode, palette, pixels = picture.mode, picture.getpalette(), np.array(picture)
    except PICTURE_DAMAGE as error:
        raise _Refusal("the file is damaged") from error
    if mode == "P":
        return _from_indices(pixels, palette or [])
    if mode == "1":
        return pixels.astype(np.uint8)
    if mode in ("LA", "RGBA"):
        if int(pixels[..., -1].min()) != 255:
            raise _Refusal(f"it is partly transparent; {_UNCLEAR}", unclear=True)
        pixels = pixels[..., 0] if mode == "LA" else pixels[..., :3]
    if mode in ("RGB", "RGBA"):
        return _from_colours(pixels)
    return _from_grey(pixels)


def _check_png(data: bytes) -> None:
    """Walk over the chunks: size from the header, checksums, a proper end, and as many pixels as announced."""
    if not data.startswith(_SIGNATURE):
        raise _Refusal("it is not a PNG file" if data else "the file is empty")
    position, name, streams = len(_SIGNATURE), b"", list[bytes]()
    while name != b"IEND":
        if position + 12 > len(data):
            raise _Refusal("the file is cut off")
        length, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            raise _Refusal("the file is cut off")
        if position == len(_SIGNATURE):
            _check_header(name, data[position + 8 : end - 4])
        critical = not name[0] & 32
        if critical and zlib.crc32(data[position + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
            raise _Refusal("the file is damaged")
        if name == b"IDAT":
            streams.append(data[position + 8 : end - 4])
        position = end
    try:
        if not _has_all_pixels(data[16:29], streams):
            raise _Refusal("the file is damaged: rows of pixels are missing")
    except zlib.error as error:
        raise _Refusal("the file is damaged") from error


def _check_header(name: bytes, content: bytes) -> None:
    if name != b"IHDR" or len(content) != 13:
        raise _Refusal("the file is damaged")
    width, height = struct.unpack_from(">II", content)
    if width == 0 or height == 0:
        raise _Refusal("the picture has no pixels")
    if width * height > MAX_PIXELS:
        raise _Refusal(f"{width} x {height} pixels are more than the {MAX_PIXELS // 1_000_000} million allowed")


def _has_all_pixels(header: bytes, streams: Iterable[bytes]) -> bool:
    """Whether the contents of the IDAT chunks, `streams`, hold every row that `header`, the content of IHDR, announces.

    Raises zlib.error for a damaged stream, struct.error for a header of the wrong size.
    """
    width, height, depth, colour, _, _, interlace = map(int, struct.unpack(">IIBBBBB", header))
    bits = depth * _CHANNELS.get(colour, 0)
    sizes = [(width, height)] if not interlace else list(_pass_sizes(width, height))
    wanted: int = sum(rows * (1 + (columns * bits + 7) // 8) for columns, rows in sizes if columns)
    found, decompressor = 0, zlib.decompressobj()
    for stream in streams:
        rest = stream
        while rest and found < wanted and not decompressor.eof:
            found += len(decompressor.decompress(rest, _INFLATED))
            rest = decompressor.unconsumed_tail
    while found < wanted and (more := decompressor.decompress(decompressor.unconsumed_tail, _INFLATED)):
        found += len(more)
    return found >= wanted


def _pass_sizes(width: int, height: int) -> Iterator[tuple[int, int]]:
    """Columns and rows of each pass of an interlaced picture."""
    for left, top, across, down in _PASSES:
        yield max(0, -(-(width - left) // across)), max(0, -(-(height - top) // down))


def _as_object(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    labels: NDArray[np.uint8] = (pixels != 0).astype(np.uint8)
    return labels


def _from_indices(indices: NDArray[np.uint8], palette: list[int]) -> NDArray[np.uint8]:
    """Ids as they are, except for a black-and-white picture that was merely stored with a palette of greys."""
    grey_ramp = palette == [value for value in range(256) for _ in range(3)]
    if grey_ramp and not ((indices != 0) & (indices != 255)).any():
        return _as_object(indices)
    return indices


def _from_grey(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    values = np.unique(pixels)
    largest = 65535 if pixels.dtype.itemsize > 1 else 255
    if set(values.tolist()) <= {0, 1} or set(values.tolist()) <= {0, largest}:
        return _as_object(pixels)
    if len(values) > 255:
        raise _Refusal(
            f"it has {len(values)} different values and at most {MAX_OBJECT_ID} objects are possible; {_UNCLEAR}",
            unclear=True,
        )
    soft = "its edges look antialiased" if int(values[-1]) == largest else "its values could be ids or shades"
    raise _Refusal(f"it is a grey picture with {len(values)} values and {soft}; {_UNCLEAR}", unclear=True)


def _from_colours(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Ids of the colours of the DAVIS palette; the older rounding of 192 to 191 is taken too."""
    if bool((pixels[..., :1] == pixels).all()):
        grey = pixels[..., 0]
        if set(np.unique(grey).tolist()) in ({0}, {1}, {255}, {0, 1}, {0, 255}):
            return _as_object(grey)
    codes = (pixels.astype(np.uint32) << np.array([16, 8, 0], np.uint32)).sum(axis=2, dtype=np.uint32)
    colours, positions = np.unique(codes, return_inverse=True)
    table = {(int(red), int(green), int(blue)): number for number, (red, green, blue) in enumerate(davis_palette())}
    ids = np.zeros(len(colours), np.uint8)
    for index, code in enumerate(colours.tolist()):
        red, green, blue = (192 if part == 191 else part for part in (code >> 16, code >> 8 & 255, code & 255))
        number = table.get((red, green, blue))
        if number is None:
            colour = f"({code >> 16}, {code >> 8 & 255}, {code & 255})"
            raise _Refusal(f"its colour {colour} is not in the DAVIS palette ({len(colours)} colours in all); {_HINT}")
        ids[index] = number
    return ids[positions].reshape(codes.shape)
