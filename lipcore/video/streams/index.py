"""Which decoded frame is which: the frames of a video file in order of presentation, and where decoding can start."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from lipcore.video.streams.stream import DAMAGE, decode_packet, read_packets

# Bytes before a key to which a jump leads: a packet at which reading starts may be taken for a part of the next.
_RUN_UP = 65536


@dataclass(frozen=True)
class Key:
    """A packet at which decoding can start; it shows frame `frame` first."""

    frame: int
    time: int | None  # what to jump to, in the stream's time base
    packet: int  # its place among the packets
    position: int  # in the file, in bytes; -1 where the container does not know
    size: int  # in bytes


@dataclass(frozen=True)
class FrameIndex:
    """The frames of a stream, and the keys among them by rising frame.

    `numbers` gives the index of a decoded frame: by its presentation time, or, with `by_packet`, by the place of its
    packet in the file, for files whose times are missing or wrong. Without numbers frames are counted from the start.
    `clock` is in the stream's time base, a value a frame as far as the file gives them.
    """

    length: int
    keys: Sequence[Key]
    numbers: Mapping[int, int]
    clock: Sequence[int] = ()
    end: int | None = None  # of the last frame, by the same clock
    by_packet: bool = False
    by_bytes: bool = False  # jump to places in the file: its clocks lie
    careful: bool = False  # the file is damaged: decode one frame after the other
    notes: tuple[str, ...] = ()
    _key_frames: list[int] = field(init=False, repr=False)
    _times: dict[int | None, Key] = field(init=False, repr=False)
    _places: dict[tuple[int | None, int], Key] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_key_frames", [key.frame for key in self.keys])
        object.__setattr__(self, "_times", {key.time: key for key in self.keys})
        object.__setattr__(self, "_places", {(key.position, key.size): key for key in self.keys})

    def key_before(self, frame: int, skipped: int = 0) -> Key | None:
        """The key from which `frame` can be reached, or the `skipped`-th before that; None: the start of the file."""
        position = bisect_right(self._key_frames, frame) - 1 - skipped
        return self.keys[position] if position > 0 else None

    def frames_from(
        self, container: InputContainer, stream: VideoStream, key: Key | None
    ) -> Iterator[tuple[int, VideoFrame]]:
        """Decode frames, each with its index, from a key; None: from where the container is, its start.

        Damaged packets are passed over; damage in the container ends the frames, and so does a container that cannot
        jump to the key. It may land on an earlier key; frames before that one are left out.
        """
        packets, landed = read_packets(container, stream), key
        if key is not None:
            jumped = self._jump(container, stream, key)
            if jumped is None:
                return
            packets, landed = jumped
        first, place = (landed.frame, landed.packet) if landed else (0, 0)
        if self.by_packet:
            packets = tagged(packets, stream, place)
        for count, frame in enumerate(decode(packets, stream)):
            number = self._number(frame, count)
            if number is not None and number >= first:
                yield number, frame

    def _number(self, frame: VideoFrame, count: int) -> int | None:
        if not self.numbers:
            return count
        tag = tag_of(frame) if self.by_packet else frame.pts
        return None if tag is None else self.numbers.get(tag)

    def _jump(
        self, container: InputContainer, stream: VideoStream, key: Key
    ) -> tuple[Iterator[Packet[VideoStream]], Key] | None:
        """Go to a key or one before it, by bytes where clocks may lie; the packets from there, and which key it is."""
        for by_bytes in (True, False) if self.by_bytes else (False,):
            try:
                if by_bytes:
                    place = max((one.position for one in self.keys if one.packet <= key.packet), default=0)
                    container.seek(max(place - _RUN_UP, 0), backward=False, unsupported_byte_offset=True)
                else:
                    container.seek(key.time or 0, stream=stream, backward=True)
            except DAMAGE:
                continue
            packets = read_packets(container, stream)
            for packet in packets:
                landed = self._key_of(packet) if packet.is_keyframe else None
                if landed is not None:
                    if landed.frame <= key.frame:
                        return chain([packet], packets), landed
                    break
        return None

    def _key_of(self, packet: Packet[VideoStream]) -> Key | None:
        if self.by_packet:
            return self._places.get((packet.pos, packet.size))
        return self._times.get(packet.pts)


class _Tag:
    """The place of a packet, as an object of its own.

    PyAV keeps what packets carry by its identity, and forgets it with the first frame that is freed: a number, of which
    Python has one object for all, would be lost to every other decoder as well.
    """

    def __init__(self, place: int) -> None:
        self.place = place


def decode(packets: Iterator[Packet[VideoStream]], stream: VideoStream) -> Iterator[VideoFrame]:
    """The frames of some packets and, at the end, those the decoder still holds; damaged packets are passed over."""
    for packet in chain(packets, [None]):
        yield from decode_packet(packet, stream) or ()


def tagged(
    packets: Iterator[Packet[VideoStream]], stream: VideoStream, start: int = 0
) -> Iterator[Packet[VideoStream]]:
    """The packets, each carrying its place in the file, which `tag_of` reads from the frame that it becomes."""
    stream.codec_context.copy_opaque = True
    for number, packet in enumerate(packets, start):
        packet.opaque = _Tag(number)
        yield packet


def tag_of(frame: VideoFrame) -> int:
    """The place in the file of the packet that holds this frame; -1 if the decoder does not say."""
    return frame.opaque.place if isinstance(frame.opaque, _Tag) else -1
