"""The file project.json: the record of a project as JSON, and back with every field checked."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import MappingProxyType

from lipcore.errors import LipError
from lipcore.project.edge_settings import EdgeSettings
from lipcore.project.objects import VideoObject
from lipcore.project.record import MAX_FRAMES, ProjectRecord, Setting, VideoFingerprint
from lipcore.project.stopped_run import StoppedRun
from lipcore.storage.curve_documents import curves_document, with_curves
from lipcore.storage.fields import as_flag, as_integer, as_list, as_number, as_object, as_text

FORMAT = 1  # raise it with every change that older programs cannot read, and add a step to migration.py
_MAX_SIDE = 1_000_000


def encode_record(record: ProjectRecord, folder: Path) -> bytes:
    """The content of project.json in `folder`; the same record and folder give the same bytes."""
    names = list(record.frame_names)
    document = {
        "format": FORMAT,
        "name": record.name,
        "video": {
            "path": str(record.video_path),
            "relative": _relative(record.video_path, folder),
            "size": record.fingerprint.size if record.fingerprint else None,
            "digest": record.fingerprint.digest if record.fingerprint else None,
        },
        "frames": {
            "count": len(names),
            "height": record.height,
            "width": record.width,
            "rate": record.frame_rate,
            "names": None if names == _numbers(len(names)) else names,
        },
        "objects": [object_document(item) for item in record.objects],
        "range": list(record.in_out),
        "settings": dict(record.settings),
        "weights": record.weights,
        **({} if record.stopped is None else {"stopped": _stopped_document(record.stopped)}),
    }
    text, curves = json.dumps(document, indent=1, allow_nan=False), curves_document(record.objects)
    if curves:  # many numbers: not one a line
        packed = json.dumps(curves, separators=(",", ":"), allow_nan=False)
        text = text.removesuffix("\n}") + f',\n "curves": {packed}\n' + "}"
    return (text + "\n").encode()


def decode_record(document: object, folder: Path, dropped: list[str] | None = None) -> ProjectRecord:
    """The record in the content of project.json of the present format; LipError, the end of a sentence, if it is wrong.

    Where the video is not at its old path but at the same place as seen from the project, the new path is taken.
    With a list `dropped`, curves that are wrong are left out, and it gets a sentence for each.
    """
    top = as_object(document, "it")
    frames = as_object(top.get("frames"), "frames")
    count = as_integer(frames.get("count"), "frames.count", 1, MAX_FRAMES)
    first, last = (as_integer(item, "range", 0, count - 1) for item in _exactly(top.get("range"), "range", 2))
    try:
        objects = tuple(map(decode_object, as_list(top.get("objects"), "objects", 254)))
        return ProjectRecord(
            name=as_text(top.get("name"), "name", 255),
            video_path=_video_path(as_object(top.get("video"), "video"), folder),
            fingerprint=_fingerprint(as_object(top.get("video"), "video")),
            height=as_integer(frames.get("height"), "frames.height", 1, _MAX_SIDE),
            width=as_integer(frames.get("width"), "frames.width", 1, _MAX_SIDE),
            frame_rate=as_number(frames.get("rate"), "frames.rate"),
            frame_names=_frame_names(frames.get("names"), count),
            in_out=(first, last),
            objects=with_curves(objects, top.get("curves"), count, dropped),
            settings=MappingProxyType(_settings(top.get("settings"))),
            weights=as_text(top.get("weights"), "weights", 64),
            stopped=_stopped_run(top.get("stopped"), count),
        )
    except LipError as error:
        raise LipError(str(error).rstrip(".")) from error


def _numbers(count: int) -> list[str]:
    return [f"{frame:05d}" for frame in range(count)]


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive of Windows
        return ""


def _exactly(value: object, what: str, count: int) -> list[object]:
    items = as_list(value, what, count)
    if len(items) != count:
        raise LipError(f"{what} must have {count} items")
    return items


def _video_path(video: dict[str, object], folder: Path) -> Path:
    path = Path(as_text(video.get("path"), "video.path"))
    relative = as_text(video.get("relative"), "video.relative")
    try:
        if relative and not path.exists():
            moved = Path(os.path.normpath(folder / relative))
            return moved if moved.exists() else path
    except OSError:  # a path that this system cannot even ask about
        pass
    return path


def _fingerprint(video: dict[str, object]) -> VideoFingerprint | None:
    if video.get("digest") is None:
        return None
    size = as_integer(video.get("size"), "video.size", 0, 2**62)
    return VideoFingerprint(size, as_text(video.get("digest"), "video.digest", 128))


def _frame_names(value: object, count: int) -> tuple[str, ...]:
    if value is None:
        return tuple(_numbers(count))
    names = [as_text(name, "a frame's name", 255) for name in as_list(value, "frames.names", MAX_FRAMES)]
    if len(names) != count:
        raise LipError(f"frames.names must have {count:,} names")
    return tuple(names)


def object_document(item: VideoObject) -> dict[str, object]:
    """An object as JSON, without its curves; of its edges only unusual ones, which older programs pass over."""
    fields: dict[str, object] = {
        "id": item.object_id,
        "name": item.name,
        "colour": list(item.colour),
        "hidden": item.hidden,
        "locked": item.locked,
    }
    if item.edges != EdgeSettings():
        fields["edges"] = item.edges.to_mapping()
    return fields


def decode_object(value: object) -> VideoObject:
    """The object that `object_document` wrote; LipError, the end of a sentence, if it is none."""
    item = as_object(value, "an object")
    red, green, blue = (as_integer(part, "colour", 0, 255) for part in _exactly(item.get("colour"), "colour", 3))
    return VideoObject(
        as_integer(item.get("id"), "an object's id", 1, 254),
        as_text(item.get("name"), "an object's name"),
        (red, green, blue),
        as_flag(item.get("hidden"), "hidden"),
        as_flag(item.get("locked"), "locked"),
        EdgeSettings.from_mapping(as_object(item.get("edges", {}), "edges")),
    )


def _settings(value: object) -> dict[str, Setting]:
    settings: dict[str, Setting] = {}
    for name, item in as_object(value, "settings").items():
        if isinstance(item, bool):
            settings[name] = item
        elif isinstance(item, str):
            settings[name] = as_text(item, "a setting", 1000)
        else:
            number = as_number(item, "a setting")
            settings[name] = item if isinstance(item, int) else number
    return settings


def _stopped_document(run: StoppedRun) -> dict[str, object]:
    return {
        "direction": run.direction,
        "range": [run.first, run.last],
        "done": [list(stretch) for stretch in run.done],
        "only": list(run.only),
        "correction": run.correction,
    }


def _stopped_run(value: object, count: int) -> StoppedRun | None:
    """The stopped run, which older programs do not write."""
    if value is None:
        return None
    item = as_object(value, "stopped")

    def pair(stretch: object, what: str) -> tuple[int, int]:
        first, last = (as_integer(each, what, 0, count - 1) for each in _exactly(stretch, what, 2))
        return first, last

    first, last = pair(item.get("range"), "stopped.range")
    return StoppedRun(
        as_text(item.get("direction"), "stopped.direction", 16),
        first,
        last,
        tuple(pair(each, "stopped.done") for each in as_list(item.get("done"), "stopped.done", MAX_FRAMES)),
        tuple(as_integer(each, "stopped.only", 1, 254) for each in as_list(item.get("only"), "stopped.only", 254)),
        as_flag(item.get("correction"), "stopped.correction"),
    )
