"""Videos as frames by index: what every reader offers, and decoding ahead of the playhead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from lipcore.video.cache import DEFAULT_BUDGET


class Video(Protocol):
    """Random access to frames, exact, thread-safe, lazy; a context manager that closes."""

    path: Path
    name: str
    frame_rate: float
    """Frames per second; the mean one where the rate varies."""
    frame_seconds: Sequence[float] = ()
    """Seconds that each frame is shown; empty where all are shown for 1 / frame_rate."""
    height: int
    width: int
    frame_names: Sequence[str]
    """One name a frame: "00000", or the stems of the image files."""
    notes: Sequence[str] = ()
    """Sentences that people should read: that the file is cut off, which values are shown as black and white."""
    values: tuple[float, float] | None = None
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class VideoShape(Protocol):
    """A video's name, size and frames: what labels are made for; a `Video` and a project have it."""

    @property
    def name(self) -> str:
        """Name for people, by which its masks are found among those of several videos."""

    @property
    def height(self) -> int:
        """Height in pixels."""

    @property
    def width(self) -> int:
        """Width in pixels."""

    @property
    def frame_names(self) -> Sequence[str]:
        """One plain name per frame, which names its files too."""


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
