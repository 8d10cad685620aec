"""YouTube-VOS: Annotations with an indexed PNG per frame, and meta.json with each object's category and frames."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lipcore.export.formats import Writer, option
from lipcore.export.pictures import write_jpeg
from lipcore.export.selection import Selection
from lipcore.masks import encode_label_map, object_ids


@dataclass(frozen=True)
class YoutubeVosOptions:
    """What comes with the masks."""

    pictures: bool = option(False, "Add the frames as JPEG pictures")


def file_names(selection: Selection, options: YoutubeVosOptions, frame: int) -> list[str]:
    """The mask of a frame, and its picture if asked."""
    end = f"{selection.video_name}/{selection.frame_names[frame]}"
    return [f"Annotations/{end}.png", *([f"JPEGImages/{end}.jpg"] if options.pictures else [])]


def write_youtube_vos(selection: Selection, path: Path, options: YoutubeVosOptions) -> Iterator[None]:
    """Write `Annotations/<video>/<frame>.png` and `meta.json`, in which an object's name is its category.

    `frames` of an object lists the frames in which it is seen, as YouTube-VOS does.
    """
    for name in file_names(selection, options, selection.first):
        (path / name).parent.mkdir(parents=True)
    seen: dict[int, list[str]] = {number: [] for number in selection.declared_ids()}
    for frame in selection.frames:
        name, labels = selection.frame_names[frame], selection.labels(frame)
        mask, *pictures = file_names(selection, options, frame)
        (path / mask).write_bytes(encode_label_map(labels))
        for picture in pictures:
            write_jpeg(path / picture, selection.picture(frame))
        for number in object_ids(labels):
            seen.setdefault(number, []).append(name)
        yield
    objects = {
        str(number): {"category": selection.name(number), "frames": frames} for number, frames in sorted(seen.items())
    }
    meta = {"videos": {selection.video_name: {"objects": objects}}}
    (path / "meta.json").write_text(json.dumps(meta, indent=1, ensure_ascii=False), encoding="utf-8")


YOUTUBE_VOS = Writer(
    "",
    YoutubeVosOptions,
    write_youtube_vos,
    lambda options: options.pictures,
    file_names,
    lambda selection, _, number: f"index {number} of category {selection.name(number)!r}",
)
