"""COCO instances: run-length codes and polygons become label maps, track ids become objects.

An annotation's object is its `track_id`, or `instance_id`, or `attributes.track_id`; without these the rules of
`identify` hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from lipcore.errors import LipError
from lipcore.importing.identity import Claim, Identity, identify, identity, whole
from lipcore.importing.json_file import inner, list_of_objects, picture_stem, read_object, size_of
from lipcore.importing.polygons import fill_coco
from lipcore.importing.result import ImportOptions
from lipcore.importing.run_lengths import decode_run_lengths
from lipcore.importing.source import Described, Key, Mask, Part, Picture, Source, Special, check_count, parts_reader

Item: TypeAlias = dict[str, object]


def read_coco(path: Path, options: ImportOptions) -> Source:
    """Read the file's lists and what belongs to what; the masks are decoded picture by picture. LipError."""
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
    all_annotations = list_of_objects(content, "annotations", source)
    annotations = [item for item in all_annotations if identity(item.get("image_id")) in indices]
    known = {identity(item.get("id")) for item in everything}
    lost = sum(identity(item.get("image_id")) not in known for item in all_annotations)
    keys = _keys(annotations, names, source)
    parts: list[list[tuple[Key, Item]]] = [[] for _ in images]
    for item, key in zip(annotations, keys, strict=True):
        parts[indices[identity(item.get("image_id"))]].append((key, item))
    for there in parts:
        check_count(len(there), source)

    def parts_of(index: int) -> tuple[list[Part], tuple[str, ...]]:
        return [coco_part(key, item, source) for key, item in parts[index]], ()

    return Source(
        source,
        [_picture(item, source) for item in images],
        _described(annotations, keys, content, names, source),
        parts_reader(parts_of, source),
        lost_notes(lost, "pictures that the file does not list"),
        video=str(next(iter(videos.values()))) if len(videos) == 1 else options.video,
    )


def category_names(content: Item, source: str) -> dict[Identity, object]:
    """The names of the categories by id; LipError if two have the same id."""
    items = list_of_objects(content, "categories", source, optional=True)
    names = {identity(item.get("id")): item.get("name") for item in items}
    if len(names) < len(items):
        raise LipError(f"Cannot import {source}: its categories need ids that differ.")
    return names


def lost_notes(count: int, whose: str) -> tuple[str, ...]:
    """The remark about annotations that were left out."""
    if not count:
        return ()
    return (f"{count} annotation{' of' if count == 1 else 's of'} {whose} {'was' if count == 1 else 'were'} left out.",)


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


def coco_part(key: Key, item: Item, source: str) -> Part:
    """An annotation whose segmentation is decoded when it is drawn."""
    score = item.get("score")
    usable = float(score) if type(score) in (int, float) and 0 <= score <= 1 else None  # type: ignore[operator,arg-type]
    return Part(key, lambda height, width: coco_mask(item.get("segmentation"), height, width, source), usable)


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


def _keys(annotations: Sequence[Item], names: dict[Identity, object], source: str) -> list[Key]:
    claims = []
    places = []
    keys: list[Key] = [Special.IGNORED] * len(annotations)
    for place, item in enumerate(annotations):
        category = identity(item.get("category_id"))
        if whole(item.get("ignore")) == 1 or names.get(category) == "ignore":
            continue
        holders = (item, inner(item, "attributes"))
        found = [identity(holder.get(name)) for holder in holders for name in ("track_id", "instance_id")]
        track = next((number for number in found if number is not None), None)
        claims.append(Claim(identity(item.get("image_id")), category, track))
        places.append(place)
    for place, key in zip(places, identify(claims, source), strict=True):
        keys[place] = key
    return keys


def _described(
    annotations: Sequence[Item], keys: Sequence[Key], content: Item, names: dict[Identity, object], source: str
) -> dict[Key, Described]:
    """Name, colour and wanted id of every object that has annotations, in the order they appear."""
    tracks = {identity(item.get("id")): item for item in list_of_objects(content, "tracks", source, optional=True)}
    described: dict[Key, Described] = {}
    for item, key in zip(annotations, keys, strict=True):
        if isinstance(key, tuple) and key not in described:
            kind, number = key
            track = tracks.get(number, {}) if kind == "track" else {}
            name = track.get("name") or names.get(identity(item.get("category_id")))
            origin = {"track": f"track {number}", "label": f"category {number}"}.get(kind, f"annotation {number}")
            described[key] = Described(name, track.get("colour"), number, origin)
    return described
