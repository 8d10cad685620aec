"""Overlay video: the video with its objects tinted and outlined, as H.264 in MP4."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.export.formats import Writer, option
from lipcore.export.selection import Selection
from lipcore.export.video_file import Encoder, video_file
from lipcore.masks import IGNORE, object_ids

_ENCODERS = (
    Encoder("libx264", options={"crf": "18", "preset": "veryfast"}),
    Encoder("libopenh264"),
    Encoder("mpeg4", options={"qscale": "3"}),
)


@dataclass(frozen=True)
class OverlayOptions:
    """How the objects are shown."""

    opacity: float = option(0.5, "Opacity of the tint, 0 to 1")
    outline: bool = option(True, "Outline the objects")
    names: bool = option(False, "Write the objects' names")
    sound: bool = option(False, "Copy the sound")


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
    odd = ((0, selection.source.height % 2), (0, selection.source.width % 2), (0, 0))
    with video_file(path, "mp4", _ENCODERS, selection, "the overlay video", options.sound) as write:
        for frame in selection.frames:
            labels = selection.labels(frame)
            painted = paint(selection.picture(frame), labels, colours, options)
            if options.names:
                _write_names(painted, selection, labels)
            shown = av.VideoFrame.from_ndarray(np.pad(painted, odd, mode="edge"), format="rgb24")
            write(shown.reformat(format="yuv420p", dst_colorspace="itu709"))
            yield


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
