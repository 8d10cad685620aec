"""DAVIS: an indexed PNG per frame with the DAVIS palette, as a results folder or as a data set with image lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lipcore.export.formats import Format, option
from lipcore.export.pictures import write_jpeg
from lipcore.export.selection import Selection
from lipcore.masks import encode_label_map


@dataclass(frozen=True)
class DavisOptions:
    """How the folder is laid out; with pictures it is a data set in any case."""

    image_sets: bool = option(False, "Lay out as a data set: Annotations and ImageSets")
    pictures: bool = option(False, "Add the frames as JPEG pictures")


def write_davis(selection: Selection, path: Path, options: DavisOptions) -> Iterator[None]:
    """Write `path/<video>/<frame>.png`, or `path/Annotations/480p/<video>/` with `ImageSets/2017/val.txt`.

    The middle folder is called "480p" when the shorter side is 480 pixels, else "Full-Resolution": the two DAVIS knows.
    """
    video = selection.video_name
    data_set = options.image_sets or options.pictures
    shorter = min(selection.source.height, selection.source.width)
    resolution = "480p" if shorter == 480 else "Full-Resolution"
    masks = path / "Annotations" / resolution / video if data_set else path / video
    pictures = path / "JPEGImages" / resolution / video
    masks.mkdir(parents=True)
    if options.pictures:
        pictures.mkdir(parents=True)
    if data_set:
        lists = path / "ImageSets" / "2017"
        lists.mkdir(parents=True)
        (lists / "val.txt").write_text(f"{video}\n", encoding="utf-8")
    for frame in selection.frames:
        name = selection.frame_names[frame]
        (masks / f"{name}.png").write_bytes(encode_label_map(selection.labels(frame)))
        if options.pictures:
            write_jpeg(pictures / f"{name}.jpg", selection.picture(frame))
        yield


DAVIS = Format("davis", "DAVIS (indexed PNG)", "", DavisOptions, write_davis, lambda options: options.pictures)
