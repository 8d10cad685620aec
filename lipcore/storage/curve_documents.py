"""Curves as plain JSON data, and back with every number checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from lipcore.curves.curve import MOST_CURVES, Curve, Key
from lipcore.curves.shape import MOST_POINTS, Shape
from lipcore.errors import LipError
from lipcore.project.objects import VideoObject
from lipcore.storage.fields import as_flag, as_integer, as_list, as_number, as_object

_HIGHEST_NUMBER = 1_000_000


def shape_document(shape: Shape) -> list[list[float]]:
    """The points of a shape: x, y of each, and the x, y of both its handles where it has any."""
    flat: list[list[float]] = shape.points.reshape(len(shape), 6).tolist()
    return [point if any(point[2:]) else point[:2] for point in flat]


def decode_shape(value: object) -> Shape:
    """The shape that `shape_document` wrote; LipError, the end of a sentence, if it is none."""
    points = as_list(value, "a shape", MOST_POINTS)
    values = np.zeros((len(points), 6))
    for row, point in zip(values, points, strict=True):
        numbers = [as_number(each, "a coordinate of a point") for each in as_list(point, "a point", 6)]
        if len(numbers) not in (2, 6):
            raise LipError("a point must have two or six numbers")
        row[: len(numbers)] = numbers
    return Shape(values.reshape(-1, 3, 2))


def curve_document(curve: Curve, shape: Callable[[Shape], object] = shape_document) -> dict[str, object]:
    """A curve as JSON keeps it, each shape as `shape` gives it."""
    return {
        "number": curve.number,
        "subtract": curve.subtract,
        "smooth": curve.smooth,
        "keys": [[key.frame, shape(key.shape)] for key in curve.keys],
    }


def decode_curve(value: object, frame_count: int, shape: Callable[[object], Shape] = decode_shape) -> Curve:
    """The curve that `curve_document` wrote, in a video of so many frames; LipError, the end of a sentence."""
    item = as_object(value, "a curve")
    keys = []
    for key in as_list(item.get("keys"), "keys", frame_count):
        pair = as_list(key, "a key", 2)
        if len(pair) != 2:
            raise LipError("a key must have a frame and a shape")
        keys.append(Key(as_integer(pair[0], "the frame of a key", 0, frame_count - 1), shape(pair[1])))
    return Curve(
        as_integer(item.get("number"), "the number of a curve", 1, _HIGHEST_NUMBER),
        tuple(keys),
        as_flag(item.get("subtract"), "subtract"),
        as_flag(item.get("smooth"), "smooth"),
    )


def curves_document(objects: Iterable[VideoObject]) -> dict[str, list[dict[str, object]]]:
    """The curves of a project by the object's id; objects without curves are left out."""
    return {str(item.object_id): list(map(curve_document, item.curves)) for item in objects if item.curves}


def with_curves(
    objects: tuple[VideoObject, ...], value: object, frame_count: int, dropped: list[str] | None = None
) -> tuple[VideoObject, ...]:
    """The objects with the curves that `curves_document` wrote, or None for none, which older programs write.

    What cannot be read is told in `dropped`, a sentence for each curve, and left out; LipError, the end of a
    sentence, if there is no such list.
    """
    known = {str(item.object_id): item for item in objects}
    try:
        listed = {} if value is None else as_object(value, "curves")
    except LipError as error:
        _refuse(str(error), dropped)
        return objects
    for key, curves in listed.items():
        try:
            items = as_list(curves, "curves", MOST_CURVES)
            if key not in known:
                raise LipError(f"there is no object {key[:10]!r} for its curves")
        except LipError as error:
            _refuse(str(error), dropped)
            continue
        for item in items:
            try:
                found = decode_curve(item, frame_count)
                known[key] = replace(known[key], curves=(*known[key].curves, found))
            except LipError as error:
                _refuse(f"a curve of {known[key].name} cannot be read: {str(error).rstrip('.')}", dropped)
    return tuple(known[str(item.object_id)] for item in objects)


def _refuse(reason: str, dropped: list[str] | None) -> None:
    if dropped is None:
        raise LipError(reason)
    dropped.append(f"{reason[0].upper()}{reason[1:]}.")
