"""YouTube-VIS and OVIS: one JSON file in which an annotation is an object with a segmentation for every frame."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from lipcore.errors import LipError
from lipcore.importing.identity import Identity, identity
from lipcore.importing.json_file import list_of_objects, picture_stem, read_object, size_of
from lipcore.importing.marks import Mark, lost_notes, marks_source
from lipcore.importing.readers.coco import category_names, choose_video, coco_mask
from lipcore.importing.result import ImportOptions
from lipcore.importing.source import Mask, Picture, Source, Special

Item: TypeAlias = dict[str, object]


def read_youtube_vis(path: Path, options: ImportOptions) -> Source:
    """Read one of the file's videos, the only one or the one asked for; masks are decoded when drawn. LipError."""
    source = path.name
    content = read_object(path)
    videos = {identity(item.get("id")): item for item in list_of_objects(content, "videos", source)}
    chosen = choose_video({number: _name(item) for number, item in videos.items()}, options, source)
    video = videos[chosen]
    names = video.get("file_names")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise LipError(f"Cannot import {source}: its video has no list of file names.")
    size = size_of(video.get("height"), video.get("width"), source)
    categories = category_names(content, source)
    marks, lost = [], 0
    for item in list_of_objects(content, "annotations", source):
        if identity(item.get("video_id")) == chosen:
            marks += _marks_of(item, len(names), categories, source)
        else:
            lost += identity(item.get("video_id")) not in videos
    pictures = [Picture(picture_stem(name), size) for name in names]
    return marks_source(
        source, pictures, marks, lost_notes(lost, "videos that the file does not list"), video=_name(video)
    )


def _marks_of(item: Item, frames: int, categories: dict[Identity, object], source: str) -> list[Mark]:
    """A mark for every frame in which the object is seen."""
    segmentations = item.get("segmentations")
    if not isinstance(segmentations, list) or len(segmentations) > frames:
        raise LipError(f"Cannot import {source}: an annotation has no segmentation for each of the {frames} frames.")
    category = identity(item.get("category_id"))
    name = categories.get(category)
    special = Special.IGNORED if name == "ignore" else None

    track = identity(item.get("track_id"))
    track = identity(item.get("id")) if track is None else track

    def mark(frame: int, segmentation: object) -> Mark:
        def draw(height: int, width: int) -> Mask:
            return coco_mask(segmentation, height, width, source)

        return Mark(frame, category, draw, track, item.get("name") or name, item.get("colour"), special=special)

    return [mark(frame, segmentation) for frame, segmentation in enumerate(segmentations) if segmentation]


def _name(video: Item) -> str:
    """The folder that the pictures of a video are in."""
    name, files = video.get("name"), video.get("file_names")
    if isinstance(name, str):
        return name
    first = str(files[0]) if isinstance(files, list) and files else ""
    return first.replace("\\", "/").rpartition("/")[0]
