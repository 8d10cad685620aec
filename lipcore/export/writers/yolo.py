"""YOLO segmentation: a text file of polygons per frame and data.yaml with the classes.

YOLO knows one polygon per object and neither holes nor pieces. Holes are cut open along bridges of no width, which the
usual reader (polygons truncated to pixels and filled with cv2.fillPoly) turns back into the exact mask. Pieces are
joined in the same way, at the price of the pixels under the bridges between them, or written as objects of their own
("separate"), at the price of their belonging together. Object ids and ignored pixels have no place in the format: equal
names share a class.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lipcore.export.formats import Writer, option
from lipcore.export.pictures import write_jpeg
from lipcore.export.polygons import mask_to_polygons
from lipcore.export.selection import Selection


@dataclass(frozen=True)
class YoloOptions:
    """How pieces are written and what comes along."""

    pieces: str = option("joined", "Objects in several pieces", ("joined", "separate"))
    pictures: bool = option(False, "Add the frames as JPEG pictures")


def yolo_line(class_index: int, polygon: NDArray[np.int64], height: int, width: int) -> str:
    """One line: the class and the polygon's pixel centres, x and y divided by width and height."""
    centres = (polygon + 0.5) / [width, height]
    return " ".join([str(class_index), *(f"{value:.7g}" for value in centres.ravel())])


def file_names(selection: Selection, options: YoloOptions, frame: int) -> list[str]:
    """The polygons of a frame, and its picture if asked."""
    name = selection.frame_names[frame]
    return [f"labels/{name}.txt", *([f"images/{name}.jpg"] if options.pictures else [])]


def write_yolo(selection: Selection, path: Path, options: YoloOptions) -> Iterator[None]:
    """Write `labels/<frame>.txt` for every frame, empty where nothing is seen, `data.yaml`, and `images/` if asked."""
    height, width = selection.source.height, selection.source.width
    for name in file_names(selection, options, selection.first):
        (path / name).parent.mkdir()
    classes = _classes(selection)
    for frame in selection.frames:
        lines = []
        for number, mask in selection.masks(frame):
            index = classes.setdefault(selection.name(number), len(classes))
            polygons = mask_to_polygons(mask, join_pieces=options.pieces == "joined")
            lines += [yolo_line(index, polygon, height, width) + "\n" for polygon in polygons]
        labels, *pictures = file_names(selection, options, frame)
        (path / labels).write_text("".join(lines), encoding="ascii", newline="\n")
        for picture in pictures:
            write_jpeg(path / picture, selection.picture(frame))
        yield
    names = "".join(f"  {index}: {json.dumps(name)}\n" for name, index in classes.items())
    header = "train: images\nval: images\n"  # without a path: Ultralytics takes "." for the folder it was started in
    (path / "data.yaml").write_text(f"{header}names:\n{names}" if names else f"{header}names: {{}}\n", encoding="utf-8")


def _classes(selection: Selection) -> dict[str, int]:
    """The class of every name among the objects that are known."""
    classes: dict[str, int] = {}
    for number in selection.declared_ids():
        classes.setdefault(selection.name(number), len(classes))
    return classes


YOLO = Writer(
    "",
    YoloOptions,
    write_yolo,
    lambda options: options.pictures,
    file_names,
    lambda selection, _, number: f"class {_classes(selection)[selection.name(number)]}",
)
