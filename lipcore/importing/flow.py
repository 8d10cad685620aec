"""The way of every import: from a source, whatever its format, to frames of labels for a video."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from lipcore.errors import LipError
from lipcore.importing.matching import match_frames
from lipcore.importing.result import (
    ImportedFrame,
    ImportOptions,
    LabelImport,
    assign_ids,
    imported_object,
)
from lipcore.importing.source import Draw, Drawn, Picture, Source
from lipcore.masks import object_ids
from lipcore.video import VideoShape


def import_source(source: Source, video: VideoShape, options: ImportOptions) -> LabelImport:
    """Find the frame of every picture and an id for every object, and check the sizes; LipError."""
    if not source.pictures:
        raise LipError(f"Cannot import {source.name}: there is nothing in it for any frame.")
    frames, notes = _frames(source, video, options)
    for picture in source.pictures:
        _check_size(picture, source, video, options)
    ids = assign_ids(list(source.objects), {key: item.wanted for key, item in source.objects.items()}, source.name)
    objects = {ids[key]: imported_object(ids[key], item.name, item.colour) for key, item in source.objects.items()}
    origins = {ids[key]: item.origin for key, item in source.objects.items() if item.origin}
    order = sorted(range(len(frames)), key=frames.__getitem__)

    def read() -> Iterator[ImportedFrame]:
        draw = source.reader(ids)
        seen, said = False, ""
        for index in order:
            drawn = _fitted(draw, index, source.pictures[index], video)
            seen = seen or bool(object_ids(drawn.labels))
            remarks = tuple(f"Frame {frames[index]}: {note}" for note in drawn.notes)
            said = said or next(iter(remarks), "").rstrip(".")
            yield ImportedFrame(frames[index], drawn.labels, drawn.scores, remarks)
        if not seen:
            because = f" ({said})" if said else ""
            raise LipError(f"Cannot import {source.name}: none of its {len(order)} frames shows an object{because}.")

    ordered = [frames[index] for index in order]
    return LabelImport(ordered, dict(sorted(objects.items())), source.notes + notes, read, origins)


def _frames(source: Source, video: VideoShape, options: ImportOptions) -> tuple[list[int], tuple[str, ...]]:
    """The frame of every picture: as asked for, by number where the source counts frames, else by name."""
    pictures, count = source.pictures, len(video.frame_names)
    if source.lone and options.frame is not None:
        if not 0 <= options.frame < count:
            raise LipError(f"Cannot import {source.name}: the video has no frame {options.frame}.")
        return [options.frame], ()
    numbers = [picture.frame for picture in pictures if picture.frame is not None]
    if numbers and len(set(numbers)) == len(pictures):
        if min(numbers) >= 0 and max(numbers) < count:
            return numbers, ()
        if min(numbers) >= 1 and max(numbers) == count:
            return [number - 1 for number in numbers], ("Its frames are counted from 1.",)
    try:
        return match_frames([picture.name for picture in pictures], video.frame_names, source.name)
    except LipError:
        if not source.lone:
            raise
        return _lone_frame(pictures[0], video.frame_names, source.name)


def _lone_frame(picture: Picture, frame_names: Sequence[str], source: str) -> tuple[list[int], tuple[str, ...]]:
    """The frame of a file that is not named after one: that of its other name, else the first."""
    if picture.other_name:
        try:
            return match_frames([picture.other_name], frame_names, source)
        except LipError:
            pass
    return [0], (f"{source} is not named after a frame; it was taken for frame 0.",)


def _check_size(picture: Picture, source: Source, video: VideoShape, options: ImportOptions) -> None:
    """LipError unless the picture has the video's size, or nearly so if that is allowed."""
    if picture.size is None or picture.size == (video.height, video.width):
        return
    height, width = picture.size
    near = abs(height - video.height) <= 1 and abs(width - video.width) <= 1
    if not (options.stretch and near):
        wanted = f"{video.width} x {video.height}"
        raise LipError(
            f"Cannot import {source.name}: {'it' if source.lone else picture.name} is for {width} x {height} pixels, "
            f"but the video has {wanted}: they must be equal."
        )


def _fitted(draw: Draw, index: int, picture: Picture, video: VideoShape) -> Drawn:
    """The picture's labels in the video's size; `_check_size` has allowed it."""
    height, width = picture.size or (video.height, video.width)
    drawn = draw(index, height, width)
    if (height, width) == (video.height, video.width):
        return drawn
    resized = cv2.resize(drawn.labels, (video.width, video.height), interpolation=cv2.INTER_NEAREST_EXACT)
    note = f"its mask is {width}x{height}; it was stretched to the video's {video.width}x{video.height}."
    return Drawn(np.asarray(resized, np.uint8), drawn.scores, (*drawn.notes, note))
