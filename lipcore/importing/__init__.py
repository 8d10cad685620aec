"""Import: the table of formats, and `open_import`, which finds the format and checks what fits the video."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import list_images
from lipcore.importing.coco import open_coco
from lipcore.importing.json_file import read_object
from lipcore.importing.labelme import open_labelme
from lipcore.importing.mask_folder import open_mask_folder
from lipcore.importing.result import ImportedFrame, ImportOptions, LabelImport, VideoShape
from lipcore.importing.single_masks import is_numbered, object_folders, open_single_masks

__all__ = [
    "FORMATS",
    "ImportFormat",
    "ImportOptions",
    "ImportedFrame",
    "LabelImport",
    "VideoShape",
    "detect",
    "open_import",
]


@dataclass(frozen=True)
class ImportFormat:
    """An import format: a name, a title for people, and a function that opens a path for a video; LipError."""

    name: str
    title: str
    open: Callable[[Path, VideoShape, ImportOptions], LabelImport]


FORMATS: tuple[ImportFormat, ...] = (
    ImportFormat("davis", "DAVIS (folder of indexed PNG)", open_mask_folder),
    ImportFormat("youtube-vos", "YouTube-VOS", open_mask_folder),
    ImportFormat("coco", "COCO instances (JSON)", open_coco),
    ImportFormat("labelme", "labelme (JSON, one or a folder)", open_labelme),
    ImportFormat("masks", "Single masks (PNG, one or a folder per object)", open_single_masks),
)


def open_import(path: Path, video: VideoShape, form: str = "auto", options: ImportOptions | None = None) -> LabelImport:
    """Open labels for a video; "auto" finds the format. Nothing is changed; LipError."""
    if not path.exists():
        raise LipError(f"Cannot import {path}: it does not exist.")
    name = detect(path) if form == "auto" else form
    for known in FORMATS:
        if known.name == name:
            return known.open(path, video, options or ImportOptions())
    raise LipError(f"There is no import format {name!r}; there are {', '.join(known.name for known in FORMATS)}.")


def detect(path: Path) -> str:
    """The name of the format of a file or folder, by its contents; LipError if it looks like none."""
    if path.is_file():
        if path.suffix.lower() == ".json":
            return "labelme" if "shapes" in read_object(path) else "coco"
        if path.suffix.lower() == ".png":
            return "masks"
        raise LipError(f"Cannot import {path}: only JSON and PNG files hold labels.")
    if (path / "meta.json").is_file():
        return "youtube-vos"
    pictures = {picture.stem for picture in list_images(path)}
    files = {file.stem for file in path.glob("[!.]*.json")}
    if files & pictures:  # labelme keeps its files beside the pictures
        return "labelme"
    if (path / "Annotations").is_dir() or pictures:
        return "davis"
    folders = object_folders(path)
    if folders and all(is_numbered(folder) for folder in folders):
        return "masks"
    if not folders and files:
        return "labelme"
    return "davis"
