"""Movies: ProRes 4444 with alpha, and black and white mattes in H.264, HEVC or VP9; one of all objects or one each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from numpy.typing import NDArray

from lipcore.export.delivery.layers import Alpha, Layers, as_whole, layers, rgba
from lipcore.export.delivery.names import VIDEO_TEMPLATE, FileNames, delivery
from lipcore.export.formats import option
from lipcore.export.selection import Selection
from lipcore.export.sound import check_sound
from lipcore.export.video_file import Encoder, video_file

_PRORES = Encoder("prores_ks", "yuva444p10le", {"profile": "4444", "alpha_bits": "16", "vendor": "apl0"})
# Keeps every value within one step; H.264 without any loss is a profile that few programs read.
_EXACT = (
    "no-psy=1:trellis=0:deadzone-intra=0:deadzone-inter=0:no-fast-pskip=1:no-dct-decimate=1:aq-mode=0:"
    "rc-lookahead=4:sync-lookahead=0"
)
_LOSSLESS = "lossless=1:log-level=none"
_AT_ONCE = 16  # movies, whose encoders take some 70 MB each at 1920 x 1080
_BLACK, _WHITE, _NO_COLOUR = 16, 235, 128  # of the limited range

_RED, _BLUE = 0.2126, 0.0722  # of brightness, by BT.709
_BRIGHTNESS = np.array([_RED, 1 - _RED - _BLUE, _BLUE])
# From red, green and blue 0..1 to brightness and two differences of colour, limited range, 10 bits.
_TO_TEN_BITS = np.array(
    [
        [*(876 * _BRIGHTNESS), 64],
        [*(448 / (1 - _BLUE) * (np.array([0, 0, 1]) - _BRIGHTNESS)), 512],
        [*(448 / (1 - _RED) * (np.array([1, 0, 0]) - _BRIGHTNESS)), 512],
    ],
    np.float32,
)

Movie = AbstractContextManager[Callable[[av.VideoFrame], None]]


@dataclass(frozen=True)
class _Codec:
    """How a matte is encoded: the container by its name and suffix, and the encoder."""

    container: str
    suffix: str
    encoder: Encoder


_CODECS = {
    "h264": _Codec("mp4", ".mp4", Encoder("libx264", options={"qp": "1", "preset": "fast", "x264-params": _EXACT})),
    "hevc": _Codec("mp4", ".mp4", Encoder("libx265", options={"preset": "fast", "x265-params": _LOSSLESS}, tag="hvc1")),
    "vp9": _Codec(
        "webm",
        ".webm",
        Encoder(
            "libvpx-vp9",
            options={"lossless": "1", "deadline": "good", "cpu-used": "5", "row-mt": "1", "lag-in-frames": "0"},
        ),
    ),
}


@dataclass(frozen=True)
class ProResOptions:
    """What one movie holds, and how it is called where there are several."""

    per_object: bool = option(False, "A file per object")
    premultiplied: bool = option(False, "Colours multiplied by alpha")
    sound: bool = option(False, "Copy the sound")
    name_template: str = option(VIDEO_TEMPLATE, "Names of the files, if one per object")


@dataclass(frozen=True)
class MatteVideoOptions:
    """What one movie holds, and how it is called where there are several."""

    codec: str = option("h264", "Encoded as", tuple(_CODECS))
    per_object: bool = option(False, "A file per object")
    sound: bool = option(False, "Copy the sound")
    name_template: str = option(VIDEO_TEMPLATE, "Names of the files, if one per object")


def write_prores(selection: Selection, path: Path, options: ProResOptions) -> Iterator[None]:
    """Write the picture with alpha, 10 bits of each colour and of alpha; any size as it is."""

    def picture(layer: Layers, number: int | None) -> av.VideoFrame:
        return _with_alpha(rgba(layer, number, options.premultiplied))

    def movie(file: Path) -> Movie:
        return video_file(file, "mov", [_PRORES], selection, "ProRes", options.sound)

    yield from _write(selection, _files(path, _prores_names(selection, options)), movie, picture)


def write_matte_video(selection: Selection, path: Path, options: MatteVideoOptions) -> Iterator[None]:
    """Write alpha as grey, white where a pixel is all an object's; an odd side gets one more row or column."""
    codec = _CODECS[options.codec]

    def movie(file: Path) -> Movie:
        return video_file(file, codec.container, [codec.encoder], selection, "the matte", options.sound)

    files = _files(path, _matte_names(selection, options))
    yield from _write(selection, files, movie, lambda layer, number: _grey(layer.alpha(number)))


