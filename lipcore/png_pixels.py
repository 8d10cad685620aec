"""Whether a PNG file holds all of its pixels: decoders make up rows that are missing from a stream that ends well."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_STEP = 1 << 20  # bytes that are decompressed at once


def has_all_pixels(header: bytes, streams: Iterable[bytes]) -> bool:
    """Whether the contents of the IDAT chunks, `streams`, hold every row that `header`, the content of IHDR, announces.

    Raises zlib.error for a damaged stream, struct.error for a header of the wrong size.
    """
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", header)
    bits = depth * _CHANNELS.get(colour, 0)
    sizes = [(width, height)] if not interlace else list(_pass_sizes(width, height))
    wanted = sum(rows * (1 + (columns * bits + 7) // 8) for columns, rows in sizes if columns)
    found, decompressor = 0, zlib.decompressobj()
    for stream in streams:
        rest = stream
        while rest and found < wanted and not decompressor.eof:
            found += len(decompressor.decompress(rest, _STEP))
            rest = decompressor.unconsumed_tail
    while found < wanted and (more := decompressor.decompress(decompressor.unconsumed_tail, _STEP)):
        found += len(more)
    return found >= wanted


def _pass_sizes(width: int, height: int) -> Iterator[tuple[int, int]]:
    """Columns and rows of each pass of an interlaced picture."""
    for left, top, across, down in _PASSES:
        yield max(0, -(-(width - left) // across)), max(0, -(-(height - top) // down))
