"""HEIC pictures of tiles, as telephones write them, put together by hand: no encoder that tests have makes them."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray


def write_tiles(path: Path, pixels: NDArray[np.uint8], tile: int) -> None:
    """Write (H, W, 3) RGB as a grid of square tiles of HEVC; height and width are multiples of `tile`, at least 64."""
    rows, columns = pixels.shape[0] // tile, pixels.shape[1] // tile
    pictures = [
        _encode(pixels[row * tile : (row + 1) * tile, column * tile : (column + 1) * tile])
        for row in range(rows)
        for column in range(columns)
    ]
    count = len(pictures)
    grid, tiles = count + 1, range(1, count + 1)
    infos = [_full(b"infe", 2, 1, struct.pack(">HH", number, 0) + b"hvc1\0") for number in tiles]
    infos.append(_full(b"infe", 2, 0, struct.pack(">HH", grid, 0) + b"grid\0"))
    sizes = [struct.pack(">II", tile, tile), struct.pack(">II", columns * tile, rows * tile)]
    properties = _box(b"hvcC", pictures[0][0]) + b"".join(_full(b"ispe", 0, 0, size) for size in sizes)
    belong = b"".join(struct.pack(">HBBB", number, 2, 0x81, 2) for number in tiles) + struct.pack(">HBB", grid, 1, 3)
    references = struct.pack(f">HH{count}H", grid, count, *tiles)
    layout = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, columns * tile, rows * tile)
    start = _box(b"ftyp", b"heic\0\0\0\0mif1heic")

    def meta(first: int) -> bytes:
        places, place = b"", first
        for number, (_, data) in zip(tiles, pictures, strict=True):
            places += struct.pack(">HHHHII", number, 0, 0, 1, place, len(data))
            place += len(data)
        places += struct.pack(">HHHHII", grid, 1, 0, 1, 0, len(layout))  # in the box idat
        return _full(
            b"meta",
            0,
            0,
            _full(b"hdlr", 0, 0, b"\0\0\0\0pict" + bytes(13))
            + _full(b"pitm", 0, 0, struct.pack(">H", grid))
            + _full(b"iloc", 1, 0, struct.pack(">HH", 0x4400, count + 1) + places)
            + _full(b"iinf", 0, 0, struct.pack(">H", count + 1) + b"".join(infos))
            + _full(b"iref", 0, 0, _box(b"dimg", references))
            + _box(b"iprp", _box(b"ipco", properties) + _full(b"ipma", 0, 0, struct.pack(">I", count + 1) + belong))
            + _box(b"idat", layout),
        )

    first = len(start) + len(meta(0)) + 8
    path.write_bytes(start + meta(first) + _box(b"mdat", b"".join(data for _, data in pictures)))


def _encode(pixels: NDArray[np.uint8]) -> tuple[bytes, bytes]:
    """The configuration of the decoder, and a picture with the length before every NAL unit."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx265", rate=1)
        stream.height, stream.width, stream.pix_fmt = *pixels.shape[:2], "yuv444p"
        stream.options = {"crf": "1", "x265-params": "log-level=none:keyint=1"}
        for packet in [*stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels))), *stream.encode(None)]:
            container.mux(packet)
    file.seek(0)
    with av.open(file) as container:
        video = container.streams.video[0]
        return bytes(video.codec_context.extradata or b""), bytes(next(container.demux(video)))


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def _full(kind: bytes, version: int, flags: int, content: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags) + content)
