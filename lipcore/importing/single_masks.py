"""Single masks: one picture for one frame, or a folder of black and white pictures per object."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lipcore.errors import LipError
from lipcore.files import explain, list_images, natural_key
from lipcore.importing.mask_folder import open_mask_folder
from lipcore.importing.mask_reader import MaskReader
from lipcore.importing.matching import match_frames
from lipcore.importing.result import (
    ImportedFrame,
    ImportOptions,
    LabelImport,
    VideoShape,
    assign_ids,
    imported_object,
    overlap_notes,
    paint,
)
from lipcore.masks import IGNORE

_NUMBERED = re.compile(r"([0-9]{1,3})[ _-]+(.+)")


def open_single_masks(path: Path, video: VideoShape, options: ImportOptions) -> LabelImport:
    """A mask file, a folder of mask files, or a folder with a folder of black and white masks per object. LipError.

    A file belongs to `options.frame`, else to the frame of its name, else to frame 0. The folder of an object is
    called "<id> <name>"; if not all are, objects are numbered in order. "255 ignore" holds ignored pixels.
    """
    if path.is_file():
        return _one_file(path, video, options)
    folders = object_folders(path)
    if not folders:
        return open_mask_folder(path, video, options)
    return _object_folders(path, folders, video)


def object_folders(path: Path) -> list[Path]:
    """The folders of PNGs directly in a folder that has no PNG of its own, in natural order; LipError."""
    try:
        inner = [entry for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    except OSError as error:
        raise LipError(f"Cannot read the folder {path}: {explain(error)}.") from error
    if any(file.suffix.lower() == ".png" for file in list_images(path)):
        return []
    return sorted((folder for folder in inner if list_images(folder)), key=lambda folder: natural_key(folder.name))


def is_numbered(folder: Path) -> bool:
    """Whether a folder is called as those of objects are: "007 name"."""
    return _NUMBERED.fullmatch(folder.name) is not None


def _one_file(path: Path, video: VideoShape, options: ImportOptions) -> LabelImport:
    frame = options.frame
    notes: tuple[str, ...] = ()
    if frame is None:
        try:
            (frame,), notes = match_frames([path.stem], video.frame_names, path.name)
        except LipError:
            frame, notes = 0, (f"{path.name} is not named after a frame; it was taken for frame 0.",)
    if not 0 <= frame < len(video.frame_names):
        raise LipError(f"Cannot import {path.name}: the video has no frame {frame}.")
    chosen = frame

    def read() -> Iterator[ImportedFrame]:
        labels, remarks = MaskReader(video.height, video.width).read(path)
        yield ImportedFrame(chosen, labels, notes=remarks)

    return LabelImport([chosen], {}, notes, read)


def _object_folders(path: Path, folders: list[Path], video: VideoShape) -> LabelImport:
    matches = {folder.name: _NUMBERED.fullmatch(folder.name) for folder in folders}
    numbers: dict[object, object] = {name: int(match[1]) for name, match in matches.items() if match}
    ignored = [name for name, number in numbers.items() if number == IGNORE]
    keys = [folder.name for folder in folders if folder.name not in ignored]
    ids = assign_ids(keys, numbers, path.name) | dict.fromkeys(ignored, IGNORE)
    names = {name: match[2] if match else name for name, match in matches.items()}
    objects = {ids[name]: imported_object(ids[name], names[str(name)]) for name in sorted(keys, key=lambda k: ids[k])}
    files: dict[int, list[tuple[int, Path]]] = {}
    notes: dict[str, None] = {}
    for folder in folders:
        masks = [file for file in list_images(folder) if file.suffix.lower() == ".png"]
        frames, remarks = match_frames([mask.stem for mask in masks], video.frame_names, folder.name)
        notes |= dict.fromkeys(f"{folder.name}: {remark}" for remark in remarks)
        for frame, mask in zip(frames, masks, strict=True):
            files.setdefault(frame, []).append((ids[folder.name], mask))

    def read() -> Iterator[ImportedFrame]:
        reader = MaskReader(video.height, video.width)
        for frame in sorted(files):
            labels, covered = np.zeros((video.height, video.width), np.uint8), 0
            remarks: list[str] = []
            for number, file in files[frame]:
                found, repaired = reader.read(file)
                covered += paint(labels, (found != 0) & (found != IGNORE), number)
                remarks += repaired
            yield ImportedFrame(frame, labels, notes=(*remarks, *overlap_notes(covered, frame)))

    return LabelImport(sorted(files), objects, tuple(notes), read)
