"""Black and white PNG per object and frame, and the same with the picture cut out along the mask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lipcore.export.formats import NoOptions, Writer, option
from lipcore.export.pictures import write_png
from lipcore.export.selection import Selection, safe_name
from lipcore.masks import IGNORE, binary_mask, object_ids


@dataclass(frozen=True)
class CutOutOptions:
    """What one picture holds."""

    per_object: bool = option(False, "One folder of pictures per object")


def object_folder(selection: Selection, object_id: int) -> str:
    """The folder of an object: its id, three digits, and its name."""
    return safe_name(f"{object_id:03d} {selection.name(object_id)}")


def mask_names(selection: Selection, _: NoOptions, frame: int) -> list[str]:
    """The masks of the objects that are known or seen in a frame."""
    seen = {*selection.declared_ids(), *object_ids(selection.labels(frame))}
    return [f"{object_folder(selection, number)}/{selection.frame_names[frame]}.png" for number in sorted(seen)]


def cut_out_names(selection: Selection, options: CutOutOptions, frame: int) -> list[str]:
    """The cut-out of a frame, or of each object that is seen in it."""
    name = f"{selection.frame_names[frame]}.png"
    if not options.per_object:
        return [name]
    return [f"{object_folder(selection, number)}/{name}" for number in object_ids(selection.labels(frame))]


def write_single_masks(selection: Selection, path: Path, _: NoOptions) -> Iterator[None]:
    """Write `path/<id> <name>/<frame>.png`, 0 and 255, for every frame; ignored pixels go to the folder "255 ignore".

    An object that is never seen has no folder unless it is one of the video's objects.
    """
    known = {number: path / object_folder(selection, number) for number in selection.declared_ids()}
    has_ignore = any((selection.labels(frame) == IGNORE).any() for frame in selection.frames)
    for frame in selection.frames:
        for number in object_ids(selection.labels(frame)):
            known.setdefault(number, path / object_folder(selection, number))
    if has_ignore:
        known[IGNORE] = path / "255 ignore"
    for folder in known.values():
        folder.mkdir()
    for frame in selection.frames:
        labels = selection.labels(frame)
        for number, folder in known.items():
            write_png(
                folder / f"{selection.frame_names[frame]}.png", np.where(labels == number, 255, 0).astype(np.uint8)
            )
        yield


def write_cut_outs(selection: Selection, path: Path, options: CutOutOptions) -> Iterator[None]:
    """Write RGBA pictures that are opaque on the objects: `path/<frame>.png`, or `path/<id> <name>/<frame>.png`."""
    path.mkdir(exist_ok=True)
    for frame in selection.frames:
        picture, name = selection.picture(frame), f"{selection.frame_names[frame]}.png"
        if options.per_object:
            for number, mask in selection.masks(frame):
                folder = path / object_folder(selection, number)
                folder.mkdir(exist_ok=True)
                write_png(folder / name, np.dstack([picture, np.where(mask, 255, 0).astype(np.uint8)]))
        else:
            inside = binary_mask(selection.labels(frame))
            write_png(path / name, np.dstack([picture, np.where(inside, 255, 0).astype(np.uint8)]))
        yield


def _becomes(selection: Selection, _: object, number: int) -> str:
    return f"folder {object_folder(selection, number)}"


SINGLE_MASKS = Writer("", NoOptions, write_single_masks, names=mask_names, becomes=_becomes)
CUT_OUTS = Writer(
    "",
    CutOutOptions,
    write_cut_outs,
    lambda _: True,
    cut_out_names,
    lambda selection, options, number: _becomes(selection, options, number) if options.per_object else "opaque",
)
