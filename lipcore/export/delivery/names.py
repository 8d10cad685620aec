"""Deliveries and the names of their files: a template such as {video}_{object}_{frame:05d}, checked before writing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import TypeVar

from lipcore.errors import LipError
from lipcore.export.formats import Writer
from lipcore.export.selection import Selection, safe_name
from lipcore.staging import shortened

OptionsT = TypeVar("OptionsT")
VIDEO_TEMPLATE = "{video}_{object}"
SEQUENCE_TEMPLATE = "{video}_{object}_{frame:05d}"
WHOLE = "all"  # what {object} is in a file that holds all objects together
LAST_FIRST_FRAME = 9_999_999

_NUMBERS = ("frame", "id")
_WIDTH = re.compile(r"(0?1?\d)?d?")
_PART_BYTES = 80  # of a video's or an object's name within a file name


@dataclass(frozen=True)
class FileNames:
    """The files of a delivery: one a frame and object, or one an object where `first_frame` is None.

    `first_frame` is the number that the video's first frame has in the names. Without `per_object` one file holds all
    objects together. Raises LipError, with the field that is wrong, for a template that does not name them.
    """

    selection: Selection
    template: str
    suffix: str
    per_object: bool
    first_frame: int | None = 0

    def __post_init__(self) -> None:
        if self.first_frame is not None and not 0 <= self.first_frame <= LAST_FIRST_FRAME:
            raise LipError(f"The number of the first frame must be from 0 to {LAST_FIRST_FRAME:,}.")
        known = ("frame", "id", "object", "video") if self.first_frame is not None else ("id", "object", "video")
        self._check_fields(known)

    @property
    def numbers(self) -> list[int | None]:
        """The objects that have files of their own, or None alone: one file for all."""
        return list(self.selection.declared_ids()) if self.per_object else [None]

    def of(self, number: int | None, frame: int) -> str:
        """The name of the file of an object, None: of all together, that holds a frame of the video."""
        values = {
            "video": self._video,
            "object": WHOLE if number is None else self._objects[number],
            "id": 0 if number is None else number,
            "frame": frame + (self.first_frame or 0),
        }
        return f"{self.template.format(**values)}{self.suffix}"

    @property
    def is_one_file(self) -> bool:
        """Whether there is a single file, which no template names: it is where the delivery goes."""
        return self.first_frame is None and not self.per_object

    def of_frame(self, frame: int) -> list[str]:
        """The names of all files of a frame in the delivery's folder; none where it is a file."""
        return [] if self.is_one_file else [self.of(number, frame) for number in self.numbers]

    def becomes(self, number: int) -> str:
        """What an object is in the delivery: a part of the files of all, or the first of its own files."""
        return self.of(number, self.selection.first) if self.per_object else "part of the one file"

    def check(self) -> None:
        """LipError if there is no object, if a name is none that every system can have, or if two files share one."""
        if not self.selection.declared_ids():
            raise LipError("There is no object to deliver.")
        if self.is_one_file:
            return
        seen: set[str] = set()
        for name in self._every_name():
            stem = name.removesuffix(self.suffix)
            if safe_name(stem) != stem or stem.startswith("."):
                raise LipError(f"The name template {self.template!r} gives {name!r}, which cannot be a file's name.")
            alike = unicodedata.normalize("NFC", name).casefold()
            if alike in seen:
                raise LipError(f"The name template {self.template!r} gives two files the name {name!r}: {self._hint}.")
            seen.add(alike)

    @cached_property
    def _video(self) -> str:
        return _part(self.selection.video_name)

    @cached_property
    def _objects(self) -> dict[int, str]:
        return unique_names(self.selection, _part)

    @cached_property
    def _fields(self) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(self.template) if name}

    @property
    def _hint(self) -> str:
        if self.first_frame is not None and "frame" not in self._fields:
            return "put {frame} into it"
        if self.per_object and not {"object", "id"} & self._fields:
            return "put {object} or {id} into it"
        return "put a sign between the fields"

    def _every_name(self) -> Iterator[str]:
        frames = self.selection.frames if self.first_frame is not None else self.selection.frames[:1]
        return (self.of(number, frame) for frame in frames for number in self.numbers)

    def _check_fields(self, known: tuple[str, ...]) -> None:
        if any(letter in self.template for letter in "/\\"):
            raise LipError(f"The name template {self.template!r} holds / or \\: all files lie in one folder.")
        try:
            parts = list(Formatter().parse(self.template))
        except ValueError as error:
            raise LipError(f"The name template {self.template!r} has a {{ or }} without its partner.") from error
        for _, name, form, conversion in parts:
            if name is None:
                continue
            if name not in known:
                fields = ", ".join(f"{{{each}}}" for each in known)
                raise LipError(f"A name template has no field {{{name}}} here: there are {fields}.")
            if conversion or (form and not (name in _NUMBERS and _WIDTH.fullmatch(form))):
                raise LipError(f"A name template has {{{name}}}, or numbers with their digits, such as {{frame:05d}}.")


def delivery(
    suffix: str,
    options: type[OptionsT],
    write: Callable[[Selection, Path, OptionsT], Iterator[None]],
    names: Callable[[Selection, OptionsT], FileNames],
    needs_pictures: Callable[[OptionsT], bool] = lambda _: False,
    becomes: Callable[[Selection, OptionsT, int], str] | None = None,
    check: Callable[[Selection, OptionsT], Sequence[str]] = lambda *_: (),
    suffix_of: Callable[[OptionsT], str] | None = None,
) -> Writer[OptionsT]:
    """The writer of a delivery, with soft edges, in files of these `names`, which are checked before the rest is."""

    def checked(selection: Selection, chosen: OptionsT) -> Sequence[str]:
        names(selection, chosen).check()
        return check(selection, chosen)

    return Writer(
        suffix,
        options,
        write,
        needs_pictures,
        lambda selection, chosen, frame: names(selection, chosen).of_frame(frame),
        becomes or (lambda selection, chosen, number: names(selection, chosen).becomes(number)),
        checked,
        suffix_of,
        has_alpha=True,
    )


def unique_names(selection: Selection, written: Callable[[str], str]) -> dict[int, str]:
    """The names of the objects by id, each `written` in its way; those that would be alike get their id, too."""
    names = {number: written(selection.name(number)) for number in selection.declared_ids()}
    alike = [_key(name) for name in names.values()]
    taken = set(alike)
    for number, name in names.items():
        if alike.count(_key(name)) > 1:
            longer = f"{name}_{number}"
            while _key(longer) in taken:
                longer += "_"
            names[number] = longer
            taken.add(_key(longer))
    return names


def _part(name: str) -> str:
    """A video's or an object's name as a part of a file's name: not too long, and without the dots that hide files."""
    return safe_name(shortened(name, _PART_BYTES).lstrip("."))


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
