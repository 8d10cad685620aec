"""Videos as frames by index: the protocol every reader fulfils, opening one, and decoding ahead of the playhead."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.files import IMAGE_EXTENSIONS, explain
from lipcore.video.cache import DEFAULT_BUDGET

_HEIF = {".heic", ".heif", ".hif"}
# Pictures that have no motion of their own; the others may be animated.
_STILL = IMAGE_EXTENSIONS - {".gif", ".png", ".webp", ".avif", *_HEIF}


class Video(Protocol):
    """Random access to frames, exact, thread-safe, lazy; a context manager that closes."""

    path: Path
    name: str
    frame_rate: float
    """Frames per second; the mean one where the rate varies."""
    frame_seconds: Sequence[float]
    """Seconds that each frame is shown; empty where all are shown for 1 / frame_rate."""
    height: int
    width: int
    frame_names: Sequence[str]
    """One name a frame: "00000", or the stems of the image files."""
    notes: Sequence[str]
    """Sentences that people should read: that the file is cut off, which values are shown as black and white."""
    values: tuple[float, float] | None
    """The values of deep pictures that are shown as black and as white; None where every value has 8 bits."""

    def __len__(self) -> int:
        """The number of frames."""
        ...

    def __getitem__(self, frame: int) -> NDArray[np.uint8]:
        """The frame with index 0 <= frame < len: (H, W, 3) uint8 RGB, read-only (copy it to write to it).

        Raises IndexError beyond the ends, LipError for a frame that cannot be decoded.
        """
        ...

    def close(self) -> None:
        """Release files; asking for frames afterwards raises LipError."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def open_video(path: Path, cache_bytes: int = DEFAULT_BUDGET, values: tuple[float, float] | None = None) -> Video:
    """Open a video file, or a folder of images in natural order; LipError says why it cannot be opened.

    A picture file with several pages is a video of them. At most `cache_bytes` of decoded frames are kept. `values` are
    those of pictures that are shown as black and white, instead of the range that is found in them.
    """
    from lipcore.video.animation import VideoAnimation
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


class Prefetcher:
    """Decodes ahead of the playhead, in the direction it moves; it has no thread of its own.

    The playing thread calls `show` for every frame it displays, a thread of the caller's calls `step` until it
    returns False. What is decoded stays in the video's cache.
    """

    def __init__(self, video: Video, ahead: int = 16) -> None:
        self._video = video
        room = DEFAULT_BUDGET // (2 * 3 * video.height * video.width)
        self._ahead = max(1, min(ahead, room))
        self._lock = Lock()
        self._playhead = 0
        self._direction = 1
        self._fetched: set[int] = set()

    def show(self, frame: int) -> None:
        """The playhead is at `frame` now; the direction follows from where it was."""
        with self._lock:
            if frame != self._playhead:
                self._direction = 1 if frame > self._playhead else -1
            self._playhead = frame
            self._fetched &= set(self._wanted())

    def step(self) -> bool:
        """Decode the nearest frame ahead that is not yet decoded; False if there is none. Raises as the video does."""
        with self._lock:
            frame = next((frame for frame in self._wanted() if frame not in self._fetched), None)
            if frame is None:
                return False
            self._fetched.add(frame)
        self._video[frame]
        return True

    def _wanted(self) -> range:
        start = self._playhead + self._direction
        if self._direction > 0:
            return range(start, min(start + self._ahead, len(self._video)))
        return range(start, max(start - self._ahead, -1), -1)
