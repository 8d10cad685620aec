"""Whether a picture file is whole: its end, seen without decoding it, and what decoders show in spite of damage."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from lipcore.errors import LipError
from lipcore.files import explain

try:
    import simplejpeg
except ImportError:  # no wheel for this computer: a JPEG is then as whole as OpenCV finds it
    simplejpeg = None

_SHOWN = 3
_MOST_BYTES = 2**31  # what a strip may unpack to; pictures of more than 64 million pixels are refused anyway
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_PNG_END = b"IEND\xaeB`\x82"
_EXR = b"\x76\x2f\x31\x01"
# Rows that an OpenEXR file keeps together, by the number of its compression.
_EXR_ROWS = {0: 1, 1: 1, 2: 1, 3: 16, 4: 32, 5: 16, 6: 32, 7: 32, 8: 32, 9: 256}
_OF_BOXES = frozenset({".avif", ".heic", ".heif", ".hif", ".jp2"})


def check_end(path: Path) -> None:
    """Raise LipError for a JPEG, PNG, WebP, BMP, DPX, OpenEXR, AVIF, HEIC or JPEG 2000 file that is cut off."""
    try:
        with path.open("rb") as file:
            start = file.read(32)
            size = file.seek(0, 2)
            cut_off = _is_cut_off(file, start, size, path.suffix.lower())
    except OSError as error:
        raise LipError(f"Cannot read the picture {path}: {explain(error)}.") from error
    except (struct.error, ValueError, KeyError, IndexError, OverflowError):
        cut_off = False  # a damaged header: the decoder decides
    if cut_off:
        raise LipError(f"Cannot read the picture {path}: the file is cut off.")


def jpeg_complaint(data: bytes) -> str | None:
    """What libjpeg says of a JPEG that it can show but that is not whole, such as "bad Huffman code"; "" if it is.

    None where it cannot say: another decoder has to try. The JPEG is read at an eighth of its size, which decodes every
    code and leaves out most of the rest.
    """
    if simplejpeg is None:
        return None
    try:
        _decode(data, strict=True)
    except ValueError as warning:
        try:
            _decode(data, strict=False)
        except ValueError:
            return None
        return str(warning).rpartition(": ")[2].rstrip(".")
    return ""


def damage_note(complaints: Sequence[tuple[str, str]]) -> str:
    """One sentence about pictures, as pairs of a name and what was said of it."""
    names = [f"{name} ({complaint})" for name, complaint in complaints[:_SHOWN]]
    more = len(complaints) - len(names)
    text = ", ".join([*names, f"{more} more"] if more else names)
    verb = "is damaged: a part of it" if len(complaints) == 1 else "are damaged: parts of them"
    return f"{text} {verb} may be shown wrongly."


def check_deflated(path: Path, spans: Sequence[tuple[int, int]]) -> None:
    """LipError unless every stretch of a file, as pairs of a place and a length, is a whole stream of zlib."""
    try:
        with path.open("rb") as file:
            for place, length in spans:
                file.seek(place)
                stream = zlib.decompressobj()
                stream.decompress(file.read(length), _MOST_BYTES)
                if not stream.eof:
                    raise zlib.error("no end")
    except OSError as error:
        raise LipError(f"Cannot read the picture {path}: {explain(error)}.") from error
    except zlib.error as error:
        raise LipError(f"Cannot read the picture {path}: the file is damaged.") from error


def _decode(data: bytes, strict: bool) -> None:
    simplejpeg.decode_jpeg(
        data, "GRAY", fastdct=True, fastupsample=True, min_height=1, min_width=1, min_factor=8, strict=strict
    )


def _is_cut_off(file: BinaryIO, start: bytes, size: int, suffix: str) -> bool:
    if start[:2] == _JPEG:
        return _last(file, size, 2) != b"\xff\xd9" and _jpeg_lacks_end(file)
    if start[:8] == _PNG:
        return _last(file, size, 8) != _PNG_END and _PNG_END not in _all(file)
    if start[:4] == b"RIFF":
        return _number(start[4:8]) + 8 > size
    if start[:2] == b"BM" and _number(start[14:18]) == 40 and start[30:32] == b"\0\0":
        width, height = (abs(int.from_bytes(start[at : at + 4], "little", signed=True)) for at in (18, 22))
        row = (width * _number(start[28:30]) + 31) // 32 * 4
        return _number(start[10:14]) + row * height > size
    if start[:4] in (b"SDPX", b"XPDS"):
        promised = int.from_bytes(start[16:20], "big" if start[:4] == b"SDPX" else "little")
        return size < promised < 2**32 - 1
    if start[:4] == _EXR:
        return _exr_end(file) > size
    return suffix in _OF_BOXES and not _boxes_are_whole(file, size)


def _jpeg_lacks_end(file: BinaryIO) -> bool:
    """A thumbnail has an end of its own, before the last start of scan; cameras write bytes after the end."""
    data = _all(file)
    return data.rfind(b"\xff\xd9") < data.rfind(b"\xff\xda")


def _boxes_are_whole(file: BinaryIO, size: int) -> bool:
    place = 0
    while place + 8 <= size:
        file.seek(place)
        head = file.read(16)
        length = int.from_bytes(head[8:16] if head[:4] == b"\0\0\0\1" else head[:4], "big")
        if length < 8:
            return True  # up to the end, or no box
        place += length
    return place <= size


def _exr_end(file: BinaryIO) -> int:
    """The byte after the last block of a file of one part with scan lines; 0 for tiles and several parts."""
    file.seek(4)
    if _number(file.read(4)) & 0x1A00:  # tiles, deep data, several parts
        return 0
    values = {}
    while name := _text(file):
        _text(file)  # its type
        values[name] = file.read(_number(file.read(4)))
    _, top, _, bottom = struct.unpack("<4i", values[b"dataWindow"])
    blocks = -(-(bottom - top + 1) // _EXR_ROWS[values[b"compression"][0]])
    if not 0 < blocks <= 1_000_000:
        raise ValueError(blocks)
    last = max(_number(file.read(8)) for _ in range(blocks))
    file.seek(last + 4)
    return last + 8 + _number(file.read(4).ljust(4, b"\xff"))


def _text(file: BinaryIO) -> bytes:
    letters = b""
    while (letter := file.read(1)) not in (b"", b"\0"):
        letters += letter
        if len(letters) > 255:
            raise ValueError("no name is so long")
    return letters


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _last(file: BinaryIO, size: int, count: int) -> bytes:
    file.seek(max(0, size - count))
    return file.read()


def _all(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()
