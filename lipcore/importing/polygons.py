"""Polygons and other outlines as masks, with every coordinate checked before it is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pycocotools import mask as coco_mask

from lipcore.errors import LipError
from lipcore.importing.run_lengths import decode_run_lengths

MAX_OUTLINE = 500_000.0  # longest outline of one polygon in pixels; the work of filling it grows with it


def points_of(value: object, height: int, width: int, source: str) -> NDArray[np.float64]:
    """A list of [x, y] pairs as (N, 2) float, at most one picture outside the picture; LipError."""
    pairs = value if isinstance(value, list) else []
    flat = [number for pair in pairs if isinstance(pair, list) and len(pair) == 2 for number in pair]
    return _checked(flat if len(flat) == 2 * len(pairs) else [], height, width, source)


def fill_coco(polygons: Sequence[object], height: int, width: int, source: str) -> NDArray[np.bool_]:
    """The union of COCO polygons, each a flat list x1 y1 x2 y2 ..., filled as COCO does it: (H, W) bool; LipError."""
    outlines = [_checked(polygon, height, width, source) for polygon in polygons]
    _check_length(sum(_length(outline) for outline in outlines), source)
    checked = [outline.ravel().tolist() for outline in outlines if len(outline) >= 3]
    if not checked:
        return np.zeros((height, width), np.bool_)
    codes = coco_mask.frPyObjects(checked, height, width)
    while len(codes) > 1:  # few at a time: each union costs as much as all runs of its parts
        codes = [coco_mask.merge(codes[first : first + 32]) for first in range(0, len(codes), 32)]
    code = codes[0]
    return decode_run_lengths(code["counts"].decode("ascii"), height, width, source)


def fill_shape(kind: str, points: NDArray[np.float64], height: int, width: int) -> NDArray[np.bool_] | None:
    """A labelme polygon, rectangle or circle as labelme fills it: (H, W) bool; None if the points do not make one.

    Points are (N, 2) x, y: all corners, two opposite corners of a rectangle, or the centre and a point of the circle.
    """
    picture = Image.new("1", (width, height))
    draw = ImageDraw.Draw(picture)
    corners = ("rectangle", "oriented_rectangle", "rotation")  # four corners, as X-AnyLabeling writes all of these
    if (kind == "polygon" and len(points) >= 3) or (kind in corners and len(points) == 4):
        draw.polygon([(x, y) for x, y in points.tolist()], outline=1, fill=1)
    elif kind == "rectangle" and len(points) == 2:
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        draw.rectangle((left, top, right, bottom), outline=1, fill=1)
    elif kind == "circle" and len(points) == 2:
        (x, y), radius = points[0].tolist(), math.dist(points[0], points[1])
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=1, fill=1)
    else:
        return None
    return np.array(picture, np.bool_)


def fill_polygon(points: NDArray[np.float64], height: int, width: int) -> NDArray[np.bool_]:
    """A polygon (N, 2) of x, y filled with its edges, decimals cut off, as Ultralytics and Supervisely do: (H, W) bool.

    It is exact for outlines that run through the outermost pixels. Fewer than three points give nothing.
    """
    picture = np.zeros((height, width), np.uint8)
    if len(points) >= 3:
        cv2.fillPoly(picture, [np.trunc(points).astype(np.int32)], 1)
    return picture > 0


def _checked(numbers: object, height: int, width: int, source: str) -> NDArray[np.float64]:
    """(N, 2) float from a flat list of numbers."""
    refusal = LipError(f"Cannot import {source}: a shape has points that are not pairs of numbers near the picture.")
    if not isinstance(numbers, list) or len(numbers) % 2 or not numbers:
        raise refusal
    if not all(type(number) in (int, float) and -1e9 < number < 1e9 for number in numbers):  # also refuses NaN
        raise refusal
    points = np.array(numbers, np.float64).reshape(-1, 2)
    size = np.array([width, height], np.float64)
    if bool((points < -size).any()) or bool((points > 2 * size).any()):
        raise refusal
    _check_length(_length(points), source)
    return points


def _length(points: NDArray[np.float64]) -> float:
    """Length of a closed outline (N, 2) in pixels, the longer of the two directions counting for each step."""
    return float(np.abs(np.diff(points, axis=0, append=points[:1])).max(axis=1).sum())


def _check_length(length: float, source: str) -> None:
    if length > MAX_OUTLINE:
        raise LipError(f"Cannot import {source}: the outline of a shape is longer than {MAX_OUTLINE:,.0f} pixels.")
