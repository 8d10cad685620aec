"""Marks: annotations that name a label and perhaps a track, as most JSON and XML formats hold them, made a source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lipcore.importing.identity import Claim, Identity, identify
from lipcore.importing.source import Described, Key, Mask, Part, Picture, Source, Special, check_count, parts_reader


@dataclass(frozen=True)
class Mark:
    """One annotation: the index of its picture, its label, what draws it, and what else the format says.

    `label` tells objects apart where there are no tracks, `name` is for people. Marks of a picture are painted by
    rising `order`. A `special` mark belongs to no object.
    """

    picture: int
    label: Key
    draw: Callable[[int, int], Mask]
    track: Identity = None
    name: object = None
    colour: object = None
    score: float | None = None
    order: float = 0.0
    special: Special | None = None


def marks_source(
    name: str,
    pictures: Sequence[Picture],
    marks: Sequence[Mark],
    notes: tuple[str, ...] = (),
    lone: bool = False,
    video: str = "",
    frame_rate: float | None = None,
) -> Source:
    """A source of marks; which of them are the same object is found by `identify`. LipError."""
    plain = [mark for mark in marks if mark.special is None]
    found = iter(identify([Claim(mark.picture, mark.label, mark.track) for mark in plain], name))
    keys: list[Key] = [mark.special or next(found) for mark in marks]
    parts: list[list[tuple[float, Part]]] = [[] for _ in pictures]
    objects: dict[Key, Described] = {}
    for mark, key in zip(marks, keys, strict=True):
        parts[mark.picture].append((mark.order, Part(key, mark.draw, mark.score)))
        if isinstance(key, tuple) and key not in objects:
            kind, number = key
            objects[key] = Described(mark.name, mark.colour, number, f"{kind} {number}")
    for there in parts:
        check_count(len(there), name)
        there.sort(key=lambda pair: pair[0])

    def parts_of(index: int) -> tuple[list[Part], tuple[str, ...]]:
        return [part for _, part in parts[index]], ()

    return Source(name, pictures, objects, parts_reader(parts_of, name), notes, lone, video, frame_rate)


def left_out_notes(kinds: Sequence[str]) -> tuple[str, ...]:
    """Remarks about shapes that have no inside, one for each kind."""
    return tuple(f"Shapes of type {kind} have no inside and were left out." for kind in dict.fromkeys(kinds))


def lost_notes(count: int, whose: str) -> tuple[str, ...]:
    """The remark about annotations that belong to nothing."""
    if not count:
        return ()
    return (f"{count} annotation{' of' if count == 1 else 's of'} {whose} {'was' if count == 1 else 'were'} left out.",)
