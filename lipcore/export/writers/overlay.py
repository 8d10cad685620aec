"""Overlay video: the video with its objects tinted and outlined, as H.264 in MP4."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.packet import Packet
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.export.formats import Writer, option
from lipcore.export.selection import Selection
from lipcore.files import explain
from lipcore.masks import IGNORE, object_ids

_CODECS: tuple[tuple[str, dict[str, str]], ...] = (
    ("libx264", {"crf": "18", "preset": "veryfast"}),
    ("libopenh264", {}),
    ("mpeg4", {"qscale": "3"}),
)
_BT709 = 1
_TICKS = 60_000
"""Units of time in a second: MPEG-4 allows no more than 65,535."""


@dataclass(frozen=True)
class OverlayOptions:
    """How the objects are shown."""

    opacity: float = option(0.5, "Opacity of the tint, 0 to 1")
    outline: bool = option(True, "Outline the objects")
    names: bool = option(False, "Write the objects' names")


def paint(
    picture: NDArray[np.uint8], labels: NDArray[np.uint8], colours: NDArray[np.uint8], options: OverlayOptions
) -> NDArray[np.uint8]:
    """The picture (H, W, 3) with every object of labels (H, W) tinted in its row of colours (256, 3); 255 is left."""
    inside = (labels > 0) & (labels != IGNORE)
    painted = picture.copy()
    tint = colours[labels[inside]].astype(np.float32)
    painted[inside] = np.rint(picture[inside] * (1 - options.opacity) + tint * options.opacity).astype(np.uint8)
    if options.outline:
        edge = (cv2.morphologyEx(labels, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0) & inside
        painted[edge] = colours[labels[edge]]
    return painted


def write_overlay(selection: Selection, path: Path, options: OverlayOptions) -> Iterator[None]:
    """Write the chosen frames, one frame of the file for one of the video, each shown as long as there.

    A picture with an odd side is extended by one repeated row or column, as the codec needs even sides.
    """
    if not 0 <= options.opacity <= 1:
        raise LipError(f"The opacity must be from 0 to 1, not {options.opacity}.")
    colours = np.array([selection.colour(number) for number in range(256)], np.uint8)
    frame_rate = selection.source.frame_rate
    if not (math.isfinite(frame_rate) and frame_rate > 0):
        raise LipError(f"The video's frame rate {frame_rate} is not above zero.")
    rate = Fraction(frame_rate).limit_denominator(_TICKS)  # 29.97... becomes 30000/1001
    tick, starts = _times(selection, rate)
    odd = ((0, selection.source.height % 2), (0, selection.source.width % 2), (0, 0))
    try:
        with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
            stream = _add_stream(container, rate, tick)
            stream.height = selection.source.height + odd[0][1]
            stream.width = selection.source.width + odd[1][1]
            for number, frame in enumerate(selection.frames):
                labels = selection.labels(frame)
                painted = paint(selection.picture(frame), labels, colours, options)
                if options.names:
                    _write_names(painted, selection, labels)
                shown = av.VideoFrame.from_ndarray(np.pad(painted, odd, mode="edge"), format="rgb24")
                shown = shown.reformat(format="yuv420p", dst_colorspace="itu709")
                shown.pts, shown.time_base = starts[number], tick
                container.mux(_lasting(stream.encode(shown), starts))
                yield
            container.mux(_lasting(stream.encode(None), starts))
    except av.FFmpegError as error:
        reason = explain(error) if isinstance(error, OSError) else str(error)
        raise LipError(f"Cannot encode the overlay video: {reason}.") from error


def _times(selection: Selection, rate: Fraction) -> tuple[Fraction, list[int]]:
    """The unit of time, and when each chosen frame begins and the last one ends, in that unit."""
    seconds = selection.pictures.frame_seconds if selection.pictures else ()
    if not len(seconds):
        return 1 / rate, list(range(len(selection.frames) + 1))
    starts = np.cumsum([0.0, *(seconds[frame] for frame in selection.frames)])
    ticks = np.rint(starts * _TICKS).astype(np.int64)
    order = np.arange(len(ticks))
    return Fraction(1, _TICKS), (np.maximum.accumulate(ticks - order) + order).tolist()  # at least a tick each


def _lasting(packets: list[Packet[av.VideoStream]], starts: list[int]) -> list[Packet[av.VideoStream]]:
    """The packets, each with its duration, without which the last picture is shown as long as the one before."""
    for packet in packets:
        if packet.pts is not None:
            packet.duration = starts[bisect_right(starts, packet.pts)] - packet.pts
    return packets


def _add_stream(container: av.container.OutputContainer, rate: Fraction, tick: Fraction) -> av.VideoStream:
    """A stream of the best codec this build of FFmpeg has."""
    for codec, options in _CODECS:
        if codec in av.codecs_available:
            stream = container.add_stream(codec, rate=rate, options=dict(options))
            assert isinstance(stream, av.VideoStream)
            stream.pix_fmt = "yuv420p"
            stream.time_base = stream.codec_context.time_base = tick
            if tick * rate != 1:  # MP4 holds the times of decoding; where they are those of showing, the end is exact
                stream.codec_context.max_b_frames = 0
            for name in ("color_primaries", "color_trc", "colorspace"):
                setattr(stream.codec_context, name, _BT709)
            return stream
    raise LipError("Cannot encode the overlay video: the installed FFmpeg has no H.264 or MPEG-4 encoder.")


def _write_names(picture: NDArray[np.uint8], selection: Selection, labels: NDArray[np.uint8]) -> None:
    """Write each object's name at the middle of its top edge, white on black."""
    size = max(selection.source.height / 900, 0.4)
    for number in object_ids(labels):
        mask = labels == number
        top = int(np.flatnonzero(mask.any(axis=1))[0])
        centre = int(np.flatnonzero(mask[top]).mean())
        text = selection.name(number).encode("ascii", "replace").decode("ascii")
        (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
        place = (min(max(centre - width // 2, 0), max(picture.shape[1] - width, 0)), max(top - 4, height + 1))
        for colour, thickness in (((0, 0, 0), 3), ((255, 255, 255), 1)):
            cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, thickness, cv2.LINE_AA)


OVERLAY = Writer(".mp4", OverlayOptions, write_overlay, lambda _: True, becomes=lambda *_: "its colour")
