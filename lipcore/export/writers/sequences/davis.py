"""DAVIS: an indexed PNG per frame with the DAVIS palette, as a results folder or as a data set with image lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lipcore.export.formats import Writer, option
from lipcore.export.pictures import write_jpeg
from lipcore.export.selection import Selection
from lipcore.masks import encode_label_map


@dataclass(frozen=True)
class DavisOptions:
    """How the folder is laid out; with pictures it is a data set in any case."""

    image_sets: bool = option(False, "Lay out as a data set: Annotations and ImageSets")
    pictures: bool = option(False, "Add the frames as JPEG pictures")


def file_names(selection: Selection, options: DavisOptions, frame: int) -> list[str]:
    """The mask of a frame, and its picture if asked.

    The middle folder is called "480p" when the shorter side is 480 pixels, else "Full-Resolution": the two DAVIS knows.
    """
    video, name = selection.video_name, selection.frame_names[frame]
    if not (options.image_sets or options.pictures):
        return [f"{video}/{name}.png"]
    resolution = "480p" if min(selection.source.height, selection.source.width) == 480 else "Full-Resolution"
    mask, picture = f"Annotations/{resolution}/{video}/{name}.png", f"JPEGImages/{resolution}/{video}/{name}.jpg"
    return [mask, picture] if options.pictures else [mask]


def write_davis(selection: Selection, path: Path, options: DavisOptions) -> Iterator[None]:
    """Write `path/<video>/<frame>.png`, or `path/Annotations/480p/<video>/` with `ImageSets/2017/val.txt`."""
    for name in file_names(selection, options, selection.first):
        (path / name).parent.mkdir(parents=True)
    if options.image_sets or options.pictures:
        lists = path / "ImageSets" / "2017"
        lists.mkdir(parents=True)
        (lists / "val.txt").write_text(f"{selection.video_name}\n", encoding="utf-8")
    for frame in selection.frames:
        mask, *pictures = file_names(selection, options, frame)
        (path / mask).write_bytes(encode_label_map(selection.labels(frame)))
        for picture in pictures:
            write_jpeg(path / picture, selection.picture(frame))
        yield


DAVIS = Writer("", DavisOptions, write_davis, lambda options: options.pictures, file_names)
