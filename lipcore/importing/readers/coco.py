"""COCO instances: run-length codes and polygons become label maps, track ids become objects.

An annotation's object is its `track_id`, or `instance_id`, or `attributes.track_id`; without these the rules of
`identify` hold.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from lipcore.errors import LipError
from lipcore.importing.identity import Identity, identity, whole
from lipcore.importing.json_file import inner, list_of_objects, picture_stem, read_object, size_of
from lipcore.importing.marks import Mark, lost_notes, marks_source
from lipcore.importing.polygons import fill_coco
from lipcore.importing.result import ImportOptions
from lipcore.importing.run_lengths import decode_run_lengths
from lipcore.importing.source import Mask, Picture, Source, Special

Item: TypeAlias = dict[str, object]


def read_coco(path: Path, options: ImportOptions) -> Source:
    """Read a file, or the one in the folder of a data set; masks are decoded picture by picture. LipError."""
    path = _instances_file(path) if path.is_dir() else path
    source = path.name
    content = read_object(path)
    videos = {
        identity(item.get("id")): item.get("name") for item in list_of_objects(content, "videos", source, optional=True)
    }
    everything = list_of_objects(content, "images", source)
    images = _of_video(everything, videos, options, source)
    indices = {identity(item.get("id")): index for index, item in enumerate(images)}
    if None in indices or len(indices) < len(images):
        raise LipError(f"Cannot import {source}: its images need ids that differ.")
    names = category_names(content, source)
    tracks = {identity(item.get("id")): item for item in list_of_objects(content, "tracks", source, optional=True)}
    known = {identity(item.get("id")) for item in everything}
    marks, lost = [], 0
    for item in list_of_objects(content, "annotations", source):
        picture = indices.get(identity(item.get("image_id")))
        if picture is not None:
            marks.append(_mark(item, picture, names, tracks, source))
        else:
            lost += identity(item.get("image_id")) not in known
    return marks_source(
        source,
        [_picture(item, source) for item in images],
        marks,
        lost_notes(lost, "pictures that the file does not list"),
        video=str(next(iter(videos.values()))) if len(videos) == 1 else options.video,
        frame_rate=_frame_rate(inner(content, "info")),
    )


def instances_files(folder: Path) -> list[Path]:
    """The files of instances in the folder of a data set, by name."""
    return sorted((folder / "annotations").glob("*instances*.json"))


def _instances_file(folder: Path) -> Path:
    files = instances_files(folder)
    if len(files) == 1:
        return files[0]
    names = ", ".join(file.name for file in files[:10]) or "none"
    raise LipError(f"Cannot import {folder}: choose one of its files of instances: {names}.")


def category_names(content: Item, source: str) -> dict[Identity, object]:
    """The names of the categories by id; LipError if two have the same id."""
    items = list_of_objects(content, "categories", source, optional=True)
    names = {identity(item.get("id")): item.get("name") for item in items}
    if len(names) < len(items):
        raise LipError(f"Cannot import {source}: its categories need ids that differ.")
    return names


def coco_mask(segmentation: object, height: int, width: int, source: str) -> Mask:
    """A segmentation as a mask (height, width) bool: polygons, or a run-length code; LipError."""
    if isinstance(segmentation, dict):
        sides = segmentation.get("size")
        size = [whole(side) for side in sides] if isinstance(sides, list) else sides
        if size != [height, width]:
            raise LipError(f"Cannot import {source}: a mask has the size {str(sides)[:60]}, not {[height, width]}.")
        return decode_run_lengths(segmentation.get("counts"), height, width, source)
    if isinstance(segmentation, list):
        return fill_coco(segmentation, height, width, source)
    raise LipError(f"Cannot import {source}: an annotation has no segmentation.")


def choose_video(videos: dict[Identity, object], options: ImportOptions, source: str) -> Identity:
    """The id of the video that is asked for, or else of the only one, or of the one with the likely name; LipError."""
    if len(videos) == 1 and not options.video:
        return next(iter(videos))
    wanted = options.video or options.likely
    chosen = [number for number, name in videos.items() if name == wanted]
    if len(chosen) != 1:
        names = ", ".join(str(name) for name in list(videos.values())[:10]) or "none"
        raise LipError(f"Cannot import {source}: it has no video {wanted!r}; choose one of its videos: {names}.")
    return chosen[0]


def _of_video(images: list[Item], videos: dict[Identity, object], options: ImportOptions, source: str) -> list[Item]:
    if not options.video and len(videos) < 2:
        return images
    chosen = choose_video(videos, options, source)
    return [item for item in images if identity(item.get("video_id")) == chosen]


def _picture(item: Item, source: str) -> Picture:
    frame = whole(item.get("frame_index"))
    return Picture(picture_stem(item.get("file_name")), size_of(item.get("height"), item.get("width"), source), frame)


def _mark(item: Item, picture: int, names: dict[Identity, object], tracks: dict[Identity, Item], source: str) -> Mark:
    category = identity(item.get("category_id"))
    ignored = whole(item.get("ignore")) == 1 or names.get(category) == "ignore"
    holders = (item, inner(item, "attributes"))
    found = [identity(holder.get(name)) for holder in holders for name in ("track_id", "instance_id")]
    track = next((number for number in found if number is not None), None)
    described = tracks.get(track, {}) if track is not None else {}
    score = item.get("score")
    return Mark(
        picture,
        category,
        lambda height, width: coco_mask(item.get("segmentation"), height, width, source),
        track,
        described.get("name") or names.get(category),
        described.get("colour"),
        float(score) if isinstance(score, int | float) and 0 <= score <= 1 else None,
        special=Special.IGNORED if ignored else None,
    )


def _frame_rate(info: Item) -> float | None:
    rate = info.get("frame_rate")
    return float(rate) if isinstance(rate, int | float) and 0 < rate < 1000 else None
