"""Video files that exports write: rate and times of the source, colours of BT.709, its sound and time code."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.packet import Packet

from lipcore.errors import LipError
from lipcore.export.selection import Selection
from lipcore.export.sound import Sound
from lipcore.files import explain
from lipcore.video.streams.timecode import later, read_time_code

_BT709 = 1
_LIMITED = 1  # black is 16 and white 235 of 255, as players expect
_TICKS = 60_000  # units of time in a second: MPEG-4 allows no more than 65,535


@dataclass(frozen=True)
class Encoder:
    """An encoder of FFmpeg by name, the format of its pixels, its options, and the tag of its stream if any."""

    name: str
    pixels: str = "yuv420p"
    options: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""


@contextmanager
def video_file(
    path: Path,
    container_format: str,
    encoders: Sequence[Encoder],
    selection: Selection,
    title: str,
    sound: bool = False,
) -> Iterator[Callable[[av.VideoFrame], None]]:
    """Give what writes one picture after the other, one for every chosen frame; the file is whole after the block.

    The first of `encoders` that this build of FFmpeg has is taken. Each picture is shown as long as its frame in the
    video. `sound` copies the sound of those frames. `title` says in a LipError what could not be encoded.
    """
    rate, (tick, starts) = frame_rate(selection), _times(selection)
    code = time_code(selection)
    try:
        with ExitStack() as stack:
            options = {} if container_format == "webm" else {"movflags": "+faststart"}
            container = stack.enter_context(av.open(str(path), "w", format=container_format, options=options))
            if code is not None:
                container.metadata["timecode"] = code
            stream = _add_stream(container, encoders, rate, tick, title)
            copied = stack.enter_context(Sound(selection, container)) if sound else None
            count = 0

            def mux(packets: list[Packet[av.VideoStream]]) -> None:
                for packet in packets:
                    if packet.pts is not None:  # without it the last picture is shown as long as the one before
                        packet.duration = starts[bisect_right(starts, packet.pts)] - packet.pts
                container.mux(packets)

            def write(picture: av.VideoFrame) -> None:
                nonlocal count
                if count == 0:
                    stream.height, stream.width = picture.height, picture.width
                picture.pts, picture.time_base = starts[count], tick
                mux(stream.encode(picture))
                count += 1
                if copied is not None:
                    copied.write_until(float(starts[count] * tick))

            yield write
            mux(stream.encode(None))
            if copied is not None:
                copied.write_until(math.inf)
    except av.FFmpegError as error:
        reason = explain(error) if isinstance(error, OSError) else str(error)
        raise LipError(f"Cannot encode {title}: {reason}.") from error


def frame_rate(selection: Selection) -> Fraction:
    """The video's frames per second as a fraction: 29.97... is 30000/1001; LipError if it is not above zero."""
    rate = selection.source.frame_rate
    if not (math.isfinite(rate) and rate > 0):
        raise LipError(f"The video's frame rate {rate} is not above zero.")
    return Fraction(rate).limit_denominator(_TICKS)


def time_code(selection: Selection) -> str | None:
    """The time code of the first chosen frame, or None if the video has none."""
    code = None if selection.pictures is None else read_time_code(selection.pictures.path)
    return None if code is None else later(code, selection.first, selection.source.frame_rate)


def _times(selection: Selection) -> tuple[Fraction, list[int]]:
    """The unit of time, and when each chosen frame begins and the last one ends, in that unit."""
    seconds = selection.pictures.frame_seconds if selection.pictures else ()
    if not len(seconds):
        return 1 / frame_rate(selection), list(range(len(selection.frames) + 1))
    starts = np.cumsum([0.0, *(seconds[frame] for frame in selection.frames)])
    ticks = np.rint(starts * _TICKS).astype(np.int64)
    order = np.arange(len(ticks))
    return Fraction(1, _TICKS), (np.maximum.accumulate(ticks - order) + order).tolist()  # at least a tick each


def _add_stream(
    container: av.container.OutputContainer, encoders: Sequence[Encoder], rate: Fraction, tick: Fraction, title: str
) -> av.VideoStream:
    """A stream of the first encoder that this build of FFmpeg has."""
    for encoder in encoders:
        if encoder.name in av.codecs_available:
            stream = container.add_stream(encoder.name, rate=rate, options=dict(encoder.options))
            assert isinstance(stream, av.VideoStream)
            context = stream.codec_context
            stream.pix_fmt = encoder.pixels
            stream.time_base = context.time_base = tick
            if encoder.tag:
                context.codec_tag = encoder.tag
            if tick * rate != 1:  # MP4 holds the times of decoding; where they are those of showing, the end is exact
                context.max_b_frames = 0
            for name in ("color_primaries", "color_trc", "colorspace"):
                setattr(context, name, _BT709)
            context.color_range = _LIMITED
            return stream
    names = " or ".join(encoder.name for encoder in encoders)
    raise LipError(f"Cannot encode {title}: the installed FFmpeg has no encoder {names}.")
