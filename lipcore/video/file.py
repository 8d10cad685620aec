"""A video file read frame by frame, exactly, whatever its codec, frame order or frame rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import RLock
from typing import Self

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.video.cache import DEFAULT_BUDGET, FrameCache
from lipcore.video.index import DAMAGE, FrameIndex, build_index, count_frames, decode_from, open_stream

_KEPT_ON_THE_WAY = 16
"""Frames decoded on the way to the one asked for that are kept, so that playing backwards is not slow."""
_NEAR = 8
"""Frames ahead that are decoded rather than jumped over, even if a keyframe lies between."""
_DECODERS = 2
"""So that a job that runs through the video and a person who scrubs do not disturb each other."""


class VideoFile:
    """A `Video` of a file; see `lipcore.video.Video`. Sequential reading decodes every frame once."""

    def __init__(self, path: Path, cache_bytes: int = DEFAULT_BUDGET) -> None:
        self.path = path
        self.name = path.stem
        self._lock = RLock()
        self._cache = FrameCache(cache_bytes)
        self._decoders: list[_Decoder] = []
        self._closed = False
        self._index = build_index(path)
        first = self._first_frame()
        self.height, self.width = first.shape[:2]
        self.frame_rate = self._decoders[0].frame_rate(self._index)
        digits = max(5, len(str(len(self) - 1)))
        self.frame_names: Sequence[str] = tuple(f"{frame:0{digits}d}" for frame in range(len(self)))

    def __len__(self) -> int:
        return self._index.length

    def __getitem__(self, frame: int) -> NDArray[np.uint8]:
        if not 0 <= frame < len(self):
            raise IndexError(frame)
        pixels = self._cache.get(frame)
        if pixels is None:
            with self._lock:
                if self._closed:
                    raise LipError(f"Cannot read frame {frame} of {self.path}: the video is closed.")
                pixels = self._cache.get(frame)
                if pixels is None:
                    pixels = self._decode(frame)
        if pixels is None:
            raise LipError(f"Cannot decode frame {frame} of {self.path}: the video is damaged there.")
        if pixels.shape[:2] != (self.height, self.width):
            raise LipError(
                f"Cannot use {self.path}: frame {frame} is {pixels.shape[1]} x {pixels.shape[0]} pixels, "
                f"but frame 0 is {self.width} x {self.height}."
            )
        return pixels

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and forget the decoded frames; asking for frames afterwards raises LipError."""
        with self._lock:
            self._closed = True
            for decoder in self._decoders:
                decoder.close()
            self._decoders.clear()
            self._cache.clear()

    def _first_frame(self) -> NDArray[np.uint8]:
        pixels = self._decode(0)
        if pixels is None and self._index.times:  # the packets' times are not those of the frames
            self._drop_decoders()
            self._index = count_frames(self.path)
            pixels = self._decode(0) if self._index.length else None
        if pixels is None:
            self.close()
            raise LipError(f"Cannot open {self.path}: its video stream has no frames that can be decoded.")
        return pixels

    def _drop_decoders(self) -> None:
        for decoder in self._decoders:
            decoder.close()
        self._decoders.clear()

    def _decode(self, frame: int) -> NDArray[np.uint8] | None:
        """Decode a frame from the nearest place, then from ever earlier keyframes; None if it never appears."""
        decoder = self._choose_decoder(frame)
        pixels = decoder.read_on(frame, self._index, self._cache) if decoder.is_near(frame, self._index) else None
        for skipped in (0, 1, len(self)):
            if pixels is not None:
                break
            decoder.restart(self._index.key_before(frame, skipped))
            pixels = decoder.read_on(frame, self._index, self._cache)
        return pixels

    def _choose_decoder(self, frame: int) -> _Decoder:
        """One that is just before the frame, else a new one, else the one used longest ago; the last one is in use."""
        near = [decoder for decoder in self._decoders if decoder.is_near(frame, self._index)]
        if near:
            decoder = max(near, key=lambda one: one.position)
            self._decoders.remove(decoder)
        elif len(self._decoders) < _DECODERS:
            decoder = _Decoder(self.path)
        else:
            decoder = self._decoders.pop(0)
        self._decoders.append(decoder)
        return decoder


class _Decoder:
    """One open container that runs forward; `position` is the index of the frame that comes next."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container, self._stream = open_stream(path)
        self._frames: Iterator[VideoFrame] = iter(())
        self._started = False
        self.position = 0

    def close(self) -> None:
        self._frames = iter(())
        self._container.close()

    def frame_rate(self, index: FrameIndex) -> float:
        """Frames per second: the stream's own mean rate if it is believable, else from the times of the frames."""
        if len(index.times) > 1 and self._stream.time_base is not None:
            measured = (len(index.times) - 1) / float((index.times[-1] - index.times[0]) * self._stream.time_base)
        else:
            measured = 0.0
        declared = float(self._stream.average_rate or self._stream.guessed_rate or 0)
        if declared and (not measured or abs(declared - measured) < 0.02 * measured):
            return declared
        return measured or 25.0

    def is_near(self, frame: int, index: FrameIndex) -> bool:
        """Whether reading on is no slower than jumping to the keyframe before `frame`."""
        if not self._started or frame < self.position:
            return False
        key_time = index.key_before(frame)
        key = 0 if key_time is None else index.numbers[key_time]
        return frame - self.position <= _NEAR or key <= self.position

    def restart(self, key_time: int | None) -> None:
        """Go to a keyframe, or with None to the start."""
        if key_time is None and self._started:
            self._container.close()
            self._container, self._stream = open_stream(self._path)
        self._frames = decode_from(self._container, self._stream, key_time)
        self._started = True
        self.position = 0

    def read_on(self, frame: int, index: FrameIndex, cache: FrameCache) -> NDArray[np.uint8] | None:
        """Decode up to a frame and cache it and those just before it; None if it is passed or never comes."""
        try:
            for decoded in self._frames:
                number = self._number(decoded, index)
                if number is None:
                    continue
                self.position = number + 1
                if number >= frame - _KEPT_ON_THE_WAY:
                    pixels = _to_pixels(decoded)
                    cache.put(number, pixels)
                    if number == frame:
                        return pixels
                if number > frame:
                    break
        except DAMAGE:  # the container cannot jump, or is damaged here; the caller tries from elsewhere
            return None
        return None

    def _number(self, decoded: VideoFrame, index: FrameIndex) -> int | None:
        if not index.times:
            return self.position
        return None if decoded.pts is None else index.numbers.get(decoded.pts)


def _to_pixels(decoded: VideoFrame) -> NDArray[np.uint8]:
    """(H, W, 3) RGB, turned upright as the file asks."""
    pixels = decoded.to_ndarray(format="rgb24")
    turns = round(decoded.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, turns)).astype(np.uint8, copy=False)
