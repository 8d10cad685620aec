"""The pages of a TIFF file, read from its directories without decoding."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from lipcore.errors import LipError
from lipcore.files import explain
from lipcore.video.wholeness import check_deflated

_MAX_PAGES = 200_000
_MAX_ENTRIES = 4096
_SUBFILE, _WIDTH, _HEIGHT, _ORIENTATION = 254, 256, 257, 274
_OFFSETS, _COUNTS = (273, 324), (279, 325)  # of strips, of tiles
_COMPRESSION, _DEFLATE = 259, {8, 32946}
_TYPES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}


@dataclass(frozen=True)
class TiffPage:
    """A page: its place among the directories, and its size in pixels, turned as its orientation says."""

    number: int
    height: int
    width: int
    end: int  # the byte after its last one
    spans: tuple[tuple[int, int], ...]  # place and length of its parts
    compression: int  # 1: none


def read_pages(path: Path) -> list[TiffPage]:
    """The pages that are pictures of their own, not smaller copies of another; LipError if damaged or cut off."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            pages = _walk(file)
    except OSError as error:
        raise LipError(f"Cannot read the picture {path}: {explain(error)}.") from error
    except (struct.error, KeyError, IndexError, ValueError, OverflowError, MemoryError) as error:
        raise LipError(f"Cannot read the picture {path}: the file is damaged or is no picture.") from error
    if not pages or any(page.end > size for page in pages):
        raise LipError(f"Cannot read the picture {path}: the file is cut off.")
    return pages


def check_sums(path: Path, pages: list[TiffPage]) -> None:
    """LipError if a part that is packed by zlib has not the checksum that it carries."""
    check_deflated(path, [span for page in pages if page.compression in _DEFLATE for span in page.spans])


def _walk(file: BinaryIO) -> list[TiffPage]:
    start = file.read(8)
    order = {b"II": "<", b"MM": ">"}[start[:2]]
    version = struct.unpack(order + "H", start[2:4])[0]
    if version not in (42, 43):
        raise ValueError(version)
    big = version == 43
    place = struct.unpack(order + "Q", file.read(8))[0] if big else struct.unpack(order + "I", start[4:])[0]
    pages: list[TiffPage] = []
    seen: set[int] = set()
    while place and place not in seen and len(seen) < _MAX_PAGES:
        seen.add(place)
        file.seek(place)
        tags, place = _directory(file, order, big)
        if tags.get(_SUBFILE, [0])[0] & 5:  # a smaller copy, or a mask
            continue
        height, width = tags[_HEIGHT][0], tags[_WIDTH][0]
        if tags.get(_ORIENTATION, [1])[0] in (5, 6, 7, 8):
            height, width = width, height
        both = zip(_OFFSETS, _COUNTS, strict=True)
        spans = tuple(span for a, b in both for span in zip(tags.get(a, []), tags.get(b, []), strict=False))
        end = max((offset + count for offset, count in spans), default=0)
        pages.append(TiffPage(len(seen) - 1, height, width, end, spans, tags.get(_COMPRESSION, [1])[0]))
    return pages


def _directory(file: BinaryIO, order: str, big: bool) -> tuple[dict[int, tuple[int, ...]], int]:
    """The whole numbers of a directory by tag, and where the next directory is (0: nowhere)."""
    count_format, entry_format, value_bytes = ("Q", "HHQ8s", 8) if big else ("H", "HHI4s", 4)
    count = _read(file, order + count_format)[0]
    if count > _MAX_ENTRIES:
        raise ValueError(count)
    entries = [_read(file, order + entry_format) for _ in range(count)]
    following = _read(file, order + ("Q" if big else "I"))[0]
    wanted = {_SUBFILE, _WIDTH, _HEIGHT, _ORIENTATION, _COMPRESSION, *_OFFSETS, *_COUNTS}
    tags: dict[int, tuple[int, ...]] = {}
    for tag, kind, length, value in entries:
        data = bytes(value)
        if tag in wanted and kind in _TYPES and 0 < length < 10_000_000:
            form = f"{order}{length}{_TYPES[kind]}"
            if struct.calcsize(form) > value_bytes:
                file.seek(struct.unpack(order + ("Q" if big else "I"), data)[0])
                data = file.read(struct.calcsize(form))
            tags[tag] = struct.unpack(form, data[: struct.calcsize(form)])
    return tags, following


def _read(file: BinaryIO, form: str) -> tuple[Any, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))
