"""MOTS: a text file of run-length codes, or 16-bit PNGs whose values are 1000 x class + object."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from lipcore.errors import LipError
from lipcore.files import read_bytes
from lipcore.importing.json_file import MAX_BYTES
from lipcore.importing.marks import Mark, marks_source
from lipcore.importing.mask_reader import file_size
from lipcore.importing.mask_values import id_values
from lipcore.importing.readers.mask_folder import find_masks, masks_in
from lipcore.importing.result import ImportOptions
from lipcore.importing.run_lengths import decode_run_lengths
from lipcore.importing.source import Described, Draw, Drawn, Key, Mask, Picture, Source, Special
from lipcore.masks import IGNORE

_CLASSES = {1: "car", 2: "pedestrian"}
_IGNORE_ID = 10_000
_COLUMNS = 6


def read_mots_text(path: Path, options: ImportOptions) -> Source:
    """Read the lines: frame, 1000 x class + object, class, height, width, run-length code. LipError."""
    source = path.name
    numbers: dict[int, tuple[int, int]] = {}
    lines = []
    for line in read_bytes(path, MAX_BYTES).decode("utf-8-sig", "replace").splitlines():
        parts = line.split()
        if not parts:
            continue
        if len(parts) != _COLUMNS or not all(
            part.isascii() and part.isdigit() and len(part) < 10 for part in parts[:5]
        ):
            raise LipError(f"Cannot import {source}: a line does not have the six columns of MOTS: {line[:40]!r}.")
        frame, identity, _, height, width = (int(part) for part in parts[:5])
        if numbers.setdefault(frame, (height, width)) != (height, width) or not height * width:
            raise LipError(f"Cannot import {source}: frame {frame} has several sizes, or none.")
        lines.append((frame, identity, parts[5]))
    places = {frame: place for place, frame in enumerate(sorted(numbers))}
    pictures = [Picture(f"{frame:06d}", numbers[frame], frame) for frame in places]
    marks = [_mark(places[frame], identity, code, source) for frame, identity, code in lines]
    return _numbered(marks_source(source, pictures, marks, video=path.stem))


def read_mots_png(path: Path, options: ImportOptions) -> Source:
    """Read the PNGs of `path`, or of the folder in it that is called like the video. LipError."""
    folder = find_masks(path, options)
    files = masks_in(folder)
    found = sorted({int(value) for file in files for value in np.unique(id_values(file))} - {0})
    strange = next((value for value in found if value < 1000), None)
    if strange is not None:
        raise LipError(f"Cannot import {folder.name}: {strange} is no id of MOTS, which are 1000 x class + object.")
    objects: dict[Key, Described] = {value: _described(value) for value in found if value != _IGNORE_ID}

    def reader(ids: Mapping[Key, int]) -> Draw:
        def draw(index: int, height: int, width: int) -> Drawn:
            pixels = id_values(files[index])
            labels = np.zeros(pixels.shape, np.uint8)
            for value in np.unique(pixels[pixels != 0]).tolist():
                number = IGNORE if value == _IGNORE_ID else ids.get(value)
                if number is None:
                    raise LipError(f"Cannot import {files[index].name}: it changed while it was read.")
                labels[pixels == value] = number
            return Drawn(labels)

        return draw

    pictures = [Picture(file.stem, file_size(file)) for file in files]
    return _numbered(Source(folder.name, pictures, objects, reader, video=folder.name))


def looks_like_mots(path: Path) -> bool:
    """Whether a PNG is 16 bit and all its values are ids of MOTS; LipError."""
    with path.open("rb") as file:
        header = file.read(26)
    if header[24:26] != b"\x10\x00":
        return False
    values = np.unique(id_values(path))
    values = values[values != 0]
    return bool(len(values)) and bool((((values >= 1000) & (values < 3000)) | (values == _IGNORE_ID)).all())


def _mark(picture: int, identity: int, code: str, source: str) -> Mark:
    def draw(height: int, width: int) -> Mask:
        return decode_run_lengths(code, height, width, source)

    special = Special.IGNORED if identity == _IGNORE_ID else None
    described = _described(identity)
    return Mark(picture, identity, draw, identity, described.name, special=special)


def _described(identity: int) -> Described:
    kind = _CLASSES.get(identity // 1000, f"class {identity // 1000}")
    return Described(f"{kind} {identity % 1000}", None, identity % 1000, f"id {identity}")


def _numbered(source: Source) -> Source:
    """The source with the objects' numbers within their class as ids, where these differ."""
    objects = {}
    for key, item in source.objects.items():
        value = key[1] if isinstance(key, tuple) else key
        objects[key] = _described(int(value)) if isinstance(value, int) else item
    return Source(source.name, source.pictures, objects, source.reader, source.notes, source.lone, source.video)
