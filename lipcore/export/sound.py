"""The sound of a video, copied as it is beside the frames of an export."""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet

from lipcore.errors import LipError
from lipcore.export.selection import Selection

_LOCAL = {"protocol_whitelist": "file"}


def check_sound(selection: Selection) -> None:
    """LipError if there is no sound beside the pictures."""
    path = None if selection.pictures is None else selection.pictures.path
    try:
        if path is not None and path.is_file():
            with _opened(path) as container:
                if container.streams.audio:
                    return
    except (av.FFmpegError, OSError, UnicodeDecodeError):
        pass
    raise LipError("The video has no sound to copy.")


class Sound:
    """Copies all tracks of sound that belong to the chosen frames, moved so that the first of these begins at zero.

    A context manager. LipError if the video has none, or the file that is written cannot hold it.
    """

    def __init__(self, selection: Selection, output: OutputContainer) -> None:
        check_sound(selection)
        assert selection.pictures is not None
        self._output, self._stack = output, ExitStack()
        self._first, self._end = _seconds(selection)
        self._is_from_start = selection.first == 0
        self._source = self._stack.enter_context(_opened(selection.pictures.path))
        self._tracks = {stream.index: self._added(stream) for stream in self._source.streams.audio}
        video = next(iter(self._source.streams.video), None)
        if video is not None and video.start_time is not None and video.time_base is not None:
            self._first += float(video.start_time * video.time_base)
            self._end += float(video.start_time * video.time_base)
        self._packets = self._read()
        self._waiting = next(self._packets, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._packets.close()
        self._stack.close()

    def write_until(self, seconds: float) -> None:
        """Write what is heard before this second of the file."""
        while self._waiting is not None and _start(self._waiting) - self._first < seconds:
            packet = self._waiting
            assert packet.pts is not None
            assert packet.time_base is not None
            shift = round(self._first / packet.time_base)
            packet.pts -= shift
            packet.dts = packet.pts
            packet.stream = self._tracks[packet.stream.index]
            self._output.mux(packet)
            self._waiting = next(self._packets, None)

    def _added(self, stream: AudioStream) -> AudioStream:
        try:
            return self._output.add_stream_from_template(stream)
        except (av.FFmpegError, ValueError) as error:
            codec, name = stream.codec_context.name, self._output.format.name
            raise LipError(f"The sound is {codec}, which a file of type {name} cannot hold.") from error

    def _read(self) -> Generator[Packet[Any], None, None]:
        """The packets of the chosen frames; with the first frame, what decoders need before it is kept, too."""
        for packet in self._source.demux(*self._source.streams.audio):
            if packet.pts is not None and packet.size and _start(packet) < self._end:
                if self._is_from_start or _start(packet) >= self._first:
                    yield packet


def _opened(path: Path) -> InputContainer:
    return av.open(f"file:{path}", options=_LOCAL)


def _start(packet: Packet[Any]) -> float:
    assert packet.pts is not None
    assert packet.time_base is not None
    return float(packet.pts * packet.time_base)


def _seconds(selection: Selection) -> tuple[float, float]:
    """When the first chosen frame begins and the last one ends, in seconds from the video's first frame."""
    lengths = selection.pictures.frame_seconds if selection.pictures else ()
    frames, rate = selection.frames, selection.source.frame_rate
    if not len(lengths):
        return frames.start / rate, frames.stop / rate
    return math.fsum(lengths[: frames.start]), math.fsum(lengths[: frames.stop])
