"""Which frame of the video a file belongs to, judged by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lipcore.errors import LipError
from lipcore.files import natural_key

_LAST_NUMBER = re.compile(r"(.*?)([0-9]{1,18})([^0-9]*)", re.DOTALL)
_WORDS_FOR_FRAMES = ("frame", "frames", "img", "image")


def match_frames(names: Sequence[str], frame_names: Sequence[str], source: str) -> tuple[list[int], tuple[str, ...]]:
    """The frame of every name (without extension), and remarks for the user.

    Names are matched as they are; else by their numbers, if these are frame numbers (see `_frame_numbers`) and the
    frames' own names end in numbers that differ ("7" is "00007"); else in natural order if there are as many names as
    frames. What is not plain is remarked. LipError otherwise.
    """
    if not names:
        raise LipError(f"Cannot import {source}: there is nothing in it for any frame.")
    if len(set(names)) < len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise LipError(f"Cannot import {source}: there are two entries named {double!r}.")
    places = {name: frame for frame, name in enumerate(frame_names)}
    if all(name in places for name in names):
        return [places[name] for name in names], ()
    by_number = _match_numbers(names, frame_names, source)
    if by_number is not None:
        plain = all(name.isdecimal() or name in places for name in names)
        text = f"Names were matched by their numbers: {names[0]!r} is frame {by_number[0]}."
        return by_number, () if plain else (text,)
    if len(names) == len(frame_names):
        ranks = sorted(range(len(names)), key=lambda index: natural_key(names[index]))
        frames = [0] * len(names)
        for frame, index in enumerate(ranks):
            frames[index] = frame
        first = names[ranks[0]]
        return frames, (f"Names do not match the video's; taken in order, {first!r} as frame 0.",)
    strange = next(name for name in names if name not in places)
    raise LipError(
        f"Cannot import {source}: no frame of the video is called {strange!r}, "
        f"and {len(names)} entries are not as many as its {len(frame_names)} frames."
    )


def _match_numbers(names: Sequence[str], frame_names: Sequence[str], source: str) -> list[int] | None:
    numbers = [_split(name)[1] for name in frame_names]
    if not all(numbers):
        return None
    places = {int(number): frame for frame, number in enumerate(numbers)}
    wanted = _frame_numbers(names, frame_names)
    if wanted is None or len(places) < len(numbers):
        return None
    found = [places[number] for number in wanted if number in places]
    if len(found) < len(names):
        return None
    if len(set(found)) < len(found):
        double = [name for name, frame in zip(names, found, strict=True) if found.count(frame) > 1]
        raise LipError(f"Cannot import {source}: {double[0]!r} and {double[1]!r} are for the same frame.")
    return found


def _frame_numbers(names: Sequence[str], frame_names: Sequence[str]) -> list[int] | None:
    """The last number in each name, if it is a frame number and not a version or part of another name; else None.

    It is one if the name is nothing else, if the text around it is that of the frames' own names or a word for frames,
    if it is written with as many digits as theirs, three or more; or if several names differ in it alone.
    """
    split = [_split(name) for name in names]
    if not all(number for _, number, _ in split):
        return None
    own_before, own_number, _ = _split(frame_names[0])
    around = {(before, after) for before, _, after in split}
    alike = len(names) > 1 and len(around) == 1
    for before, number, after in split:
        word = before.casefold().strip(" _-.")
        like_frames = len(number) == len(own_number) >= 3 or (bool(own_before) and before == own_before)
        if not (alike or like_frames or not (before or after) or word in _WORDS_FOR_FRAMES):
            return None
    return [int(number) for _, number, _ in split]


def _split(name: str) -> tuple[str, str, str]:
    """A name as what stands before its last number, the number's digits, and what stands after it."""
    match = _LAST_NUMBER.fullmatch(name)
    if not match:
        return name, "", ""
    before, digits = match[1], match[2]
    return before, digits, match[3]
