"""Supervisely: projects of images, and annotations of videos; bitmaps, polygons and rectangles."""

from __future__ import annotations

import base64
import binascii
import io
import zlib
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image

from lipcore.errors import LipError
from lipcore.files import natural_key
from lipcore.importing.identity import Identity, identity, label_text, whole
from lipcore.importing.json_file import inner, json_files, list_of_objects, picture_stem, read_object, size_of
from lipcore.importing.marks import Mark, left_out_notes, marks_source
from lipcore.importing.mask_reader import png_size
from lipcore.importing.outlines import numbers_of
from lipcore.importing.polygons import fill_polygon, points_of
from lipcore.importing.result import ImportOptions
from lipcore.importing.source import Mask, Picture, Source, Special
from lipcore.masks import MAX_PIXELS, PICTURE_DAMAGE

Item: TypeAlias = dict[str, object]
_AREAS = ("bitmap", "polygon", "rectangle")
_MAX_DATA = 4 * MAX_PIXELS
_TRACKS = ("object_id", "object id", "track_id", "instance_id")


def read_supervisely(path: Path, options: ImportOptions) -> Source:
    """Read a project, one of its data sets or files, or the annotation of a video. LipError.

    In a video a figure's object is one object; in images the tag `object_id`, `track_id` or `instance_id` is, and
    without it objects are found from the classes.
    """
    files = _files(path, options)
    if len(files) == 1 and "frames" in (content := read_object(files[0])):
        return _read_video(content, files[0])
    pictures, left_out = [], []
    marks: list[Mark] = []
    for place, file in enumerate(files):
        content = read_object(file)
        pictures.append(Picture(picture_stem(file.stem), _size(content, file.name)))
        for item in list_of_objects(content, "objects", file.name):
            kind = str(item.get("geometryType"))
            if kind not in _AREAS:
                left_out.append(kind)
                continue
            name = label_text(item.get("classTitle"))
            marks.append(_mark(item, kind, place, name, _tagged(item), file.name))
    video = files[0].parent.parent.name if files[0].parent.name == "ann" else path.stem
    return marks_source(path.name, pictures, marks, left_out_notes(left_out), lone=path.is_file(), video=video)


def _files(path: Path, options: ImportOptions) -> list[Path]:
    """The annotations of a file, of a folder of them, or of one of several data sets; LipError."""
    if path.is_file() or not path.is_dir():
        return json_files(path)
    if (path / "ann").is_dir():
        return json_files(path / "ann")
    sets = sorted((folder.parent for folder in path.glob("*/ann")), key=lambda folder: natural_key(folder.name))
    if not sets:
        return json_files(path)
    names = [folder.name for folder in sets]
    wanted = options.video or (options.likely if options.likely in names or len(names) > 1 else names[0])
    if wanted not in names:
        raise LipError(f"Cannot import {path}: it has no data set {wanted!r}; there are {', '.join(names[:10])}.")
    return json_files(path / wanted / "ann")


def _read_video(content: Item, file: Path) -> Source:
    source = file.name
    named = {label_text(item.get("key")): item for item in list_of_objects(content, "objects", source)}
    order = {key: number for number, key in enumerate(named, start=1)}
    frames = [item for item in list_of_objects(content, "frames", source) if whole(item.get("index")) is not None]
    pictures, left_out = [], []
    marks: list[Mark] = []
    for place, item in enumerate(frames):
        index = whole(item.get("index"))
        pictures.append(Picture(f"{index:06d}", _size(content, source), index))
        for figure in list_of_objects(item, "figures", source):
            kind, key = str(figure.get("geometryType")), label_text(figure.get("objectKey"))
            if kind not in _AREAS:
                left_out.append(kind)
            elif key not in named:
                raise LipError(f"Cannot import {source}: a figure belongs to no object.")
            else:
                shape = inner(figure, "geometry")
                name = label_text(named[key].get("classTitle"))
                marks.append(_mark(shape, kind, place, name, order[key], source))
    return marks_source(source, pictures, marks, left_out_notes(left_out), video=picture_stem(file.stem))


def _size(content: Item, source: str) -> tuple[int, int] | None:
    size = inner(content, "size")
    return size_of(size.get("height"), size.get("width"), source)


def _tagged(item: Item) -> Identity:
    tags = item.get("tags")
    values = (
        {tag.get("name"): tag.get("value") for tag in tags if isinstance(tag, dict)} if isinstance(tags, list) else {}
    )
    return next((found for name in _TRACKS if (found := identity(values.get(name))) is not None), None)


def _mark(item: Item, kind: str, picture: int, name: str | None, track: Identity, source: str) -> Mark:
    def draw(height: int, width: int) -> Mask:
        if kind == "bitmap":
            return _pasted(inner(item, "bitmap"), height, width, source)
        points = inner(item, "points")
        outer = points_of(points.get("exterior"), height, width, source)
        if kind == "rectangle":
            (left, top), (right, bottom) = outer.min(axis=0).tolist(), outer.max(axis=0).tolist()
            outer = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        mask = fill_polygon(outer, height, width)
        holes = points.get("interior")
        for hole in holes if isinstance(holes, list) else ():
            mask &= ~fill_polygon(points_of(hole, height, width, source), height, width)
        return mask

    special = Special.IGNORED if name == "__ignore__" else None
    return Mark(picture, name, draw, track, name, special=special)


def _pasted(bitmap: Item, height: int, width: int, source: str) -> Mask:
    """A bitmap: a PNG, compressed once more, in base64, and where its upper left corner is."""
    refusal = LipError(f"Cannot import {source}: a bitmap is damaged or lies outside the picture.")
    origin = bitmap.get("origin")
    if not isinstance(origin, list) or len(origin) != 2 or not isinstance(bitmap.get("data"), str):
        raise refusal
    left, top = (int(number) for number in numbers_of(origin, source))
    try:
        data = base64.b64decode(str(bitmap["data"]), validate=True)
        data = zlib.decompressobj().decompress(data, _MAX_DATA)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise refusal from error
    size = png_size(data)
    if size is None or left < 0 or top < 0 or left + size[1] > width or top + size[0] > height:
        raise refusal
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            pixels = np.array(picture.convert("RGBA"))[..., 3] if "A" in picture.mode else np.array(picture)
    except PICTURE_DAMAGE as error:
        raise refusal from error
    mask = np.zeros((height, width), np.bool_)
    mask[top : top + size[0], left : left + size[1]] = (pixels if pixels.ndim == 2 else pixels.max(axis=2)) > 0
    return mask