def _write(
    selection: Selection,
    files: Sequence[tuple[int | None, Path]],
    movie: Callable[[Path], Movie],
    picture: Callable[[Layers, int | None], av.VideoFrame],
) -> Iterator[None]:
    """Write the movies of objects, so many at a time that their encoders fit in memory; yields once a frame in all."""
    groups, done = [files[first : first + _AT_ONCE] for first in range(0, len(files), _AT_ONCE)], 0
    for group in groups:
        with ExitStack() as stack:
            writes = [(number, stack.enter_context(movie(file))) for number, file in group]
            for layer in layers(selection):
                for number, write in writes:
                    write(picture(layer, number))
                done += 1
                if done % len(groups) == 0:
                    yield


def _with_alpha(pixels: NDArray[np.float32]) -> av.VideoFrame:
    """A picture of colours and alpha (H, W, 4) 0..1 with 10 bits of each; FFmpeg's own way mixes up rows of alpha."""
    height, width, _ = pixels.shape
    colours = cv2.transform(np.ascontiguousarray(pixels[..., :3]), _TO_TEN_BITS)
    planes = [*np.moveaxis(colours, -1, 0), pixels[..., 3] * np.float32(1023)]
    frame = av.VideoFrame(width, height, _PRORES.pixels)
    frame.colorspace, frame.color_range = Colorspace.ITU709, ColorRange.MPEG
    frame.color_primaries, frame.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    for plane, values in zip(frame.planes, planes, strict=True):
        rows = np.zeros((height, plane.line_size // 2), np.uint16)
        rows[:, :width] = np.rint(np.clip(values, 0, 1023))
        plane.update(rows.tobytes())
    return frame


def _grey(alpha: Alpha) -> av.VideoFrame:
    height, width = alpha.shape
    even = np.pad(alpha, ((0, height % 2), (0, width % 2)), mode="edge")
    grey = as_whole(_BLACK / 255 + even * ((_WHITE - _BLACK) / 255), 255)
    planes = np.concatenate([grey, np.full((grey.shape[0] // 2, grey.shape[1]), _NO_COLOUR, np.uint8)])
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")


def _files(path: Path, names: FileNames) -> list[tuple[int | None, Path]]:
    """The objects, None: all together, and the file of each."""
    if names.is_one_file:
        return [(None, path)]
    return [(number, path / names.of(number, names.selection.first)) for number in names.numbers]


def _prores_names(selection: Selection, options: ProResOptions) -> FileNames:
    return FileNames(selection, options.name_template, ".mov", options.per_object, None)


def _matte_names(selection: Selection, options: MatteVideoOptions) -> FileNames:
    return FileNames(selection, options.name_template, _CODECS[options.codec].suffix, options.per_object, None)


def _check(selection: Selection, options: ProResOptions | MatteVideoOptions) -> Sequence[str]:
    if options.sound:
        check_sound(selection)
    is_odd = selection.source.height % 2 or selection.source.width % 2
    if isinstance(options, MatteVideoOptions) and is_odd:
        return ("The codec needs even sides: the movie gets one more row or column.",)
    return ()


PRORES = delivery(
    ".mov",
    ProResOptions,
    write_prores,
    _prores_names,
    needs_pictures=lambda _: True,
    check=_check,
    suffix_of=lambda options: "" if options.per_object else ".mov",
)
MATTE_VIDEO = delivery(
    ".mp4",
    MatteVideoOptions,
    write_matte_video,
    _matte_names,
    needs_pictures=lambda _: True,
    check=_check,
    suffix_of=lambda options: "" if options.per_object else _CODECS[options.codec].suffix,
)
