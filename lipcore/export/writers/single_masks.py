"""Black and white PNG per object and frame."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lipcore.export.formats import NoOptions, Writer
from lipcore.export.pictures import write_png
from lipcore.export.selection import Selection, safe_name
from lipcore.masks import IGNORE, object_ids


def object_folder(selection: Selection, object_id: int) -> str:
    """The folder of an object: its id, three digits, and its name."""
    return safe_name(f"{object_id:03d} {selection.name(object_id)}")


def mask_names(selection: Selection, _: NoOptions, frame: int) -> list[str]:
    """The masks of the objects that are known or seen in a frame."""
    seen = {*selection.declared_ids(), *object_ids(selection.labels(frame))}
    return [f"{object_folder(selection, number)}/{selection.frame_names[frame]}.png" for number in sorted(seen)]


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


def _becomes(selection: Selection, _: object, number: int) -> str:
    return f"folder {object_folder(selection, number)}"


SINGLE_MASKS = Writer("", NoOptions, write_single_masks, names=mask_names, becomes=_becomes)
