"""What decoders notice in damaged pictures that are shown all the same: the checks of JPEG and of packed TIFF."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import explain

try:
    import simplejpeg
except ImportError:  # no wheel for this computer: a JPEG is then as whole as OpenCV finds it
    simplejpeg = None

_SHOWN = 3
_MOST_BYTES = 2**31
"""What a strip may unpack to; pictures of more than 64 million pixels are refused anyway."""


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
