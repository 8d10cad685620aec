"""DAVIS and YouTube-VOS: a folder of indexed PNGs, alone or inside a data set, with meta.json naming the objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import explain, list_images, natural_key
from lipcore.importing.json_file import read_object
from lipcore.importing.mask_reader import MaskReader
from lipcore.importing.matching import match_frames
from lipcore.importing.result import ImportedFrame, ImportOptions, LabelImport, VideoShape, imported_object
from lipcore.masks import MAX_OBJECT_ID
from lipcore.project.objects import VideoObject

_RESOLUTIONS = ("480p", "Full-Resolution", "1080p")


def open_mask_folder(path: Path, video: VideoShape, options: ImportOptions) -> LabelImport:
    """Find the video's masks in `path`: its PNGs, or those of `Annotations/[480p/]<video>`, or of `<video>`. LipError.

    An indexed PNG counts by its indices, whatever its palette. Files that are not PNG are left alone.
    """
    folder = find_masks(path, video, options)
    files = _masks_in(folder)
    frames, notes = match_frames([file.stem for file in files], video.frame_names, folder.name)
    ordered = sorted(zip(frames, files, strict=True))

    def read() -> Iterator[ImportedFrame]:
        reader = MaskReader(video.height, video.width)
        for frame, file in ordered:
            labels, remarks = reader.read(file)
            yield ImportedFrame(frame, labels, notes=remarks)

    return LabelImport([frame for frame, _ in ordered], _meta_objects(path, folder.name), notes, read)


def find_masks(path: Path, video: VideoShape, options: ImportOptions) -> Path:
    """The folder that holds the masks of the video; LipError with the names there are."""
    folder = path
    if not folder.is_dir():
        raise LipError(f"Cannot import {path}: there is no such folder.")
    if not _masks_in(folder) and "Annotations" in _folders_in(folder):
        folder = folder / "Annotations"
    if not _masks_in(folder):
        inner = [name for name in _RESOLUTIONS if name in _folders_in(folder)]
        fitting = [name for name in inner if options.video in ("", *_folders_in(folder / name))]
        if fitting:
            folder = folder / fitting[0]
    if _masks_in(folder):
        return folder
    names = _folders_in(folder)
    wanted = options.video or (video.name if video.name in names else names[0] if len(names) == 1 else "")
    if wanted not in names:
        there = ", ".join(names[:10]) or "none"
        raise LipError(f"Cannot import {path}: it has no masks of {wanted or video.name!r}; its folders are {there}.")
    if not _masks_in(folder / wanted):
        raise LipError(f"Cannot import {folder / wanted}: there is no PNG file in it.")
    return folder / wanted


def _masks_in(folder: Path) -> list[Path]:
    return [path for path in list_images(folder) if path.suffix.lower() == ".png"]


def _folders_in(folder: Path) -> list[str]:
    try:
        names = [entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    except OSError as error:
        raise LipError(f"Cannot read the folder {folder}: {explain(error)}.") from error
    return sorted(names, key=natural_key)


def _meta_objects(root: Path, name: str) -> dict[int, VideoObject]:
    """The objects that meta.json names for the video; its names are only looked up, never followed."""
    if not (root / "meta.json").is_file():
        return {}
    videos = read_object(root / "meta.json").get("videos")
    entry = videos.get(name) if isinstance(videos, dict) else None
    objects = entry.get("objects") if isinstance(entry, dict) else None
    found: dict[int, VideoObject] = {}
    for key, value in objects.items() if isinstance(objects, dict) else ():
        number = int(key) if key.isascii() and key.isdigit() and len(key) < 4 else 0
        if 1 <= number <= MAX_OBJECT_ID and isinstance(value, dict):
            found[number] = imported_object(number, value.get("category"))
    return dict(sorted(found.items()))
