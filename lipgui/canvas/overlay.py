"""From a label map and a palette to coloured pixels: tint, contour, cut-outs and mattes, pure numpy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeVar, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

OverlayMode = Literal[
    "tint", "contour", "cutout", "raw", "matte", "alpha", "checkerboard", "black", "white", "colour", "edges"
]
ALL_MODES: tuple[OverlayMode, ...] = get_args(OverlayMode)
OVERLAY_MODES: tuple[OverlayMode, ...] = ("tint", "contour", "cutout", "raw")  # that follow each other by key

Kind = TypeVar("Kind", bound=np.generic)

HALO_OPACITY = 0x58 / 255  # of the shadow just outside a contour
_HALO = 0x58000000
_BACKDROPS = {"cutout": (84, 84, 88), "white": (255, 255, 255)}  # what objects lie on; black in other modes
_CHECKERS = (0xFF999999, 0xFF666666)
_CHECKER_SIDE = 6  # line widths
ONION_WIDTH = 2  # pixels of the line around the masks of another frame
_ONION_DASH = 6  # pixels


@dataclass(frozen=True)
class OverlayStyle:
    """How labels look: palette (256, 3) uint8 RGB, opacity of the tint 0..1, hidden objects, line width in pixels.

    `backdrop` is the RGB colour that objects lie on in the mode "colour".
    """

    palette: NDArray[np.uint8]
    mode: OverlayMode = "tint"
    opacity: float = 0.45
    hidden: frozenset[int] = field(default_factory=frozenset)
    line_width: int = 2
    backdrop: tuple[int, int, int] = (0, 160, 60)


def colour_table(style: OverlayStyle) -> NDArray[np.uint32]:
    """(512,) premultiplied 0xAARRGGBB: row `label` is the colour inside an object, row 256 + `label` at its contour."""
    table = np.zeros(512, np.uint32)
    if style.mode == "raw":
        return table
    table[256:] = _premultiplied(style.palette, 1.0)
    table[256] = _HALO
    if style.mode == "tint":
        table[1:256] = _premultiplied(style.palette[1:], style.opacity)
    if style.mode in ("matte", "alpha"):
        table[1:256] = 0xFFFFFFFF
    return table


def has_backdrop(style: OverlayStyle) -> bool:
    """Whether objects lie on something else than the picture."""
    return style.mode not in ("tint", "contour", "raw")


def backdrop_pixels(
    style: OverlayStyle, shape: tuple[int, int], origin: tuple[int, int] = (0, 0)
) -> NDArray[np.uint32]:
    """(H, W) opaque 0xAARRGGBB of what objects lie on; `origin` x, y is where the pixels are on the screen."""
    if style.mode == "checkerboard":
        side = _CHECKER_SIDE * style.line_width
        rows, columns = np.arange(shape[0]) + origin[1], np.arange(shape[1]) + origin[0]
        return np.take(np.array(_CHECKERS, np.uint32), (rows[:, None] // side + columns // side) % 2)
    colour = style.backdrop if style.mode == "colour" else _BACKDROPS.get(style.mode, (0, 0, 0))
    return np.full(shape, _premultiplied(np.array([colour], np.uint8), 1.0)[0], np.uint32)


def overlay_pixels(
    labels: NDArray[np.uint8], style: OverlayStyle, margin: int = 0, origin: tuple[int, int] = (0, 0)
) -> NDArray[np.uint32]:
    """(H - 2 margin, W - 2 margin) premultiplied 0xAARRGGBB of labels, (H, W) uint8, each pixel drawn as it is.

    `origin` x, y is where the result is on the screen. The margin is looked at for contours only, so a part of the
    picture composes exactly as the whole does.
    """
    visible = without(labels, style.hidden)
    inner = _cropped(visible, margin)
    table = colour_table(style)
    pixels = np.take(table[:256], inner)
    if has_backdrop(style):
        empty = (inner == 0) | (style.mode == "edges")
        pixels = np.where(empty, backdrop_pixels(style, (inner.shape[0], inner.shape[1]), origin), pixels)
    if style.mode in ("tint", "contour", "edges"):
        lines = _cropped(contours(visible, style.line_width), margin)
        if style.mode == "edges":
            lines &= inner > 0
        pixels[lines] = np.take(table[256:], inner[lines])
    return pixels


def onion_pixels(
    labels: NDArray[np.uint8], style: OverlayStyle, margin: int = 0, origin: tuple[int, int] = (0, 0)
) -> NDArray[np.uint32]:
    """Dashed contours of another frame's labels, in the colours of their objects; `origin` x, y anchors the dashes."""
    visible = without(labels, style.hidden)
    lines = _cropped(contours(visible, ONION_WIDTH) & (visible > 0), margin)
    lines = lines & onion_dashes((lines.shape[0], lines.shape[1]), origin)
    table = _premultiplied(style.palette // 2 + 127, 1.0)
    table[0] = 0
    pixels: NDArray[np.uint32] = np.take(table, _cropped(visible, margin) * lines)
    return pixels


def onion_dashes(shape: tuple[int, int], origin: tuple[int, int]) -> NDArray[np.bool_]:
    """(H, W) bool: where dashed lines are drawn, in steps that stay in place on the screen."""
    rows, columns = np.arange(shape[0]) + origin[1], np.arange(shape[1]) + origin[0]
    return np.asarray((rows[:, None] + columns) // _ONION_DASH % 2 == 0, np.bool_)


def contours(labels: NDArray[np.uint8], width: int) -> NDArray[np.bool_]:
    """(H, W) bool: pixels within `width` of another label, on both sides of the border."""
    kernel = np.ones((2 * width + 1, 2 * width + 1), np.uint8)
    gradient = cv2.morphologyEx(labels, cv2.MORPH_GRADIENT, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(gradient > 0, np.bool_)


def without(labels: NDArray[np.uint8], hidden: frozenset[int]) -> NDArray[np.uint8]:
    """The labels with hidden objects made background; the same array when nothing is hidden."""
    if not hidden:
        return labels
    table = np.arange(256, dtype=np.uint8)
    table[list(hidden)] = 0
    return np.take(table, labels)


def _cropped(pixels: NDArray[Kind], margin: int) -> NDArray[Kind]:
    return pixels[margin : pixels.shape[0] - margin, margin : pixels.shape[1] - margin]


def _premultiplied(colours: NDArray[np.uint8], opacity: float) -> NDArray[np.uint32]:
    """(N,) 0xAARRGGBB of (N, 3) RGB at one opacity."""
    scaled = np.rint(colours.astype(np.float64) * opacity).astype(np.uint32)
    alpha = np.uint32(round(255 * opacity))
    return (alpha << np.uint32(24)) | (scaled[:, 0] << np.uint32(16)) | (scaled[:, 1] << np.uint32(8)) | scaled[:, 2]
