"""Pascal VOC masks: indexed PNGs of objects and of classes, labelmap.txt with the classes, and a list of the frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lipcore.export.formats import Writer, option
from lipcore.export.pictures import write_jpeg
from lipcore.export.selection import Selection
from lipcore.masks import IGNORE, encode_label_map
from lipcore.palette import davis_palette


@dataclass(frozen=True)
class VocOptions:
    """What comes with the masks."""

    pictures: bool = option(False, "Add the frames as JPEG pictures")


def file_names(selection: Selection, options: VocOptions, frame: int) -> list[str]:
    """The masks of a frame, and its picture if asked."""
    name = selection.frame_names[frame]
    masks = [f"SegmentationObject/{name}.png", f"SegmentationClass/{name}.png"]
    return [*masks, f"JPEGImages/{name}.jpg"] if options.pictures else masks


def write_voc(selection: Selection, path: Path, options: VocOptions) -> Iterator[None]:
    """Write the masks, `labelmap.txt` and `ImageSets/Segmentation/default.txt`.

    An object's id is its index in SegmentationObject in every frame; equal names share a class. 255 is void in both.
    """
    lists = path / "ImageSets" / "Segmentation"
    lists.mkdir(parents=True)
    for name in file_names(selection, options, selection.first):
        (path / name).parent.mkdir()
    classes = {_class_name(selection, number): 0 for number in selection.declared_ids()}
    classes = {name: index for index, name in enumerate(classes, start=1)}
    has_ignored = False
    for frame in selection.frames:
        labels = selection.labels(frame)
        has_ignored = has_ignored or bool((labels == IGNORE).any())
        table = np.zeros(256, np.uint8)
        table[IGNORE] = IGNORE
        for number, _ in selection.masks(frame):
            table[number] = classes.setdefault(_class_name(selection, number), len(classes) + 1)
        objects, kinds, *pictures = file_names(selection, options, frame)
        (path / objects).write_bytes(encode_label_map(labels))
        (path / kinds).write_bytes(encode_label_map(table[labels]))
        for picture in pictures:
            write_jpeg(path / picture, selection.picture(frame))
        yield
    names = "".join(f"{selection.frame_names[frame]}\n" for frame in selection.frames)
    (lists / "default.txt").write_text(names, encoding="utf-8", newline="\n")
    rows = ["# label:color_rgb:parts:actions", "background:0,0,0::"]
    for name, index in classes.items():
        red, green, blue = davis_palette()[index].tolist()
        rows.append(f"{name}:{red},{green},{blue}::")
    if has_ignored:
        rows.append("ignored:{},{},{}::".format(*davis_palette()[IGNORE].tolist()))
    (path / "labelmap.txt").write_text("\n".join([*rows, ""]), encoding="utf-8", newline="\n")


def _class_name(selection: Selection, number: int) -> str:
    """The name of an object without the letter that separates columns."""
    return selection.name(number).replace(":", "_")


def _becomes(selection: Selection, options: VocOptions, number: int) -> str:
    return f"index {number} of class {_class_name(selection, number)!r}"


VOC = Writer("", VocOptions, write_voc, lambda options: options.pictures, file_names, _becomes)
