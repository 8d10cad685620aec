"""Finding the frames of a video file: from its packets where their times can be trusted, else by decoding it once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from lipcore.errors import LipError
from lipcore.video.streams.index import FrameIndex, Key, decode, tag_of, tagged
from lipcore.video.streams.sizes import SizeCheck
from lipcore.video.streams.stream import decode_packet, open_stream, read_packets

# Containers that say when a frame is shown, and not only in which order frames are stored.
_TELL_WHEN = frozenset("mov matroska webm mp4 mpegts mpeg flv nut ogg mxf ivf gif apng".split())
CLOCK_MAY_RESTART, _NO_TIMES = 0x200, 0x80  # AVFMT_TS_DISCONT and AVFMT_NOTIMESTAMPS
_SAMPLE = 12  # frames that are decoded to see whether the packets tell the truth about their order
_NOT_CODED = 16  # bytes of an MPEG-4 packet that may say "no picture here", as files with packed B-frames have them


@dataclass
class _Packets:
    """What the packets of a stream say, without decoding."""

    times: list[int] = field(default_factory=list)  # of the frames that are shown
    keys: list[Key] = field(default_factory=list)  # their frames are not yet known
    end: int = 0  # of the frame that ends last, as far as packets say
    is_trusted: bool = True
    is_broken: bool = False  # the last packet is cut off
    tells_no_end: bool = False  # a cut-off file of this kind looks like a whole one


def build_index(path: Path) -> FrameIndex:
    """Read every packet of a video file and list the frames that can be shown.

    Raises LipError if there are none, or if their size changes.
    """
    container, stream = open_stream(path)
    with container:
        packets = _read(container, stream, path)
        index = _from_times(packets)
        if index is not None and "mpegts" in container.format.name:
            index = replace(index, by_bytes=True)
        promise = _promise(packets, container, stream)
        reorders = stream.codec_context.has_b_frames
    if index is None or (reorders and not _order_holds(index, path)):
        index = decode_all(path)
    elif packets.is_broken or promise or packets.tells_no_end:
        index = _without_lost_end(index, path)
    if index.length == 0:
        raise LipError(f"Cannot open {path}: its video stream has no frames that can be decoded.")
    if packets.is_broken or promise > index.length + 1:
        index = replace(index, notes=(_end_note(path, index.length, promise),))
    return index


def decode_all(path: Path, careful: bool = False) -> FrameIndex:
    """The frames in the order in which the decoder gives them, by decoding the whole video; LipError as above.

    Where a damaged packet may have taken its neighbours away, this starts again with `careful`.
    """
    container, stream = open_stream(path, careful)
    starts: dict[int, Packet[VideoStream]] = {}
    numbers: dict[int, int] = {}
    keys: list[Key] = []
    clock: list[int] = []
    times: list[int] = []
    length, size, is_broken = 0, (0, 0), False
    with container:
        may_restart = bool(container.format.flags & (CLOCK_MAY_RESTART | _NO_TIMES))
        tells_when = bool(container.format.flags & CLOCK_MAY_RESTART)
        for place, packet in enumerate(chain(tagged(read_packets(container, stream), stream), [None])):
            if packet is not None:
                is_broken = packet.is_corrupt
                tells_when &= packet.pts is not None
                if packet.is_keyframe:
                    starts[place] = packet
                if packet.dts is not None:
                    clock.append(packet.dts)
            frames = decode_packet(packet, stream)
            if frames is None and not careful:
                return decode_all(path, careful=True)
            for frame in frames or ():
                size = size if length else (frame.width, frame.height)
                if (frame.width, frame.height) != size:
                    raise _size_error(path, length, (frame.width, frame.height), size)
                tag = tag_of(frame)
                start = starts.pop(tag, None)
                if start is not None and frame.key_frame:
                    time = start.dts if start.pts is None else start.pts
                    keys.append(Key(length, time if start.dts is None else start.dts, tag, start.pos or -1, start.size))
                numbers.setdefault(tag, length)
                if frame.pts is not None:
                    times.append(frame.pts)
                length += 1
    notes = (_end_note(path, length, 0),) if is_broken else ()
    clock = times if len(times) == length and tells_when else clock  # else those of packets
    if len(numbers) < length or -1 in numbers:
        return FrameIndex(length, (), {}, clock, careful=careful, notes=notes)
    return FrameIndex(length, keys, numbers, clock, by_packet=True, by_bytes=may_restart, careful=careful, notes=notes)


def _read(container: InputContainer, stream: VideoStream, path: Path) -> _Packets:
    packets, sizes = _Packets(tells_no_end=bool(container.format.flags & CLOCK_MAY_RESTART)), SizeCheck(stream)
    codec = stream.codec_context.codec.canonical_name
    packets.is_trusted = (
        bool(_TELL_WHEN & set(container.format.name.split(","))) or not stream.codec_context.has_b_frames
    )
    last: int | None = None
    for place, packet in enumerate(read_packets(container, stream)):
        packets.is_broken = packet.is_corrupt
        sizes.look(packet)
        if packet.pts is None or sizes.may_change or (codec == "mpeg4" and packet.size <= _NOT_CODED):
            packets.is_trusted = False
        if packet.dts is not None:
            if last is not None and packet.dts < last:
                packets.is_trusted = False
            last = packet.dts
        if not packets.is_trusted:
            break  # the video is decoded to find out
        if codec == "vp8" and not memoryview(packet)[0] & 0x10:  # a frame that is only referred to, never shown
            continue
        assert packet.pts is not None
        if packet.is_keyframe:
            packets.keys.append(Key(-1, packet.pts, place, packet.pos or -1, packet.size))
        if not packet.is_discard:
            packets.times.append(packet.pts)
            packets.end = max(packets.end, packet.pts + (packet.duration or 0))
    changed = sizes.change() if packets.is_trusted else None
    if changed is not None:
        at, size = changed
        number = sum(time < (at.pts or 0) for time in packets.times)
        raise _size_error(path, number, size, (stream.width, stream.height))
    return packets


def _from_times(packets: _Packets) -> FrameIndex | None:
    """The index from packets alone; None if their times are missing, repeat or contradict their order."""
    if not packets.is_trusted or not packets.keys or len(set(packets.times)) != len(packets.times):
        return None
    first = min(key.time or 0 for key in packets.keys)
    index = _timed(sorted(time for time in packets.times if time >= first), packets.keys)
    return replace(index, end=packets.end)


def _timed(times: list[int], keys: Sequence[Key]) -> FrameIndex:
    keys = sorted(
        (replace(key, frame=bisect_left(times, key.time or 0)) for key in keys), key=lambda key: key.time or 0
    )
    return FrameIndex(len(times), keys, {time: number for number, time in enumerate(times)}, times)


def _order_holds(index: FrameIndex, path: Path) -> bool:
    """Whether the first frames come out of the decoder one after the other, as the packets promise."""
    container, stream = open_stream(path)
    with container:
        shown = decode(read_packets(container, stream), stream)
        numbers = [-1 if frame.pts is None else index.numbers.get(frame.pts, -1) for frame in islice(shown, _SAMPLE)]
    return bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] >= 0


def _promise(packets: _Packets, container: InputContainer, stream: VideoStream) -> int:
    """About how many frames the header promises, if that is more than the packets hold; else 0."""
    if not {"mov", "matroska", "avi"} & set(container.format.name.split(",")):
        return 0  # other containers tell no length, or none that is exact
    times = packets.times
    alone = len(container.streams) == 1  # else the sound may last longer than the video
    if stream.duration is not None and stream.time_base is not None:
        promised = float(stream.duration * stream.time_base)
    else:
        promised = container.duration / av.time_base if container.duration and alone else 0.0
    if not promised or stream.time_base is None or len(times) < 2:
        return 0
    seconds = float((max(times) - min(times)) * stream.time_base) / (len(times) - 1)
    end = max(packets.end - max(times), 2 * seconds / stream.time_base) + max(times) - (stream.start_time or 0)
    return round(promised * float(stream.average_rate or 1 / seconds)) if promised > end * stream.time_base else 0


def _without_lost_end(index: FrameIndex, path: Path) -> FrameIndex:
    """The index without frames at the end that cannot be decoded, as in a file that was cut off.

    Where a frame there is damaged, the whole file is decoded carefully from then on.
    """
    for skipped in range(len(index.keys)):
        key = index.key_before(index.length - 1, skipped)
        first = key.frame if key else 0
        for careful in (False, True):
            container, stream = open_stream(path, careful)
            with container:
                shown = {number: frame.is_corrupt for number, frame in index.frames_from(container, stream, key)}
            if len(shown) == index.length - first and not any(shown.values()):
                return index
        if shown:
            times = [time for number, time in enumerate(index.clock) if number < first or number in shown]
            keys = [one for one in index.keys if one.frame <= max(shown)]
            return replace(_timed(times, keys), careful=True)
    return FrameIndex(0, (), {})


def _end_note(path: Path, length: int, promise: int) -> str:
    header = f" Its header promises about {promise}." if promise > length else ""
    return f"{path.name} is cut off: it ends after {length} frames that can be decoded.{header}"


def _size_error(path: Path, number: int, size: tuple[int, int], first: tuple[int, int]) -> LipError:
    return LipError(
        f"Cannot open {path}: frame {number} is {size[0]} x {size[1]} pixels, but frame 0 is {first[0]} x {first[1]}."
    )
