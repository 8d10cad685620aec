"""CVAT: the XML of images and of videos; masks, polygons, boxes and ellipses."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np

from lipcore.errors import LipError
from lipcore.files import read_bytes
from lipcore.importing.identity import Identity, identity, whole
from lipcore.importing.json_file import MAX_BYTES, picture_stem, size_of
from lipcore.importing.marks import Mark, left_out_notes, marks_source
from lipcore.importing.outlines import box_outline, ellipse_outline, numbers_of
from lipcore.importing.polygons import fill_coco
from lipcore.importing.result import ImportOptions
from lipcore.importing.run_lengths import decode_run_lengths
from lipcore.importing.source import Mask, Picture, Source, Special

_AREAS = ("mask", "polygon", "box", "ellipse")
_NO_AREAS = ("polyline", "points", "cuboid", "skeleton")
_TRACKS = ("track_id", "instance_id", "object_id")


def cvat_file(folder: Path) -> Path | None:
    """The annotations in the folder of a task: `annotations.xml`, else the only XML file; None if there is none."""
    files = sorted(folder.glob("[!.]*.xml"))
    usual = folder / "annotations.xml"
    return usual if usual.is_file() else files[0] if len(files) == 1 else None


def read_cvat(path: Path, options: ImportOptions) -> Source:
    """Read the `annotations.xml` of a task, or the folder that has it. LipError.

    In the XML of videos a track is an object; in that of images the attribute `track_id`, `instance_id` or `object_id`
    is, and without it objects are found from the labels.
    """
    file = (cvat_file(path) or path / "annotations.xml") if path.is_dir() else path
    root = _parse(file)
    pictures: list[Picture] = []
    marks: list[Mark] = []
    for image in root.iter("image"):
        size = size_of(image.get("height"), image.get("width"), file.name)
        for shape in image:
            if shape.tag in _AREAS:
                marks.append(_mark(shape, shape.get("label"), _track(shape), len(pictures), file.name))
        pictures.append(Picture(picture_stem(image.get("name")), size))
    if not pictures:
        _read_tracks(root, pictures, marks, file.name)
    left_out = [shape.tag for shape in root.iter() if shape.tag in _NO_AREAS]
    name = root.findtext("meta/task/name") or root.findtext("meta/job/name") or file.stem
    return marks_source(file.name, pictures, marks, left_out_notes(left_out), video=name)


def _parse(file: Path) -> Element:
    """The root of an XML file without definitions of its own, which could grow without bounds; LipError."""
    data = read_bytes(file, MAX_BYTES)
    if re.search(rb"<!(DOCTYPE|ENTITY)", data):
        raise LipError(f"Cannot read {file}: it has definitions of its own, which CVAT does not write.")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        raise LipError(f"Cannot read {file}: it is not valid XML.") from error
    if root.tag != "annotations":
        raise LipError(f"Cannot import {file.name}: it is not XML of CVAT.")
    return root


def _read_tracks(root: Element, pictures: list[Picture], marks: list[Mark], source: str) -> None:
    """Fill pictures and marks from the tracks of a video's XML."""
    original = next(root.iter("original_size"), None)
    size = None if original is None else size_of(original.findtext("height"), original.findtext("width"), source)
    shapes = []
    for track in root.iter("track"):
        for shape in track:
            frame = whole(shape.get("frame"))
            if shape.tag in _AREAS and shape.get("outside") != "1" and frame is not None and frame >= 0:
                shapes.append((frame, shape, track))
    places = {frame: place for place, frame in enumerate(sorted({frame for frame, _, _ in shapes}))}
    pictures += [Picture(f"frame_{frame:06d}", size, frame) for frame in places]
    for frame, shape, track in shapes:
        marks.append(_mark(shape, track.get("label"), identity(track.get("id")), places[frame], source))


def _track(shape: Element) -> Identity:
    values = {attribute.get("name"): attribute.text for attribute in shape.iter("attribute")}
    return next((found for name in _TRACKS if (found := identity(values.get(name))) not in (None, "")), None)


def _mark(shape: Element, label: str | None, track: Identity, picture: int, source: str) -> Mark:
    def draw(height: int, width: int) -> Mask:
        if shape.tag == "mask":
            return _pasted(shape, height, width, source)
        return fill_coco([_outline(shape, source)], height, width, source)

    (order,) = numbers_of([shape.get("z_order", "0")], source)
    special = Special.IGNORED if label == "__ignore__" else None
    return Mark(picture, label, draw, track, label, order=order, special=special)


def _pasted(shape: Element, height: int, width: int, source: str) -> Mask:
    """The mask of a `mask`: run lengths along the rows of a box, background first."""
    numbers = numbers_of([shape.get(name) for name in ("left", "top", "width", "height")], source)
    left, top, across, down = (int(number) for number in numbers)
    if not (0 <= left and 0 <= top and 0 < across <= width - left and 0 < down <= height - top):
        raise LipError(f"Cannot import {source}: a mask lies outside the picture.")
    counts = [int(number) for number in numbers_of((shape.get("rle") or "").split(","), source)]
    mask = np.zeros((height, width), np.bool_)
    mask[top : top + down, left : left + across] = decode_run_lengths(counts, across, down, source).T
    return mask


def _outline(shape: Element, source: str) -> list[float]:
    (turn,) = numbers_of([shape.get("rotation", "0")], source)
    if shape.tag == "box":
        left, top, right, bottom = numbers_of([shape.get(name) for name in ("xtl", "ytl", "xbr", "ybr")], source)
        return box_outline(left, top, right, bottom, turn)
    if shape.tag == "ellipse":
        x, y, across, down = numbers_of([shape.get(name) for name in ("cx", "cy", "rx", "ry")], source)
        return ellipse_outline(x, y, across, down, turn)
    pairs = [pair.split(",") for pair in (shape.get("points") or "").split(";")]
    return numbers_of([number for pair in pairs for number in pair], source)
