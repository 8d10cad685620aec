"""Which frame of the video a file belongs to, judged by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lipcore.errors import LipError
from lipcore.files import natural_key

_LAST_NUMBER = re.compile(r"([0-9]{1,18})[^0-9]*$")


def match_frames(names: Sequence[str], frame_names: Sequence[str], source: str) -> tuple[list[int], tuple[str, ...]]:
    """The frame of every name (without extension), and remarks for the user.

    Names are matched as they are; else by their last number, if the frames' names end in numbers that differ ("7" is
    "00007"); else in natural order if there are as many names as frames, which is remarked. LipError otherwise.
    """
    if not names:
        raise LipError(f"Cannot import {source}: there is nothing in it for any frame.")
    if len(set(names)) < len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise LipError(f"Cannot import {source}: there are two entries named {double!r}.")
    places = {name: frame for frame, name in enumerate(frame_names)}
    if all(name in places for name in names):
        return [places[name] for name in names], ()
    by_number = _match_numbers(names, frame_names)
    if by_number is not None:
        return by_number, ()
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


def _match_numbers(names: Sequence[str], frame_names: Sequence[str]) -> list[int] | None:
    numbers = [_last_number(name) for name in frame_names]
    places = {number: frame for frame, number in enumerate(numbers)}
    wanted = [_last_number(name) for name in names]
    if None in places or len(places) < len(numbers) or len(set(wanted)) < len(wanted):
        return None
    found = [places[number] for number in wanted if number in places]
    return found if len(found) == len(names) else None


def _last_number(name: str) -> int | None:
    match = _LAST_NUMBER.search(name)
    return int(match[1]) if match else None
