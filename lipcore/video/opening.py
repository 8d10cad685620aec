"""Opening a video: which of the readers a file or folder is for."""

from __future__ import annotations

import stat
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import IMAGE_EXTENSIONS, explain
from lipcore.video.cache import DEFAULT_BUDGET
from lipcore.video.protocol import Video

_HEIF = {".heic", ".heif", ".hif"}
# Pictures that have no motion of their own; the others may be animated.
_STILL = IMAGE_EXTENSIONS - {".gif", ".png", ".webp", ".avif", *_HEIF}


def open_video(path: Path, cache_bytes: int = DEFAULT_BUDGET, values: tuple[float, float] | None = None) -> Video:
    """Open a video file, or a folder of images in natural order; LipError says why it cannot be opened.

    A picture file with several pages is a video of them. At most `cache_bytes` of decoded frames are kept. `values` are
    those of pictures that are shown as black and white, instead of the range that is found in them.
    """
    from lipcore.video.animation import VideoAnimation  # its libraries are slow to import
    from lipcore.video.file import VideoFile
    from lipcore.video.folder import VideoPictures

    suffix = path.suffix.lower()
    if not path.is_dir():
        _check_file(path)
    is_still = suffix in _STILL or (suffix == ".png" and not _is_animated_png(path))
    if path.is_dir() or is_still or (suffix in _HEIF and not _has_motion(path)):
        return VideoPictures(path, cache_bytes, values)
    if values is not None:
        raise LipError(f"Cannot set the range of values of {path}: only pictures have one.")
    return VideoAnimation(path, cache_bytes) if suffix == ".webp" else VideoFile(path, cache_bytes)


def _check_file(path: Path) -> None:
    """LipError for what is no file, such as a pipe, which would be waited for without end."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise LipError(f"Cannot open {path}: it does not exist.") from None
    except (OSError, ValueError) as error:
        raise LipError(f"Cannot open {path}: {explain(error) if isinstance(error, OSError) else error}.") from error
    if not stat.S_ISREG(mode):
        raise LipError(f"Cannot open {path}: it is a pipe or a device, not a file; save the video to a file first.")


def _is_animated_png(path: Path) -> bool:
    with path.open("rb") as file:
        return b"acTL" in file.read(2**16)


def _has_motion(path: Path) -> bool:
    """Whether an ISO file has a box of tracks, as sequences of pictures have; a still one is an item."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        place = 0
        while place + 8 <= size:
            file.seek(place)
            head = file.read(16)
            if head[4:8] == b"moov":
                return True
            length = int.from_bytes(head[8:16] if head[:4] == b"\0\0\0\1" else head[:4], "big")
            if length < 8:
                return False
            place += length
    return False
