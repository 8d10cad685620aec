"""YouTube-VOS: Annotations with an indexed PNG per frame, and meta.json with each object's category and frames."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lipcore.export.formats import Format, option
from lipcore.export.pictures import write_jpeg
from lipcore.export.selection import Selection
from lipcore.masks import encode_label_map, object_ids


@dataclass(frozen=True)
class YoutubeVosOptions:
    """What comes with the masks."""

    pictures: bool = option(False, "Add the frames as JPEG pictures")


def write_youtube_vos(selection: Selection, path: Path, options: YoutubeVosOptions) -> Iterator[None]:
    """Write `Annotations/<video>/<frame>.png` and `meta.json`, in which an object's name is its category.

    `frames` of an object lists the frames in which it is seen, as YouTube-VOS does.
    """
    video = selection.video_name
    masks, pictures = path / "Annotations" / video, path / "JPEGImages" / video
    masks.mkdir(parents=True)
    if options.pictures:
        pictures.mkdir(parents=True)
    seen: dict[int, list[str]] = {number: [] for number in selection.declared_ids()}
    for frame in selection.frames:
        name, labels = selection.frame_names[frame], selection.labels(frame)
        (masks / f"{name}.png").write_bytes(encode_label_map(labels))
        if options.pictures:
            write_jpeg(pictures / f"{name}.jpg", selection.picture(frame))
        for number in object_ids(labels):
            seen.setdefault(number, []).append(name)
        yield
    objects = {
        str(number): {"category": selection.name(number), "frames": frames} for number, frames in sorted(seen.items())
    }
    meta = {"videos": {video: {"objects": objects}}}
    (path / "meta.json").write_text(json.dumps(meta, indent=1, ensure_ascii=False), encoding="utf-8")


YOUTUBE_VOS = Format(
    "youtube-vos", "YouTube-VOS", "", YoutubeVosOptions, write_youtube_vos, lambda options: options.pictures
)
