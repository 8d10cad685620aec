"""Which format a file or folder has, by its contents."""

from __future__ import annotations

from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import list_images
from lipcore.importing.json_file import read_value
from lipcore.importing.single_masks import is_numbered, object_folders


def detect(path: Path) -> str:
    """The name of the format of a file or folder; LipError if it looks like none."""
    return _of_file(path) if path.is_file() else _of_folder(path)


def _of_file(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix == ".png":
        return "masks"
    if suffix == ".json":
        return _of_json(path)
    raise LipError(f"Cannot import {path}: only JSON and PNG files hold labels.")


def _of_json(path: Path) -> str:
    content = read_value(path)
    if isinstance(content, dict):
        if "shapes" in content:
            return "labelme"
        if "images" in content or "annotations" in content:
            return "coco"
    raise LipError(f"Cannot import {path}: it is JSON of no format that LIP knows.")


def _of_folder(path: Path) -> str:
    if (path / "meta.json").is_file():
        return "youtube-vos"
    pictures = {picture.stem for picture in list_images(path)}
    files = sorted(file for file in path.glob("[!.]*.json"))
    if {file.stem for file in files} & pictures:  # labelme keeps its files beside the pictures
        return "labelme"
    if (path / "Annotations").is_dir() or pictures:
        return "davis"
    folders = object_folders(path)
    if folders and all(is_numbered(folder) for folder in folders):
        return "masks"
    if not folders and files:
        return "labelme"
    return "davis"
