"""The jobs of a batch: from a CSV file, or from a folder of videos and annotations."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from lipcore.batch.job import SegmentJob
from lipcore.errors import LipError
from lipcore.export.selection import safe_name
from lipcore.files import explain, list_images, natural_key, read_bytes

_MAX_BYTES = 20_000_000
_PAIRS = (("videos", "annotations"), ("JPEGImages", "Annotations"))
_RESOLUTIONS = ("480p", "Full-Resolution", "1080p")


def read_jobs(path: Path, out: Path, method: Mapping[str, object]) -> list[SegmentJob]:
    """The jobs of a manifest or folder, in its order, each with its own folder in `out`. LipError.

    A manifest is CSV with the columns `video`, `annotations` and, if wanted, `name`; paths may start at its folder.
    A folder holds `videos/<name>[.mp4]` and `annotations/<name>[.png]`, or `JPEGImages` and `Annotations` as DAVIS has
    them, of which only the mask of the first frame is then used. A video without annotations is left out.
    """
    found = _from_folder(path) if path.is_dir() else _from_manifest(path)
    if not found:
        raise LipError(f"There is no video with annotations in {path}.")
    names = [name for name, _, _ in found]
    alike = Counter(name.casefold() for name in names)
    for name in names:
        if safe_name(name) != name or name.startswith("."):
            raise LipError(f"Cannot use {path}: {name!r} is not a plain name for a folder of results.")
        if alike[name.casefold()] > 1:
            raise LipError(f"Cannot use {path}: two videos are called {name!r}; a column `name` can tell them apart.")
    place = out.absolute()
    return [SegmentJob(video.absolute(), masks.absolute(), place / name, method) for name, video, masks in found]


def _from_manifest(path: Path) -> list[tuple[str, Path, Path]]:
    try:
        text = read_bytes(path, _MAX_BYTES).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise LipError(f"Cannot read {path}: it is not CSV in UTF-8.") from error
    found = []
    for number, row in enumerate(rows, start=2):
        video, masks, name = (_cell(row, column) for column in ("video", "annotations", "name"))
        if not video or not masks:
            raise LipError(
                f"Cannot read {path}: line {number} needs a video and annotations, as the columns are named."
            )
        try:
            found.append((name or _video_name(Path(video)), path.parent / video, path.parent / masks))
            for named in found[-1][1:]:
                named.exists()
        except OSError as error:
            raise LipError(f"Cannot read {path}: a path in line {number} cannot be used, {explain(error)}.") from error
    return found


def _cell(row: Mapping[str | None, object], column: str) -> str:
    value = row.get(column)
    return value.strip() if isinstance(value, str) and "\0" not in value else ""


def _from_folder(folder: Path) -> list[tuple[str, Path, Path]]:
    for videos, labels in _PAIRS:
        if (folder / videos).is_dir() and (folder / labels).is_dir():
            break
    else:
        raise LipError(f"Cannot use {folder}: it has neither videos and annotations nor JPEGImages and Annotations.")
    frames, masks = _inner(folder / videos), _inner(folder / labels)
    found = []
    for video in sorted(_entries(frames), key=lambda path: natural_key(path.name)):
        name = _video_name(video)
        chosen = masks / f"{name}.png" if (masks / f"{name}.png").is_file() else masks / name
        if chosen.is_dir() and videos == "JPEGImages":
            pictures = list_images(chosen)
            chosen = pictures[0] if pictures else chosen / "missing"
        if chosen.exists():
            found.append((name, video, chosen))
    return found


def _inner(folder: Path) -> Path:
    """The folder of a resolution, where a data set has those."""
    return next((folder / name for name in _RESOLUTIONS if (folder / name).is_dir()), folder)


def _entries(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        raise LipError(f"Cannot read the folder {folder}: {explain(error)}.") from error


def _video_name(path: Path) -> str:
    """A file's name without extension, a folder's whole name."""
    return path.name if path.is_dir() or not path.suffix else path.stem
