"""YOLO segmentation: a text file of polygons per picture, classes named in data.yaml; filled as Ultralytics does it.

The format has no objects: a class that is never twice in a picture is one object, anything else is refused unless only
one picture is labelled. Sizes are not in it; they are taken from the pictures beside the labels, if there are any.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import yaml
from PIL import Image

from lipcore.errors import LipError
from lipcore.files import explain, list_images, natural_key, read_bytes
from lipcore.importing.json_file import MAX_BYTES
from lipcore.importing.marks import Mark, marks_source
from lipcore.importing.outlines import numbers_of
from lipcore.importing.polygons import fill_polygon
from lipcore.importing.result import ImportOptions
from lipcore.importing.source import Mask, Picture, Source
from lipcore.masks import PICTURE_DAMAGE

_MAX_YAML = 200_000
_BOX = 4  # numbers of a box: middle x, middle y, width, height


def read_yolo(path: Path, options: ImportOptions) -> Source:
    """Read a label file, or those of `labels/`, of its folders, or of the folder itself. LipError."""
    files = _label_files(path)
    root = path.parent if path.is_file() else path
    names = _class_names(root)
    pictures, marks = [], []
    known: dict[Path, dict[str, Path]] = {}
    for place, file in enumerate(files):
        pictures.append(Picture(file.stem, _picture_size(file, known)))
        for line in read_bytes(file, MAX_BYTES).decode("utf-8-sig", "replace").splitlines():
            if line.strip():
                marks.append(_mark(place, line.split(), names, file.name))
    return marks_source(path.name, pictures, marks, lone=path.is_file(), video=root.name)


def label_folder(path: Path) -> Path | None:
    """The folder in a data set that holds its label files or folders of them, or None."""
    for name in ("labels", "obj_train_data"):
        if (path / name).is_dir():
            return path / name
    return path if any(path.glob("[!.]*.txt")) and not any(path.glob("[!.]*.png")) else None


def _label_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    folder = label_folder(path)
    try:
        inner = folder or path
        files = [*inner.glob("[!.]*.txt"), *inner.glob("[!.]*/[!.]*.txt")]
    except OSError as error:
        raise LipError(f"Cannot read the folder {path}: {explain(error)}.") from error
    files = [file for file in files if file.stem != "classes"]
    if not files:
        raise LipError(f"Cannot import {path}: there is no label file (.txt) in it.")
    return sorted(files, key=lambda file: natural_key(file.name))


def _class_names(root: Path) -> dict[int, str]:
    """The names in data.yaml, a list or a table by number, or in Darknet's obj.names; none without these. LipError."""
    file = next((file for folder in (root, root.parent) for file in sorted(folder.glob("*.yaml"))), None)
    if file is None and (root / "obj.names").is_file():
        lines = read_bytes(root / "obj.names", _MAX_YAML).decode("utf-8-sig", "replace").splitlines()
        return {number: line.strip() for number, line in enumerate(lines) if line.strip()}
    if file is None:
        return {}
    try:
        content = yaml.safe_load(read_bytes(file, _MAX_YAML))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise LipError(f"Cannot read {file}: it is not valid YAML.") from error
    names = content.get("names") if isinstance(content, dict) else None
    pairs = enumerate(names) if isinstance(names, list) else names.items() if isinstance(names, dict) else ()
    return {number: str(name) for number, name in pairs if type(number) is int}


def _picture_size(file: Path, known: dict[Path, dict[str, Path]]) -> tuple[int, int] | None:
    """Height and width of the picture that lies in `images` as the labels lie in `labels`, or beside them."""
    folders = [file.parent]
    if file.parent.name == "labels":
        folders.append(file.parent.parent / "images")
    elif file.parent.parent.name == "labels":
        folders.append(file.parent.parent.parent / "images" / file.parent.name)
    for folder in folders:
        if folder not in known:
            known[folder] = {picture.stem: picture for picture in list_images(folder)} if folder.is_dir() else {}
        if file.stem in known[folder]:
            try:
                with Image.open(known[folder][file.stem]) as opened:
                    return opened.height, opened.width
            except PICTURE_DAMAGE:
                return None
    return None


def _mark(picture: int, parts: list[str], names: dict[int, str], source: str) -> Mark:
    """One line: a class, and the corners of a polygon or a box, in parts of the width and height."""
    kind, *numbers = numbers_of(parts, source)
    if len(numbers) % 2:
        numbers.pop()  # how sure the network was of it
    if not kind.is_integer() or len(numbers) < _BOX or not all(-0.01 <= number <= 1.01 for number in numbers):
        raise LipError(
            f"Cannot import {source}: a line is no class with a polygon in parts of 1: {' '.join(parts)[:40]!r}."
        )
    pairs = np.array(numbers, np.float64).reshape(-1, 2)

    def draw(height: int, width: int) -> Mask:
        if len(numbers) != _BOX:
            return fill_polygon(pairs * [width, height], height, width)
        (x, y), (across, down) = pairs * [width, height]
        columns, rows = np.arange(width) + 0.5, np.arange(height) + 0.5
        return np.outer(np.abs(rows - y) < down / 2, np.abs(columns - x) < across / 2)

    number = int(kind)
    return Mark(picture, number, draw, name=names.get(number, f"class {number}"))
