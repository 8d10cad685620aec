"""MOTS: 16-bit PNG per frame, or one text file of run-length codes, as KITTI MOTS and MOTSChallenge use them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lipcore.export.formats import Writer, option
from lipcore.export.pictures import write_png
from lipcore.export.selection import Selection
from lipcore.export.writers.coco import run_lengths
from lipcore.masks import IGNORE

CLASSES = {"car": 1, "pedestrian": 2, "person": 2}
CLASS_NAMES = {1: "car", 2: "pedestrian"}
IGNORE_CLASS, IGNORE_ID = 10, 10000


@dataclass(frozen=True)
class MotsOptions:
    """What MOTS needs to know beyond the masks."""

    other_class: int = option(2, "Class of objects named neither car, pedestrian nor person", ("1", "2"))
    first_number: int = option(0, "Number of the video's first frame: 0 for KITTI, 1 for MOTSChallenge", ("0", "1"))


def class_of(name: str, options: MotsOptions) -> int:
    """The MOTS class of an object: 1 car, 2 pedestrian, judged by the first word of its name ("car 3" is a car)."""
    words = name.casefold().split()
    return CLASSES.get(words[0] if words else "", options.other_class)


def file_names(selection: Selection, options: MotsOptions, frame: int) -> list[str]:
    """The mask of a frame, by its number in six digits."""
    return [f"{selection.video_name}/{frame + options.first_number:06d}.png"]


def write_mots_png(selection: Selection, path: Path, options: MotsOptions) -> Iterator[None]:
    """Write `path/<video>/<number>.png`, six digits: 16 bit, 1000 x class + object id, 0 background, 10000 ignore."""
    (path / selection.video_name).mkdir(parents=True)
    table = np.zeros(256, np.uint16)
    for number in range(1, IGNORE):
        table[number] = 1000 * class_of(selection.name(number), options) + number
    table[IGNORE] = IGNORE_ID
    for frame in selection.frames:
        (name,) = file_names(selection, options, frame)
        write_png(path / name, table[selection.labels(frame)])
        yield


def write_mots_text(selection: Selection, path: Path, options: MotsOptions) -> Iterator[None]:
    """Write one line per object and frame: frame, 1000 x class + object id, class, height, width, run-length code."""
    height, width = selection.source.height, selection.source.width
    with path.open("w", encoding="ascii", newline="\n") as file:
        for frame in selection.frames:
            lines = []
            for number, mask in selection.masks(frame):
                kind = class_of(selection.name(number), options)
                lines.append((1000 * kind + number, kind, mask))
            ignored = selection.labels(frame) == IGNORE
            if ignored.any():
                lines.append((IGNORE_ID, IGNORE_CLASS, ignored))
            for identity, kind, mask in lines:
                code = run_lengths(mask)["counts"]
                file.write(f"{frame + options.first_number} {identity} {kind} {height} {width} {code}\n")
            yield


def _becomes(selection: Selection, options: MotsOptions, number: int) -> str:
    kind = class_of(selection.name(number), options)
    return f"{1000 * kind + number} ({CLASS_NAMES[kind]})"


MOTS_PNG = Writer("", MotsOptions, write_mots_png, names=file_names, becomes=_becomes)
MOTS_TEXT = Writer(".txt", MotsOptions, write_mots_text, becomes=_becomes)
