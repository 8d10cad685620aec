"""CVAT for images: one XML file with a mask for every object and frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

import numpy as np
from numpy.typing import NDArray

from lipcore.export.formats import Writer, option
from lipcore.export.selection import Selection

IGNORE_LABEL = "__ignore__"
TRACK = "track_id"


@dataclass(frozen=True)
class CvatOptions:
    """How the file names its pictures."""

    extension: str = option("jpg", "Extension of the pictures' file names", ("jpg", "png"))


def write_cvat(selection: Selection, path: Path, options: CvatOptions) -> Iterator[None]:
    """Write version 1.1 of the format; an object's name is its label, its id the attribute `track_id`."""
    images = []
    names = {selection.name(number) for number in selection.declared_ids()}
    for place, frame in enumerate(selection.frames):
        image = Element("image")
        image.set("id", str(place))
        image.set("name", f"{selection.frame_names[frame]}.{options.extension}")
        image.set("width", str(selection.source.width))
        image.set("height", str(selection.source.height))
        found = selection.named_masks(frame, IGNORE_LABEL)
        for number, name, mask in found:
            names.add(name)
            image.append(_mask(number, name, mask))
        images.append(image)
        yield
    root = Element("annotations")
    SubElement(root, "version").text = "1.1"
    task = SubElement(SubElement(root, "meta"), "task")
    for name, text in (("name", selection.source.name), ("size", str(len(images))), ("mode", "annotation")):
        SubElement(task, name).text = text
    labels = SubElement(task, "labels")
    for name in sorted(names):
        label = SubElement(labels, "label")
        SubElement(label, "name").text = name
        attribute = SubElement(SubElement(label, "attributes"), "attribute")
        fields = {"name": TRACK, "mutable": "False", "input_type": "text", "default_value": "", "values": ""}
        for field, value in fields.items():
            SubElement(attribute, field).text = value
    root.extend(images)
    indent(root)
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def row_lengths(mask: NDArray[np.bool_]) -> list[int]:
    """The lengths of runs along the rows of a mask (H, W) bool, background first."""
    flat = np.concatenate([[False], mask.ravel()])
    edges = np.flatnonzero(np.diff(flat))
    bounds = np.concatenate([[0], edges, [mask.size]])
    lengths: list[int] = np.diff(bounds).tolist()
    return lengths


def _mask(number: int, name: str, mask: NDArray[np.bool_]) -> Element:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    element = Element("mask")
    fields = {
        "label": name,
        "source": "manual",
        "occluded": "0",
        "rle": ", ".join(map(str, row_lengths(mask[top:bottom, left:right]))),
        "left": str(left),
        "top": str(top),
        "width": str(right - left),
        "height": str(bottom - top),
        "z_order": "0",
    }
    for field, value in fields.items():
        element.set(field, value)
    attribute = SubElement(element, "attribute")
    attribute.set("name", TRACK)
    attribute.text = str(number)
    return element


CVAT = Writer(
    ".xml",
    CvatOptions,
    write_cvat,
    becomes=lambda selection, _, number: f"label {selection.name(number)!r}, track_id {number}",
)
