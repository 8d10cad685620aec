"""Cryptomatte: an OpenEXR file a frame in which every object's matte is found by the hash of its name.

No maintained library writes it, so this follows the published specification: names are hashed by MurmurHash3 to 32 bits
that are read as a float, and each pixel lists the objects that cover it, largest share first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mmh3
import numpy as np
from numpy.typing import NDArray

from lipcore.export.delivery.exr import header_of, write_channels
from lipcore.export.delivery.layers import Layers, layers
from lipcore.export.delivery.names import FileNames, delivery, unique_names
from lipcore.export.formats import option
from lipcore.export.selection import Selection
from lipcore.export.video_file import frame_rate

LAYER = "CryptoObject"
RANKS = 6  # how many objects can share a pixel; the least ones are left out beyond
_TEMPLATE = "{video}_crypto_{frame:05d}"
_EXPONENT = 23  # the bit where a float's exponent begins


@dataclass(frozen=True)
class CryptomatteOptions:
    """How files are called."""

    name_template: str = option(_TEMPLATE, "Names of the files")
    first_frame: int = option(0, "Number of the video's first frame")


def hashed(name: str) -> int:
    """The 32 bits that stand for a name; never those of a float that is not a number, infinite or too small."""
    bits = int(mmh3.hash(name.encode("utf-8"), signed=False))
    exponent = bits >> _EXPONENT & 255
    return bits ^ (1 << _EXPONENT) if exponent in (0, 255) else bits


def ranks(layer: Layers, bits: dict[int, int]) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Objects' bits and shares (RANKS, H, W) of every pixel, the largest share first, 0 where there is none."""
    shape = (RANKS, *layer.labels.shape)
    found, shares = np.zeros(shape, np.uint32), np.zeros(shape, np.float32)
    for number, each in bits.items():
        share, mine = layer.alpha(number), np.full(shape[1:], each, np.uint32)
        for rank in range(RANKS):  # the smaller share goes on to the next rank
            more = share > shares[rank]
            if not more.any():
                continue
            found[rank], mine = np.where(more, mine, found[rank]), np.where(more, found[rank], mine)
            shares[rank], share = np.where(more, share, shares[rank]), np.where(more, shares[rank], share)
    return found, shares


def write_cryptomatte(selection: Selection, path: Path, options: CryptomatteOptions) -> Iterator[None]:
    """Write the layers CryptoObject00 to 02, 32-bit float, two objects in each, and the manifest of names."""
    names, header = _names(selection, options), header_of(selection)
    titles = unique_names(selection, str)
    bits = {number: hashed(title) for number, title in titles.items()}
    key = f"cryptomatte/{mmh3.hash(LAYER, signed=False):08x}"[: len("cryptomatte/") + 7]
    manifest = {
        f"{key}/name": LAYER,
        f"{key}/hash": "MurmurHash3_32",
        f"{key}/conversion": "uint32_to_float32",
        f"{key}/manifest": json.dumps({title: f"{bits[number]:08x}" for number, title in titles.items()}),
    }
    for layer in layers(selection):
        write_channels(
            path / names.of(None, layer.frame), _channels(*ranks(layer, bits)), manifest | header(layer.frame)
        )
        yield


def _channels(found: NDArray[np.uint32], shares: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    channels: dict[str, NDArray[Any]] = {}
    for rank in range(RANKS):
        identity, share = ("R", "G") if rank % 2 == 0 else ("B", "A")
        channels[f"{LAYER}{rank // 2:02d}.{identity}"] = found[rank].view(np.float32)
        channels[f"{LAYER}{rank // 2:02d}.{share}"] = shares[rank]
    return channels


def _names(selection: Selection, options: CryptomatteOptions) -> FileNames:
    return FileNames(selection, options.name_template, ".exr", False, options.first_frame)


def _becomes(selection: Selection, _: CryptomatteOptions, number: int) -> str:
    title = unique_names(selection, str)[number]
    return f"{title} ({hashed(title):08x})"


def _check(selection: Selection, _: CryptomatteOptions) -> tuple[str, ...]:
    frame_rate(selection)
    return ()


CRYPTOMATTE = delivery("", CryptomatteOptions, write_cryptomatte, _names, becomes=_becomes, check=_check)
