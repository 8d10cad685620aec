"""A palette of the user's own: which colour is which object, read from the files that other programs write."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np

from lipcore.errors import LipError
from lipcore.files import read_bytes
from lipcore.importing.mask_values import colours_of
from lipcore.importing.repair import harden_colours
from lipcore.masks import IGNORE, MAX_OBJECT_ID, Labels

_MOST_BYTES = 1_000_000
_HEX = re.compile(r"#([0-9a-fA-F]{6})(?![0-9a-zA-Z])")
_THREE = r"(\d{1,3})[\s,;]+(\d{1,3})[\s,;]+(\d{1,3})(?![\w.])"
_NUMBERS_FIRST = re.compile(rf"\s*(?:(\d{{1,3}})[\s,;]+)?{_THREE}(.*)")
_NAME_FIRST = re.compile(rf"(.+)[\s,;:]+{_THREE}[\s,;:]*")
_ID_AND_NAME = re.compile(r"(?:(\d{1,3})[\s,;:]+)?(.*)")
_QUOTED = re.compile(r'"([^"]*)"')
_HEADERS = ("gimp palette", "jasc-pal", "name:", "columns:", "channels:")
_NOTHING = ("background", "_background_", "__background__", "clear label")
_IGNORED = ("ignore", "ignored", "void", "__ignore__")

Entry: TypeAlias = tuple[int | None, int, str]
"""An id if the file says one, a colour as 65536 red + 256 green + blue, and a name."""


@dataclass
class OwnPalette:
    """What every colour is, by its number: the id of an object, 0 for background, 255 for ignored; and their names."""

    source: str
    ids: dict[int, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def labels(self, path: Path) -> tuple[Labels, tuple[str, ...]]:
        """The label map (H, W) uint8 of a PNG, and what was repaired; LipError for a colour that the palette has not.

        What is transparent is background. Mixtures at edges go to the colour that they have more of.
        """
        codes = colours_of(path)
        found, places = np.unique(codes, return_inverse=True)
        strange = [code for code in found.tolist() if code not in self.ids]
        if not strange:
            ids = np.array([self.ids[code] for code in found.tolist()], np.uint8)
            return ids[places].reshape(codes.shape), ()
        softened = harden_colours(codes, self.ids)
        if softened is None:
            raise LipError(f"Cannot read the mask {path}: its colour {_hex(strange[0])} is not in {self.source}.")
        return softened, (f"{path.name}: soft edges were made hard.",)

    def colour(self, number: int) -> int:
        """The first colour of an object."""
        return next(code for code, each in self.ids.items() if each == number)

    def origin(self, number: int) -> str:
        """Its colour, for people: "colour #c81e5a"."""
        return f"colour {_hex(self.colour(number))}"


def read_palette(path: Path) -> OwnPalette:
    """Read a palette of GIMP, JASC, ITK-SNAP or CVAT, a table of names and colours, or JSON; LipError.

    A line holds a colour as three numbers or #rrggbb, and maybe a name; a number before the colour is the object's id.
    Unless all have ids, colours become objects 1, 2, 3 in the order of the file. Black, and what is called background,
    is no object; what is called ignore or void is ignored.
    """
    try:
        text = read_bytes(path, _MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LipError(f"Cannot read the palette {path}: it is no text.") from error
    entries = _of_json(text) if text.lstrip()[:1] in ("{", "[") else [_of_line(line) for line in text.splitlines()]
    found = [entry for entry in entries if entry is not None]
    if not found:
        raise LipError(f"Cannot read the palette {path}: it has no line with a colour, such as 255 0 0 or #ff0000.")
    return _numbered(path, found)


def _numbered(path: Path, entries: list[Entry]) -> OwnPalette:
    palette = OwnPalette(path.name, {0: 0})
    with_ids = all(number is not None for number, _, _ in entries)
    following = 1
    for number, colour, name in entries:
        meaning = name.lower()
        if colour == 0 or meaning in _NOTHING or (with_ids and number == 0):
            wanted = 0
        elif meaning in _IGNORED or (with_ids and number == IGNORE):
            wanted = IGNORE
        elif colour in palette.ids and not with_ids:
            continue  # palettes of 256 colours repeat the last one
        else:
            wanted, following = (number, following) if with_ids and number else (following, following + 1)
            if wanted > MAX_OBJECT_ID:
                raise LipError(f"Cannot read the palette {path}: ids are 1 to {MAX_OBJECT_ID}.")
        if palette.ids.setdefault(colour, wanted) != wanted:
            raise LipError(f"Cannot read the palette {path}: the colour {_hex(colour)} stands for two ids.")
        if name and wanted not in (0, IGNORE):
            palette.names.setdefault(wanted, name)
    return palette


def _of_line(line: str) -> Entry | None:
    """An id and a colour with a name behind them, a name with a colour behind it, or a colour as #rrggbb."""
    colour = _HEX.search(line)
    if colour is not None:
        number, name = _id_and_name(line[: colour.start()] + " " + line[colour.end() :])
        return number, int(colour[1], 16), name
    if line.lstrip().lower().startswith(("#", *_HEADERS)):
        return None
    if (first := _NUMBERS_FIRST.match(line)) is not None:
        number, name = (None if first[1] is None else int(first[1])), _plain(first[5])
        parts = first.groups()[1:4]
    elif (last := _NAME_FIRST.fullmatch(line)) is not None:
        (number, name), parts = _id_and_name(last[1]), last.groups()[1:]
    else:
        return None
    red, green, blue = (int(part) for part in parts)
    return (number, red << 16 | green << 8 | blue, name) if max(red, green, blue) <= 255 else None


def _id_and_name(text: str) -> tuple[int | None, str]:
    found = _ID_AND_NAME.fullmatch(text.strip())
    assert found is not None, "it matches every line"
    return (None if found[1] is None else int(found[1])), _plain(found[2])


def _plain(text: str) -> str:
    """What a text has in quotes, else its words."""
    quoted = _QUOTED.search(text)
    return quoted[1].strip() if quoted else " ".join(re.sub(r"[,;:]", " ", text).split())


def _of_json(text: str) -> list[Entry | None]:
    """Colours by name or id, in a list, or in a list of objects with "color"; a colour is [r, g, b] or "#rrggbb"."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if isinstance(content, list):
        return [_of_object(each) if isinstance(each, dict) else _entry(None, each, "") for each in content]
    return [_entry(int(key), value, "") if _is_id(key) else _entry(None, value, key) for key, value in content.items()]


def _of_object(each: dict[str, object]) -> Entry | None:
    number, name = each.get("id"), each.get("name", each.get("title", each.get("label", "")))
    known = int(str(number)) if _is_id(str(number)) else None
    return _entry(known, each.get("color", each.get("colour")), name if isinstance(name, str) else "")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 3


def _entry(number: int | None, value: object, name: str) -> Entry | None:
    if isinstance(value, str):
        match = _HEX.fullmatch(value.strip())
        return None if match is None else (number, int(match[1], 16), name.strip())
    if not isinstance(value, list) or len(value) not in (3, 4):
        return None
    parts = [part for part in value[:3] if isinstance(part, int) and 0 <= part <= 255]
    return (number, parts[0] << 16 | parts[1] << 8 | parts[2], name.strip()) if len(parts) == 3 else None


def _hex(code: int) -> str:
    return f"#{code:06x}"
