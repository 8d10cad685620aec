"""OpenEXR: a file a frame with a named layer per object, either its matte or its colours in linear light."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.export.delivery.layers import Layers, layers
from lipcore.export.delivery.names import SEQUENCE_TEMPLATE, FileNames, delivery, unique_names
from lipcore.export.formats import option
from lipcore.export.selection import Selection
from lipcore.export.video_file import frame_rate, time_code
from lipcore.video.streams.timecode import later, parts

_NO_LAYER = re.compile(r"[^\w-]+")  # letters and digits of any language stay; a dot would end the layer's name
_MATTES, _COLOURS = "mattes", "colours"

Channels = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class ExrOptions:
    """What a layer and a file hold, and how files are called."""

    layers: str = option(_MATTES, "What a layer holds", (_MATTES, _COLOURS))
    per_object: bool = option(False, "A file per object")
    name_template: str = option(SEQUENCE_TEMPLATE, "Names of the files")
    first_frame: int = option(0, "Number of the video's first frame")


def write_exr(selection: Selection, path: Path, options: ExrOptions) -> Iterator[None]:
    """Write half floats: "NAME.A" per object and "Y" of all, or R, G, B and A of every layer and of all.

    Colours are multiplied by alpha and in linear light, as OpenEXR has them. A file of its own per object has its layer
    alone.
    """
    names, titles, header = _names(selection, options), layer_names(selection), header_of(selection)
    make = _matte if options.layers == _MATTES else _colours
    for layer in layers(selection):
        for number in names.numbers:
            shown = titles if number is None else {number: titles[number]}
            channels: dict[str, NDArray[Any]] = {}
            for each, title in shown.items():
                channels |= {f"{title}.{name}": values for name, values in make(layer, each).items()}
            whole = make(layer, number)
            channels |= {"Y": whole["A"]} if options.layers == _MATTES else whole
            write_channels(path / names.of(number, layer.frame), channels, header(layer.frame))
        yield


def layer_names(selection: Selection) -> dict[int, str]:
    """The names of layers by object: letters, digits, _ and -, no two alike."""
    return unique_names(selection, lambda name: _NO_LAYER.sub("_", name).strip("_")[:60] or "object")


def header_of(selection: Selection) -> Callable[[int], dict[str, Any]]:
    """What tells a frame's header: the frame rate, and the time code where the video has one."""
    rate, start = frame_rate(selection), time_code(selection)

    def header(frame: int) -> dict[str, Any]:
        code = None if start is None else later(start, frame - selection.first, selection.source.frame_rate)
        found: dict[str, Any] = {"framesPerSecond": rate}
        if code is not None:
            hours, minutes, seconds, frames, is_dropped = parts(code)
            found["timeCode"] = OpenEXR.TimeCode(hours, minutes, seconds, frames, int(is_dropped), *[0] * 13)
        return found

    return header


def write_channels(path: Path, channels: Channels, header: Mapping[str, Any]) -> None:
    """Write one part of scan lines without loss; float16 and float32 (H, W) stay what they are. OSError."""
    kind = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    rows = {name: np.ascontiguousarray(values) for name, values in channels.items()}
    try:
        OpenEXR.File({**kind, **header}, rows).write(str(path))
    except RuntimeError as error:  # of the system, too
        reason = str(error).rstrip(".").rpartition(". ")[2]
        raise LipError(f"Cannot write {path.name}: {reason[:1].lower()}{reason[1:]}.") from error


def _matte(layer: Layers, number: int | None) -> Channels:
    return {"A": layer.alpha(number).astype(np.float16)}


def _colours(layer: Layers, number: int | None) -> Channels:
    alpha, colours = layer.alpha(number), linear(layer.colours(number))
    shown = (colours * alpha[..., None]).astype(np.float16)
    return {"R": shown[..., 0], "G": shown[..., 1], "B": shown[..., 2], "A": alpha.astype(np.float16)}


def linear(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """Colours 0..1 of sRGB as linear light 0..1."""
    dark = colours <= 0.04045
    return np.where(dark, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _names(selection: Selection, options: ExrOptions) -> FileNames:
    return FileNames(selection, options.name_template, ".exr", options.per_object, options.first_frame)


def _becomes(selection: Selection, options: ExrOptions, number: int) -> str:
    return f"layer {layer_names(selection)[number]}"


def _check(selection: Selection, options: ExrOptions) -> tuple[str, ...]:
    frame_rate(selection)
    return ()


EXR = delivery("", ExrOptions, write_exr, _names, lambda options: options.layers == _COLOURS, _becomes, _check)
