"""Masks whose values a person has explained: grey, 16-bit, coloured or transparent pictures as ids or as shades."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lipcore.errors import LipError
from lipcore.files import read_bytes
from lipcore.importing.mask_reader import DAMAGE, MAX_FILE_BYTES, png_size
from lipcore.importing.repair import Codes, pack
from lipcore.masks import IGNORE, MAX_OBJECT_ID, MAX_PIXELS, Labels

Values = NDArray[np.int64]
# What the values of a mask may be said to be; anything else is the path of a palette.
MASK_VALUES = ("auto", "ids", "shades")
_GREY = ("1", "L", "LA", "P", "I", "I;16")


def palette_of(values: str) -> Path | None:
    """The palette that is meant by one of `MASK_VALUES` or a path: None for the former."""
    return None if values in MASK_VALUES else Path(values)


def id_values(path: Path) -> Values:
    """What stands in the pixels, (H, W) int64, 0 for background; LipError.

    The indices of an indexed picture, grey values of 8 or 16 bit, or colours as one number, black being background.
    Transparent pixels are background; where the opaque ones are all black, the object is what is not transparent.
    """
    mode, pixels = _load(path)
    if mode in _GREY and pixels.ndim == 2:
        return pixels.astype(np.int64)
    alpha = pixels[..., -1] if mode in ("LA", "RGBA") else None
    colours = pixels[..., 0] if mode == "LA" else pixels[..., :3]
    if colours.ndim == 3 and bool((colours[..., :1] == colours).all()):
        colours = colours[..., 0]
    values = (colours if colours.ndim == 2 else pack(colours.astype(np.uint8))).astype(np.int64)
    if alpha is None:
        return values
    values[alpha == 0] = 0
    return values if values.any() else (alpha > 0).astype(np.int64)


def shade_labels(path: Path) -> Labels:
    """A picture whose values say how much a pixel belongs to one object: 1 from the middle up, else 0; LipError.

    What is transparent does not belong to it; a picture of one colour is judged by its transparency alone.
    """
    mode, pixels = _load(path)
    largest = 65535 if pixels.dtype.itemsize > 1 else 1 if mode == "1" else 255
    alpha = pixels[..., -1] if mode in ("LA", "RGBA") else None
    colours = pixels if pixels.ndim == 2 else pixels[..., 0] if mode == "LA" else pixels[..., :3].max(axis=2)
    shades = colours.astype(np.float32) / largest
    if alpha is not None:
        flat = bool((shades == shades.flat[0]).all())
        shades = alpha.astype(np.float32) / 255 * (1 if flat else shades)
    return (shades >= 0.5).astype(np.uint8)


def table_of(files: Sequence[Path]) -> dict[int, int]:
    """The id of every value in some files: itself if all are ids, else 1, 2, 3 in rising order; LipError."""
    found = sorted({int(value) for file in files for value in np.unique(id_values(file))} - {0})
    if all(value <= MAX_OBJECT_ID or value == IGNORE for value in found):
        return {value: value for value in found}
    if len(found) > MAX_OBJECT_ID:
        folder = files[0].parent.name
        raise LipError(f"Cannot import {folder}: it has {len(found)} values and at most {MAX_OBJECT_ID} are possible.")
    return {value: number for number, value in enumerate(found, start=1)}


def labels_by(table: dict[int, int], path: Path) -> Labels:
    """The label map (H, W) uint8 of a file by a table of values; LipError if it has others."""
    found = id_values(path)
    values, places = np.unique(found, return_inverse=True)
    try:
        ids = np.array([0 if value == 0 else table[value] for value in values.tolist()], np.uint8)
    except KeyError as error:
        raise LipError(f"Cannot import {path.name}: it changed while it was read.") from error
    return ids[places].reshape(found.shape)


def colours_of(path: Path) -> Codes:
    """The colours (H, W) of a PNG as numbers, those of its own palette if it is indexed; transparent: 0. LipError."""
    mode, pixels = _load(path, in_colours=True)
    if mode != "RGBA":
        raise LipError(f"Cannot read the mask {path}: it has more than 8 bits a value, and a palette has 8.")
    codes = pack(pixels[..., :3].astype(np.uint8))
    codes[pixels[..., 3] == 0] = 0
    return codes


def _load(path: Path, in_colours: bool = False) -> tuple[str, NDArray[np.integer]]:
    """Pillow's mode of a PNG and its pixels, as RGBA if they are wanted in colours and have 8 bits; LipError."""
    data = read_bytes(path, MAX_FILE_BYTES)
    size = png_size(data)
    if size is None:
        raise LipError(f"Cannot read the mask {path}: it is not a PNG file.")
    if size[0] * size[1] > MAX_PIXELS:
        millions = MAX_PIXELS // 1_000_000
        raise LipError(f"Cannot read the mask {path}: it has more than {millions} million pixels.")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            picture.load()
            shown = picture.convert("RGBA") if in_colours and picture.mode[0] != "I" else picture
            return shown.mode, np.array(shown)
    except DAMAGE as error:
        raise LipError(f"Cannot read the mask {path}: the file is damaged.") from error
