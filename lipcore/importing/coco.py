"""COCO instances: run-length codes and polygons become label maps, track ids become objects.

An annotation's object is its `track_id`, or `instance_id`, or `attributes.track_id`. Without these, a category that is
never twice in a picture is one object; if only one picture is annotated, every annotation is one; else it is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.importing.json_file import check_size, list_of_objects, read_object, scalar
from lipcore.importing.matching import match_frames
from lipcore.importing.polygons import fill_coco
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
from lipcore.importing.run_lengths import decode_run_lengths
from lipcore.masks import IGNORE, MAX_OBJECT_ID

Item: TypeAlias = dict[str, object]
_MAX_PER_FRAME = 4 * MAX_OBJECT_ID


@dataclass(frozen=True)
class _Part:
    """One annotation: its object and its segmentation as it stands in the file."""

    key: object
    segmentation: object
    score: float | None


def open_coco(path: Path, video: VideoShape, options: ImportOptions) -> LabelImport:
    """Read the file's lists and check what belongs to what; the masks are decoded frame by frame. LipError."""
    source = path.name
    content = read_object(path)
    frames, notes = _frames(content, video, options, source)
    categories = {
        scalar(item, "id"): item.get("name") for item in list_of_objects(content, "categories", source, optional=True)
    }
    annotations = [
        item for item in list_of_objects(content, "annotations", source) if scalar(item, "image_id") in frames
    ]
    keys = _keys(annotations, categories, source)
    parts: dict[int, list[_Part]] = {frame: [] for frame in frames.values()}
    for item, key in zip(annotations, keys, strict=True):
        parts[frames[scalar(item, "image_id")]].append(_Part(key, item.get("segmentation"), _score(item)))
    crowded = next((frame for frame, there in parts.items() if len(there) > _MAX_PER_FRAME), None)
    if crowded is not None:
        raise LipError(f"Cannot import {source}: frame {crowded} has more than {_MAX_PER_FRAME} annotations.")
    order = list(dict.fromkeys(key for key in keys if key != IGNORE))
    ids = assign_ids(order, {key: key[1] for key in order if isinstance(key, tuple)}, source)
    objects = {}
    for key, track in _names(annotations, keys, content, categories, source).items():
        objects[ids[key]] = imported_object(ids[key], track.get("name"), track.get("colour"))

    def read() -> Iterator[ImportedFrame]:
        for frame in sorted(parts):
            yield _decode(frame, parts[frame], ids | {IGNORE: IGNORE}, (video.height, video.width), source)

    return LabelImport(sorted(parts), dict(sorted(objects.items())), notes, read)


def _frames(
    content: Item, video: VideoShape, options: ImportOptions, source: str
) -> tuple[dict[int | str | None, int], tuple[str, ...]]:
    """The frame of every image id of the chosen video."""
    images = _images_of(content, video, options, source)
    for item in images:
        check_size(item.get("height"), item.get("width"), (video.height, video.width), source)
    ids = [scalar(item, "id") for item in images]
    if None in ids or len(set(ids)) < len(ids):
        raise LipError(f"Cannot import {source}: its images need ids that differ.")
    indices = [item.get("frame_index") for item in images]
    known = [index for index in indices if type(index) is int and 0 <= index < len(video.frame_names)]
    if known and len(set(known)) == len(indices):
        return dict(zip(ids, known, strict=True)), ()
    names = [PureWindowsPath(str(item.get("file_name", ""))).stem for item in images]
    frames, notes = match_frames(names, video.frame_names, source)
    return dict(zip(ids, frames, strict=True)), notes


def _images_of(content: Item, video: VideoShape, options: ImportOptions, source: str) -> list[Item]:
    images = list_of_objects(content, "images", source)
    videos = {scalar(item, "id"): item.get("name") for item in list_of_objects(content, "videos", source, True)}
    if not options.video and len(videos) < 2:
        return images
    wanted = options.video or video.name
    chosen = [number for number, name in videos.items() if name == wanted]
    if len(chosen) != 1:
        names = ", ".join(str(name) for name in list(videos.values())[:10]) or "none"
        raise LipError(f"Cannot import {source}: it has no video {wanted!r}; choose one of its videos: {names}.")
    return [item for item in images if scalar(item, "video_id") == chosen[0]]


def _keys(annotations: Sequence[Item], categories: dict[int | str | None, object], source: str) -> list[object]:
    """What tells the object of every annotation: IGNORE, ("track", id), ("category", id) or ("annotation", index)."""
    keys: list[object] = []
    for item in annotations:
        if item.get("ignore") == 1 or categories.get(scalar(item, "category_id")) == "ignore":
            keys.append(IGNORE)
            continue
        attributes = item.get("attributes")
        places: list[Item] = [item, attributes] if isinstance(attributes, dict) else [item]
        found = [scalar(place, name) for place in places for name in ("track_id", "instance_id")]
        track = next((number for number in found if number is not None), None)
        keys.append(None if track is None else ("track", track))
    loose = [index for index, key in enumerate(keys) if key is None]
    pairs = Counter((scalar(annotations[i], "image_id"), scalar(annotations[i], "category_id")) for i in loose)
    one_picture = len({scalar(annotations[index], "image_id") for index in loose}) == 1
    if pairs and max(pairs.values()) > 1 and not one_picture:
        raise LipError(f"Cannot import {source}: it has several objects of one category in a frame but no track ids.")
    for index in loose:
        keys[index] = ("annotation", index) if one_picture else ("category", scalar(annotations[index], "category_id"))
    return keys


def _score(item: Item) -> float | None:
    score = item.get("score")
    return float(score) if isinstance(score, int | float) and 0 <= score <= 1 else None


def _names(
    annotations: Sequence[Item],
    keys: Sequence[object],
    content: Item,
    categories: dict[int | str | None, object],
    source: str,
) -> dict[object, Item]:
    """Name and colour of every object that has annotations."""
    tracks = {scalar(item, "id"): item for item in list_of_objects(content, "tracks", source, optional=True)}
    described: dict[object, Item] = {}
    for item, key in zip(annotations, keys, strict=True):
        if key != IGNORE and key not in described:
            track = tracks.get(key[1]) if isinstance(key, tuple) and key[0] == "track" else None
            described[key] = track if track else {"name": categories.get(scalar(item, "category_id"))}
    return described


def _decode(
    frame: int, parts: Sequence[_Part], ids: dict[object, int], size: tuple[int, int], source: str
) -> ImportedFrame:
    labels, covered = np.zeros(size, np.uint8), 0
    scores: dict[int, float] = {}
    for part in parts:
        number = ids[part.key]
        covered += paint(labels, _mask(part.segmentation, size, source), number)
        if part.score is not None and number != IGNORE:
            scores[number] = max(part.score, scores.get(number, 0.0))
    return ImportedFrame(frame, labels, scores, overlap_notes(covered, frame))


def _mask(segmentation: object, size: tuple[int, int], source: str) -> NDArray[np.bool_]:
    if isinstance(segmentation, dict):
        if segmentation.get("size") != list(size):
            raise LipError(f"Cannot import {source}: a mask has the size {segmentation.get('size')}, not {list(size)}.")
        return decode_run_lengths(segmentation.get("counts"), *size, source)
    if isinstance(segmentation, list):
        return fill_coco(segmentation, *size, source)
    raise LipError(f"Cannot import {source}: an annotation has no segmentation.")
