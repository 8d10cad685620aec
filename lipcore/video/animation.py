"""An animated WebP as a video, which FFmpeg cannot decode and Pillow can."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lipcore.errors import LipError
from lipcore.masks import MAX_PIXELS, PICTURE_DAMAGE
from lipcore.video.cache import DEFAULT_BUDGET, FrameCache
from lipcore.video.protocol import Video


class VideoAnimation(Video):
    """A `Video` of an animated picture. It is decoded once when it is opened."""

    def __init__(self, path: Path, cache_bytes: int = DEFAULT_BUDGET) -> None:
        self.path, self.name = path, path.stem
        self._lock, self._closed = Lock(), False
        self._cache = FrameCache(cache_bytes)
        try:
            self._picture = Image.open(path)
        except PICTURE_DAMAGE as error:
            raise LipError(f"Cannot open {path}: the file is damaged or is no picture.") from error
        self.width, self.height = self._picture.size
        if self.width * self.height > MAX_PIXELS:
            self.close()
            raise LipError(f"Cannot open {path}: {self.width} x {self.height} pixels are more than 64 million.")
        count = getattr(self._picture, "n_frames", 1)
        seconds: list[float] = []
        self.frame_names = tuple(f"{frame:05d}" for frame in range(count))
        try:
            for frame in range(count):
                self._read(frame)
                seconds.append(float(self._picture.info.get("duration", 0)) / 1000)
        except LipError:
            self.close()
            raise
        self.frame_rate = count / sum(seconds) if sum(seconds) > 0 else 24.0
        varies = min(seconds) > 0 and max(seconds) > min(seconds)
        self.frame_seconds = tuple(seconds) if varies else ()

    def __len__(self) -> int:
        return len(self.frame_names)

    def __getitem__(self, frame: int) -> NDArray[np.uint8]:
        if not 0 <= frame < len(self):
            raise IndexError(frame)
        pixels = self._cache.get(frame)
        if pixels is None:
            with self._lock:
                if self._closed:
                    raise LipError(f"Cannot read frame {frame} of {self.path}: the video is closed.")
                pixels = self._read(frame)
        return pixels

    def close(self) -> None:
        """Close the file and forget the decoded frames; asking for frames afterwards raises LipError."""
        with self._lock:
            self._closed = True
            self._picture.close()
            self._cache.clear()

    def _read(self, frame: int) -> NDArray[np.uint8]:
        try:
            self._picture.seek(frame)
            pixels = np.array(self._picture.convert("RGB"))
        except PICTURE_DAMAGE as error:
            raise LipError(f"Cannot decode frame {frame} of {self.path}: the file is damaged there.") from error
        self._cache.put(frame, pixels)
        return pixels
