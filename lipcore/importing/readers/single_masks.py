"""Single masks: one picture for one frame, or a folder of black and white pictures per object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from lipcore.errors import LipError
from lipcore.files import list_images
from lipcore.importing.mask_reader import MaskReader, file_size
from lipcore.importing.mask_values import palette_of, shade_labels
from lipcore.importing.readers.mask_folder import folders_in, masks_in, masks_source, read_mask_folder
from lipcore.importing.result import ImportOptions, overlap_notes, paint
from lipcore.importing.source import Described, Draw, Drawn, Key, Picture, Source, Special
from lipcore.masks import IGNORE

_NUMBERED = re.compile(r"([0-9]{1,3})[ _-]+(.+)")


def read_single_masks(path: Path, options: ImportOptions) -> Source:
    """A mask file, a folder of mask files, or a folder with a folder of black and white masks per object. LipError.

    A file belongs to `options.frame`, else to the frame of its name, else to frame 0. The folder of an object is
    called "<id> <name>"; if not all are, objects are numbered in order. "255 ignore" holds ignored pixels.
    """
    if path.is_file():
        return masks_source(path.name, [path], options, {}, lone=True, video=path.stem)
    folders = object_folders(path)
    return _object_folders(path, folders, options) if folders else read_mask_folder(path, options)


def object_folders(path: Path) -> list[Path]:
    """The folders of pictures directly in a folder that has no PNG of its own, in natural order; LipError."""
    if masks_in(path):
        return []
    return [path / name for name in folders_in(path) if list_images(path / name)]


def is_numbered(folder: Path) -> bool:
    """Whether a folder is called as those of objects are: "007 name"."""
    return _NUMBERED.fullmatch(folder.name) is not None


def _object_folders(path: Path, folders: list[Path], options: ImportOptions) -> Source:
    if palette_of(options.values) is not None:
        raise LipError(f"Cannot import {path}: a palette is for masks that hold all objects, not for a folder of each.")
    objects: dict[Key, Described] = {}
    files: dict[str, list[tuple[Key, Path]]] = {}
    for folder in folders:
        match = _NUMBERED.fullmatch(folder.name)
        key: Key = Special.IGNORED if match and int(match[1]) == IGNORE else folder.name
        if key is not Special.IGNORED:
            name, number = (match[2], int(match[1])) if match else (folder.name, None)
            objects[key] = Described(name, None, number, f"folder {folder.name!r}")
        stems: set[str] = set()
        for mask in masks_in(folder):
            if mask.stem in stems:
                raise LipError(f"Cannot import {folder}: there are two entries named {mask.stem!r}.")
            stems.add(mask.stem)
            files.setdefault(mask.stem, []).append((key, mask))
    names = list(files)
    sizes = {name: {file_size(mask) for _, mask in files[name]} for name in names}

    def reader(ids: Mapping[Key, int]) -> Draw:
        known: dict[tuple[int, int], MaskReader] = {}

        def draw(index: int, height: int, width: int) -> Drawn:
            labels, covered = np.zeros((height, width), np.uint8), 0
            remarks: list[str] = []
            for key, file in files[names[index]]:
                repaired: tuple[str, ...] = ()
                if options.values == "shades":
                    found = shade_labels(file)
                else:
                    found, repaired = known.setdefault((height, width), MaskReader(height, width)).read(file)
                number = IGNORE if key is Special.IGNORED else ids[key]
                covered += paint(labels, (found != 0) & (found != IGNORE), number)
                remarks += repaired
            return Drawn(labels, notes=(*remarks, *overlap_notes(covered)))

        return draw

    pictures = [Picture(name, next(iter(sizes[name])) if len(sizes[name]) == 1 else None) for name in names]
    return Source(path.name, pictures, objects, reader, video=path.name)
