"""Which format a file or folder has, by its contents."""

from __future__ import annotations

from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import list_images
from lipcore.importing.json_file import inner, read_object, read_value
from lipcore.importing.readers.coco import instances_files
from lipcore.importing.readers.cvat import cvat_file
from lipcore.importing.readers.mask_folder import folders_in, masks_in
from lipcore.importing.readers.mots import looks_like_mots
from lipcore.importing.readers.single_masks import is_numbered, object_folders
from lipcore.importing.readers.via import is_entry
from lipcore.importing.readers.voc import KINDS, OBJECTS
from lipcore.importing.readers.yolo import label_folder

_MOTS_COLUMNS = 6


def detect(path: Path) -> str:
    """The name of the format of a file or folder; LipError if it looks like none."""
    return _of_file(path) if path.is_file() else _of_folder(path)


def _of_file(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix == ".json":
        return _of_json(path)
    if suffix == ".txt":
        return _of_text(path)
    known = {".png": "masks", ".xml": "cvat"}.get(suffix)
    if known is None:
        raise LipError(f"Cannot import {path}: only PNG, JSON, XML and TXT files hold labels.")
    return known


def _of_json(path: Path) -> str:
    content = read_value(path)
    if isinstance(content, list) and content and isinstance(content[0], dict) and "data" in content[0]:
        return "label-studio"
    if isinstance(content, dict):
        name = _of_object(content)
        if name:
            return name
    raise LipError(f"Cannot import {path}: it is JSON of no format that LIP knows.")


def _of_object(content: dict[str, object]) -> str:
    """The format of a JSON object by its keys, or nothing."""
    if "shapes" in content:
        return "labelme"
    if "_via_img_metadata" in content or (content and all(is_entry(value) for value in content.values())):
        return "via"
    if "items" in content and "categories" in content:
        return "datumaro"
    if "objects" in content:
        if inner(content, "info").get("description") == "ISAT":
            return "isat"
        return "supervisely" if "size" in content else ""
    videos = content.get("videos")
    if isinstance(videos, list) and any(isinstance(video, dict) and "file_names" in video for video in videos):
        return "youtube-vis"
    return "coco" if "images" in content or "annotations" in content else ""


def _of_text(path: Path) -> str:
    """A line of MOTS ends in a code, one of YOLO is all numbers."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            parts = file.readline(10_000).split()
    except OSError as error:
        raise LipError(f"Cannot read {path}: it is damaged.") from error
    return "mots-txt" if len(parts) == _MOTS_COLUMNS and all(part.isdecimal() for part in parts[:5]) else "yolo"


def _of_folder(path: Path) -> str:
    if (path / "meta.json").is_file():
        return "supervisely" if "classes" in read_object(path / "meta.json") else "youtube-vos"
    if (path / OBJECTS).is_dir() or (path / KINDS).is_dir():
        return "voc"
    if any((path / "annotations").glob("*.json")):
        return "coco" if instances_files(path) else "datumaro"
    if cvat_file(path) is not None:
        return "cvat"
    if label_folder(path) is not None:
        return "yolo"
    if (path / "ann").is_dir():
        return "supervisely"
    return _of_pictures(path)


def _of_pictures(path: Path) -> str:
    """The format of a folder of pictures, of JSON files, or of folders of pictures."""
    pictures = {picture.stem for picture in list_images(path)}
    files = sorted(path.glob("[!.]*.json"))
    beside = {file.stem for file in files} & pictures  # labelme and ISAT keep their files beside the pictures
    folders = object_folders(path)
    if beside or (files and not pictures and not folders and not (path / "Annotations").is_dir()):
        return _of_json(next(file for file in files if not beside or file.stem in beside))
    if (path / "Annotations").is_dir():
        return "davis"
    if not pictures and folders and all(is_numbered(folder) for folder in folders):
        return "masks"
    masks = masks_in(path) or next((masks for name in folders_in(path) if (masks := masks_in(path / name))), [])
    return "mots-png" if masks and looks_like_mots(masks[0]) else "davis"
