"""Opens labels of any format for a video: finds the format by the contents, and says how objects map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lipcore.errors import LipError
from lipcore.exchange.detect import detect
from lipcore.exchange.formats import find_format
from lipcore.importing.flow import import_source
from lipcore.importing.result import ImportOptions, LabelImport
from lipcore.importing.source import Source
from lipcore.project.objects import VideoObject, default_object
from lipcore.video import VideoShape


def open_source(path: Path, form: str = "auto", options: ImportOptions | None = None) -> Source:
    """Labels as they stand in a file or folder; "auto" finds the format. LipError."""
    if not path.exists():
        raise LipError(f"Cannot import {path}: it does not exist.")
    name = detect(path) if form == "auto" else form
    return find_format(name).reader(path, options or ImportOptions())


def open_import(path: Path, video: VideoShape, form: str = "auto", options: ImportOptions | None = None) -> LabelImport:
    """Open labels for a video; "auto" finds the format. Nothing is changed; LipError."""
    chosen = replace(options or ImportOptions(), likely=video.name)
    return import_source(open_source(path, form, chosen), video, chosen)


@dataclass(frozen=True)
class Mapped:
    """An object of an import: what it is called in the source, its name, and the project's object it goes into.

    `there` is the name of that object in the project, None if it is new.
    """

    origin: str
    name: str
    object_id: int
    there: str | None


def mapping(opened: LabelImport, seen: Iterable[int], known: Mapping[int, VideoObject]) -> list[Mapped]:
    """What becomes which object of a project, for every object that is named or `seen` in an import."""
    found = []
    for number in sorted({*opened.objects, *seen}):
        item = opened.objects.get(number) or default_object(number)
        there = known.get(number)
        origin = opened.origins.get(number, f"index {number}")
        found.append(Mapped(origin, item.name, number, None if there is None else there.name))
    return found
