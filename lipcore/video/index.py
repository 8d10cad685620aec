"""Which frames a video file really has: presentation times found by reading its packets, not its header."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from lipcore.errors import LipError
from lipcore.masks import MAX_PIXELS

DAMAGE = (av.FFmpegError, OSError, ValueError, EOFError)


@dataclass(frozen=True)
class FrameIndex:
    """The presentation time of every frame and of the keyframes among them, rising, in the stream's time base.

    Both are empty for a stream whose packets carry no usable times: such frames are only counted (`length`).
    """

    length: int
    times: list[int]
    key_times: list[int]
    numbers: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", {time: number for number, time in enumerate(self.times)})

    def key_before(self, frame: int, skipped: int = 0) -> int | None:
        """The time of the keyframe before `frame`, or of the `skipped`-th before that; None: the start."""
        if not self.times:
            return None
        position = bisect_right(self.key_times, self.times[frame]) - 1 - skipped
        return self.key_times[position] if position > 0 else None


def open_stream(path: Path) -> tuple[InputContainer, VideoStream]:
    """Open a local file and choose its video stream, not a cover picture; LipError."""
    try:  # the prefix keeps names with a colon local, the option keeps playlists from opening addresses
        container = av.open(f"file:{path}", options={"protocol_whitelist": "file"})
    except DAMAGE as error:
        raise LipError(f"Cannot open {path}: it is no video, or a damaged one ({_cause(error)}).") from error
    streams = [stream for stream in container.streams.video if not stream.disposition & stream.disposition.attached_pic]
    if not streams:
        container.close()
        raise LipError(f"Cannot open {path}: it has no video stream.")
    if getattr(streams[0], "codec_context", None) is None:  # PyAV's types say never, but it is for an unknown codec
        container.close()
        raise LipError(f"Cannot open {path}: its video is in a format that cannot be decoded.")
    if streams[0].width * streams[0].height > MAX_PIXELS:
        container.close()
        size = f"{streams[0].width} x {streams[0].height}"
        raise LipError(
            f"Cannot open {path}: {size} pixels are more than the {MAX_PIXELS // 1_000_000} million allowed."
        )
    streams[0].thread_type = "AUTO"
    return container, streams[0]


def build_index(path: Path) -> FrameIndex:
    """Read every packet of a video file and list the frames that can be shown; LipError if there are none."""
    container, stream = open_stream(path)
    with container:
        index = _scan(container, stream)
        suspicious = index is not None and _is_suspicious(index, container, stream)
    if index is not None and suspicious:
        index = _without_lost_end(index, path)
    if index is None:
        index = count_frames(path)
    if index.length == 0:
        raise LipError(f"Cannot open {path}: its video stream has no frames that can be decoded.")
    return index


def count_frames(path: Path) -> FrameIndex:
    """Decode the whole video to count its frames, for files whose packets carry no usable times."""
    container, stream = open_stream(path)
    with container:
        return FrameIndex(sum(1 for _ in decode_from(container, stream, None)), [], [])


def decode_from(container: InputContainer, stream: VideoStream, key_time: int | None) -> Iterator[VideoFrame]:
    """Decode frames in order of presentation from a keyframe (None: from where the container is, its start).

    Damaged packets are passed over; damage in the container ends the frames. Frames before the keyframe are left out.
    Raises one of `DAMAGE` if the container cannot jump.
    """
    waiting = key_time is not None
    if key_time is not None:
        container.seek(key_time, stream=stream, backward=True)
    for packet in _packets(container, stream):
        if waiting and packet.size:
            if not packet.is_keyframe or packet.pts is None:
                continue
            waiting = False
            key_time = packet.pts
        try:
            frames = packet.decode()
        except DAMAGE:
            continue
        for frame in frames:
            if isinstance(frame, VideoFrame) and (key_time is None or frame.pts is None or frame.pts >= key_time):
                yield frame


def _packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    try:
        yield from container.demux(stream)
    except DAMAGE:
        return


def _scan(container: InputContainer, stream: VideoStream) -> FrameIndex | None:
    """The index from packets alone; None if their times are missing or repeat."""
    times: list[int] = []
    keys: list[int] = []
    hidden_possible = stream.codec_context.name in ("vp8", "libvpx")
    for packet in _packets(container, stream):
        if not packet.size or packet.is_discard or packet.is_corrupt:
            continue
        if hidden_possible and not bytes(packet)[0] & 0x10:  # a VP8 frame that is only referred to, never shown
            continue
        if packet.pts is None:
            return None
        times.append(packet.pts)
        if packet.is_keyframe:
            keys.append(packet.pts)
    times.sort()
    keys.sort()
    if not keys or len(set(times)) != len(times):
        return None
    times = [time for time in times if time >= keys[0]]
    return FrameIndex(len(times), times, keys)


def _is_suspicious(index: FrameIndex, container: InputContainer, stream: VideoStream) -> bool:
    """Whether the header promises another number of frames or a longer video than the packets hold."""
    if stream.frames and stream.frames != index.length:
        return True
    if not container.duration or stream.time_base is None or index.length < 2:
        return True
    first, last = index.times[0], index.times[-1]
    frame_time = (last - first) / (index.length - 1)
    end = float((last - (stream.start_time or 0) + 2 * frame_time) * stream.time_base)
    return container.duration / av.time_base > end


def _without_lost_end(index: FrameIndex, path: Path) -> FrameIndex:
    """The index without frames at the end that cannot be decoded, as in a file that was cut off."""
    for key_time in [*reversed(index.key_times[1:]), None]:
        container, stream = open_stream(path)
        shown: list[int | None] = []
        with container, suppress(*DAMAGE):  # a file that was cut off may have lost what jumping to a keyframe needs
            shown += [frame.pts for frame in decode_from(container, stream, key_time) if not frame.is_corrupt]
        known = [time for time in shown if time is not None and time in index.numbers]
        if known:
            times = index.times[: index.numbers[max(known)] + 1]
            return FrameIndex(len(times), times, [time for time in index.key_times if time <= times[-1]])
    return FrameIndex(0, [], [])


def _cause(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error).rstrip(".").lower()
