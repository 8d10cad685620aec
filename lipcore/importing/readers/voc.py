"""Pascal VOC masks: SegmentationObject tells objects apart, SegmentationClass and labelmap.txt name them."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from lipcore.errors import LipError
from lipcore.files import natural_key, read_bytes
from lipcore.importing.mask_reader import MAX_FILE_BYTES, MaskReader, file_size, png_size
from lipcore.importing.readers.mask_folder import masks_in, masks_source
from lipcore.importing.repair import Codes, pack
from lipcore.importing.result import ImportOptions
from lipcore.importing.source import Described, Draw, Drawn, Key, Picture, Source
from lipcore.masks import IGNORE, MAX_PIXELS, PICTURE_DAMAGE, object_ids, read_label_map
from lipcore.palette import davis_palette

_CLASSES = (
    "background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person "
    "pottedplant sheep sofa train tvmonitor"
).split()
OBJECTS, KINDS = "SegmentationObject", "SegmentationClass"


def read_voc(path: Path, options: ImportOptions) -> Source:
    """Read the masks of `SegmentationObject`, or of `SegmentationClass` where there are no others. LipError.

    VOC numbers objects in each picture anew. Where numbers change their class between pictures, but no class is twice
    in a picture, objects are classes; else a number is the same object in all, and where its class changes that is
    remarked.
    """
    by_object = (path / OBJECTS).is_dir()
    folder = path / (OBJECTS if by_object else KINDS)
    if not folder.is_dir() or not masks_in(folder):
        raise LipError(f"Cannot import {path}: it has no masks in {OBJECTS} or {KINDS}.")
    files = masks_in(folder)
    names = _names(path)
    classes = {
        file: _classes(file, path / KINDS / file.name, names) for file in files if (path / KINDS / file.name).is_file()
    }
    votes: dict[int, Counter[str]] = {}
    for number, name in (pair for found in classes.values() for pair in found.items()):
        votes.setdefault(number, Counter())[name] += 1
    changing = any(len(found) > 1 for found in votes.values())
    if changing and all(len(set(found.values())) == len(found) for found in classes.values()):
        return _by_class(path, files, classes)
    objects: dict[Key, Described] = {}
    notes = []
    for number, found in sorted(votes.items()):
        name = found.most_common(1)[0][0]
        objects[number] = Described(name, None, number, f"index {number}, class {name}")
        if len(found) > 1:
            others = ", ".join(sorted(found))
            notes.append(
                f"Index {number} has different classes in different pictures ({others}); it is one object here."
            )
    source = masks_source(path.name, files, options, objects, video=path.name)
    return Source(
        source.name, source.pictures, source.objects, source.reader, source.notes + tuple(notes), video=source.video
    )


def _names(root: Path) -> dict[int, str]:
    """The name of every colour, as a number: those of labelmap.txt ("name:red,green,blue::"), else those of VOC.

    A line of labelmap.txt may leave its colour to the palette.
    """
    file = root / "labelmap.txt"
    codes = pack(davis_palette()[None])[0].tolist()
    if not file.is_file():
        return dict(zip(codes, _CLASSES, strict=False))
    names: dict[int, str] = {}
    lines = read_bytes(file, 1_000_000).decode("utf-8-sig", "replace").splitlines()
    for place, line in enumerate(line for line in lines if line and not line.startswith("#")):
        name, _, rest = line.partition(":")
        parts = rest.split(":")[0].split(",")
        if parts == [""] and place < len(codes):
            names[codes[place]] = name
        elif len(parts) == 3 and all(part.strip().isdecimal() and len(part) < 9 for part in parts):
            red, green, blue = (min(int(part), 255) for part in parts)
            names[red << 16 | green << 8 | blue] = name
    return names


def _by_class(path: Path, files: Sequence[Path], classes: Mapping[Path, Mapping[int, str]]) -> Source:
    """A source whose objects are classes, for masks in which numbers tell objects of one picture apart only."""
    names = sorted({name for found in classes.values() for name in found.values()}, key=natural_key)
    objects: dict[Key, Described] = {name: Described(name, None, 0, f"class {name}") for name in names}

    def reader(ids: Mapping[Key, int]) -> Draw:
        def draw(index: int, height: int, width: int) -> Drawn:
            labels, notes = MaskReader(height, width).read(files[index])
            found = classes.get(files[index], {})
            table = np.zeros(256, np.uint8)
            table[IGNORE] = IGNORE
            for number in object_ids(labels):
                if number not in found:
                    raise LipError(f"Cannot import {path}: index {number} of {files[index].name} has no class.")
                table[number] = ids[found[number]]
            return Drawn(table[labels], notes=notes)

        return draw

    note = "Numbers are of other classes in other pictures: each class is one object."
    return Source(
        path.name, [Picture(file.stem, file_size(file)) for file in files], objects, reader, (note,), video=path.name
    )


def _classes(file: Path, kinds: Path, names: dict[int, str]) -> dict[int, str]:
    """The class that most pixels of each object of a picture have; LipError."""
    found: dict[int, str] = {}
    labels, colours = read_label_map(file), _colours(kinds)
    if labels.shape != colours.shape:
        raise LipError(f"Cannot import {kinds}: it has another size than {file.name} of {OBJECTS}.")
    for number in object_ids(labels):
        values, counts = np.unique(colours[labels == number], return_counts=True)
        code = int(values[int(np.argmax(counts))])
        if code in names:
            found[number] = names[code]
    return found


def _colours(path: Path) -> Codes:
    """The colours of a PNG as numbers (H, W); LipError."""
    data = read_bytes(path, MAX_FILE_BYTES)
    size = png_size(data)
    if size is None or size[0] * size[1] > MAX_PIXELS:
        raise LipError(f"Cannot read the mask {path}: it is not a PNG file of a usual size.")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            return pack(np.array(picture.convert("RGB")))
    except PICTURE_DAMAGE as error:
        raise LipError(f"Cannot read the mask {path}: the file is damaged.") from error
