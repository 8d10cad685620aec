"""labelme: a JSON file per frame; polygons, rectangles (also turned ones), circles and masks become label maps.

Shapes with the same label and `group_id` are one object, in one frame its pieces. Points and lines have no inside and
are left out, which is remarked. Paths in the file are never opened: a file belongs to the frame it is named after.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from pathlib import Path, PureWindowsPath

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.files import explain, natural_key
from lipcore.importing.json_file import check_size, list_of_objects, read_object, scalar
from lipcore.importing.mask_reader import png_size
from lipcore.importing.matching import match_frames
from lipcore.importing.polygons import fill_shape, points_of
from lipcore.importing.result import (
    ImportedFrame,
    ImportOptions,
    LabelImport,
    VideoShape,
    assign_ids,
    imported_object,
    overlap_notes,
    paint,
)
from lipcore.masks import IGNORE, MAX_OBJECT_ID, decode_label_map

_AREAS = ("polygon", "rectangle", "oriented_rectangle", "circle", "mask")
_MAX_SHAPES = 4 * MAX_OBJECT_ID


def open_labelme(path: Path, video: VideoShape, options: ImportOptions) -> LabelImport:
    """Read the names in a JSON file or in all those of a folder; shapes are drawn frame by frame. LipError."""
    files = _files(path)
    notes: tuple[str, ...] = ()
    if options.frame is not None and len(files) == 1:
        frames = [options.frame]
        if not 0 <= options.frame < len(video.frame_names):
            raise LipError(f"Cannot import {path.name}: the video has no frame {options.frame}.")
    else:
        frames, notes = _match(files, video, path.name)
    ordered = sorted(zip(frames, files, strict=True))
    keys: dict[tuple[str, int | None], None] = {}
    for _, file in ordered:
        for shape in _shapes(read_object(file), video, file.name):
            keys.setdefault(_key(shape, file.name))
    order = [key for key in keys if key != ("ignore", IGNORE)]
    ids = assign_ids(order, {key: key[1] for key in order}, path.name)
    objects = {number: imported_object(number, key[0]) for key, number in ids.items() if isinstance(key, tuple)}
    ids[("ignore", IGNORE)] = IGNORE

    def read() -> Iterator[ImportedFrame]:
        for frame, file in ordered:
            yield _draw(frame, _shapes(read_object(file), video, file.name), ids, video, file.name)

    return LabelImport([frame for frame, _ in ordered], dict(sorted(objects.items())), notes, read)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    try:
        found = [
            entry for entry in path.iterdir() if entry.suffix.lower() == ".json" and not entry.name.startswith(".")
        ]
    except OSError as error:
        raise LipError(f"Cannot read the folder {path}: {explain(error)}.") from error
    if not found:
        raise LipError(f"Cannot import {path}: there is no JSON file in it.")
    return sorted(found, key=lambda file: natural_key(file.name))


def _match(files: Sequence[Path], video: VideoShape, source: str) -> tuple[list[int], tuple[str, ...]]:
    """By the files' own names; a single file also by the name of the picture it was drawn on."""
    try:
        return match_frames([file.stem for file in files], video.frame_names, source)
    except LipError:
        if len(files) > 1:
            raise
        picture = PureWindowsPath(str(read_object(files[0]).get("imagePath", ""))).stem
        return match_frames([picture], video.frame_names, source)


def _shapes(content: dict[str, object], video: VideoShape, source: str) -> list[dict[str, object]]:
    check_size(content.get("imageHeight"), content.get("imageWidth"), (video.height, video.width), source)
    shapes = list_of_objects(content, "shapes", source)
    if len(shapes) > _MAX_SHAPES:
        raise LipError(f"Cannot import {source}: it has more than {_MAX_SHAPES} shapes.")
    return shapes


def _kind(shape: dict[str, object]) -> str:
    kind = shape.get("shape_type", "polygon")
    return kind if isinstance(kind, str) else ""


def _key(shape: dict[str, object], source: str) -> tuple[str, int | None]:
    label, group = shape.get("label"), scalar(shape, "group_id")
    if not isinstance(label, str):
        raise LipError(f"Cannot import {source}: a shape has no label.")
    return label, group if isinstance(group, int) else None


def _draw(
    frame: int, shapes: Sequence[dict[str, object]], ids: dict[object, int], video: VideoShape, source: str
) -> ImportedFrame:
    labels, covered = np.zeros((video.height, video.width), np.uint8), 0
    left_out: dict[str, None] = {}
    for shape in shapes:
        kind = _kind(shape)
        number = ids.get(_key(shape, source))
        if number is None:
            raise LipError(f"Cannot import {source}: it changed while it was read.")
        if kind not in _AREAS:
            left_out[kind or "unknown"] = None
            continue
        points = points_of(shape.get("points"), video.height, video.width, source)
        if kind == "mask":
            mask: NDArray[np.bool_] | None = _pasted(shape.get("mask"), points, video, source)
        else:
            mask = fill_shape(kind, points, video.height, video.width)
        if mask is None:
            raise LipError(f"Cannot import {source}: a {kind} has {len(points)} points.")
        covered += paint(labels, mask, number)
    notes = tuple(f"{source}: shapes of type {kind} have no inside and were left out." for kind in left_out)
    return ImportedFrame(frame, labels, notes=notes + overlap_notes(covered, frame))


def _pasted(text: object, points: NDArray[np.float64], video: VideoShape, source: str) -> NDArray[np.bool_]:
    """The mask of a shape of type mask: a PNG in base64 between two corners, both of which are inside it."""
    refusal = LipError(f"Cannot import {source}: a mask does not fit the corners it is given.")
    if not isinstance(text, str) or len(points) != 2:
        raise refusal
    (left, top), (right, bottom) = points.astype(int).tolist()  # labelme cuts off decimals too
    if not (0 <= left <= right < video.width and 0 <= top <= bottom < video.height):
        raise refusal
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise refusal from error
    if png_size(data) != (bottom - top + 1, right - left + 1):
        raise refusal
    mask = np.zeros((video.height, video.width), np.bool_)
    mask[top : bottom + 1, left : right + 1] = decode_label_map(data, f"in {source}") != 0
    return mask
