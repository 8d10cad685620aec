"""A video file read frame by frame, exactly, whatever its codec, frame order or frame rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import RLock

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.video.cache import DEFAULT_BUDGET, FrameCache
from lipcore.video.protocol import Video
from lipcore.video.streams.clock import mean_rate, shown_seconds
from lipcore.video.streams.index import FrameIndex, Key
from lipcore.video.streams.scan import CLOCK_MAY_RESTART, build_index, decode_all
from lipcore.video.streams.stream import open_stream, to_pixels

# Frames decoded on the way to the one asked for that are kept, so that playing backwards is not slow.
_KEPT_ON_THE_WAY = 16
_NEAR = 8  # frames ahead that are decoded rather than jumped over, even if a keyframe lies between
_DECODERS = 2  # so that a job that runs through the video and a person who scrubs do not disturb each other


class VideoFile(Video):
    """A `Video` of a file. Sequential reading decodes every frame once."""

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
        self.frame_rate, self.frame_seconds = self._decoders[0].pace()
        self.notes = self._index.notes
        digits = max(5, len(str(len(self) - 1)))
        self.frame_names = tuple(f"{frame:0{digits}d}" for frame in range(len(self)))

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
        if pixels is None and not self._index.by_packet:  # the packets' times are not those of the frames
            self._drop_decoders()
            self._index = decode_all(self.path)
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
        """Decode a frame from the nearest place, then from earlier ones and carefully; None if it never comes."""
        decoder = self._choose_decoder(frame)
        pixels = decoder.read_on(frame, self._cache) if decoder.is_near(frame) else None
        for skipped, careful in ((0, False), (1, False), (0, True), (1, True), (len(self), True)):
            if pixels is not None:
                break
            decoder.restart(self._index.key_before(frame, skipped), careful)
            pixels = decoder.read_on(frame, self._cache)
        return pixels

    def _choose_decoder(self, frame: int) -> _Decoder:
        """One that is just before the frame, else a new one, else the one used longest ago; the last one is in use."""
        near = [decoder for decoder in self._decoders if decoder.is_near(frame)]
        if near:
            decoder = max(near, key=lambda one: one.position)
            self._decoders.remove(decoder)
        elif len(self._decoders) < _DECODERS:
            decoder = _Decoder(self.path, self._index)
        else:
            decoder = self._decoders.pop(0)
        self._decoders.append(decoder)
        return decoder


class _Decoder:
    """One open container that runs forward; `position` is the index of the frame that comes next."""

    def __init__(self, path: Path, index: FrameIndex) -> None:
        self._path, self._index = path, index
        self._careful = index.careful
        self._container, self._stream = open_stream(path, self._careful)
        self._frames: Iterator[tuple[int, VideoFrame]] = iter(())
        self._started = False
        self.position = 0

    def close(self) -> None:
        self._frames = iter(())
        self._container.close()

    def pace(self) -> tuple[float, Sequence[float]]:
        """Frames per second, the mean one, and seconds of each frame if they differ."""
        index, time_base = self._index, self._stream.time_base
        declared = float(self._stream.average_rate or self._stream.guessed_rate or 0)
        may_restart = bool(self._container.format.flags & CLOCK_MAY_RESTART)
        rate = mean_rate(index.clock, time_base, declared, may_restart)
        if len(index.clock) != index.length:  # times of packets, not of frames
            return rate, ()
        return rate, shown_seconds(index.clock, time_base, index.end, rate, may_restart)

    def is_near(self, frame: int) -> bool:
        """Whether reading on is no slower than jumping to the keyframe before `frame`."""
        if not self._started or frame < self.position:
            return False
        key = self._index.key_before(frame)
        return frame - self.position <= _NEAR or key is None or key.frame <= self.position

    def restart(self, key: Key | None, careful: bool) -> None:
        """Go to a keyframe, or with None to the start; `careful` decoding is kept up from then on."""
        if (key is None and self._started) or (careful and not self._careful):
            self._careful |= careful
            self.close()
            self._container, self._stream = open_stream(self._path, self._careful)
        self._frames = self._index.frames_from(self._container, self._stream, key)
        self._started = True
        self.position = 0

    def read_on(self, frame: int, cache: FrameCache) -> NDArray[np.uint8] | None:
        """Decode up to a frame and cache it and those just before it; None if it is passed or never comes."""
        for number, decoded in self._frames:
            self.position = number + 1
            if number >= frame - _KEPT_ON_THE_WAY:
                pixels = to_pixels(decoded)
                cache.put(number, pixels)
                if number == frame:
                    return pixels
            if number > frame:
                break
        return None
