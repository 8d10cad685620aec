"""DAVIS and YouTube-VOS: a folder of indexed PNGs, alone or inside a data set, with meta.json naming the objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import explain, list_images, natural_key
from lipcore.importing.json_file import inner, read_object
from lipcore.importing.mask_reader import MaskReader, file_size
from lipcore.importing.mask_values import labels_by, palette_of, shade_labels, table_of
from lipcore.importing.palette_file import OwnPalette, read_palette
from lipcore.importing.result import ImportOptions
from lipcore.importing.source import Described, Draw, Drawn, Key, Picture, Source
from lipcore.masks import IGNORE, MAX_OBJECT_ID, object_ids

_RESOLUTIONS = ("480p", "Full-Resolution", "1080p")


def read_mask_folder(path: Path, options: ImportOptions) -> Source:
    """Find the video's masks in `path`: its PNGs, or those of `Annotations/[480p/]<video>`, or of `<video>`. LipError.

    An indexed PNG counts by its indices, whatever its palette. Files that are not PNG are left alone.
    """
    folder = find_masks(path, options)
    return masks_source(folder.name, masks_in(folder), options, _meta_objects(path, folder.name), video=folder.name)


def masks_source(
    name: str,
    files: Sequence[Path],
    options: ImportOptions,
    objects: Mapping[Key, Described],
    lone: bool = False,
    video: str = "",
) -> Source:
    """A source of mask files, one for each picture; `objects` are those that are named, by id. LipError."""
    pictures = [Picture(file.stem, file_size(file)) for file in files]
    chosen = palette_of(options.values)
    if chosen is not None:
        palette = read_palette(chosen)
        return Source(
            name, pictures, _in_palette(palette, files, objects), _by_palette(palette, files), (), lone, video
        )
    notes: tuple[str, ...] = ()
    table: dict[int, int] = {}
    if options.values == "ids":
        table = table_of(files)
        moved = [f"{value} is object {number}" for value, number in table.items() if value not in (number, IGNORE)]
        notes = (f"Values became objects: {', '.join(moved[:6])}{' ...' if len(moved) > 6 else ''}.",) if moved else ()

    def reader(_: Mapping[Key, int]) -> Draw:
        known: dict[tuple[int, int], MaskReader] = {}

        def draw(index: int, height: int, width: int) -> Drawn:
            if options.values == "ids":
                return Drawn(labels_by(table, files[index]))
            if options.values == "shades":
                return Drawn(shade_labels(files[index]))
            labels, remarks = known.setdefault((height, width), MaskReader(height, width)).read(files[index])
            return Drawn(labels, notes=remarks)

        return draw

    named = {key: item for key, item in objects.items() if not table or key in table.values()}
    return Source(name, pictures, named, reader, notes, lone, video)


def _by_palette(palette: OwnPalette, files: Sequence[Path]) -> Callable[[Mapping[Key, int]], Draw]:
    def reader(_: Mapping[Key, int]) -> Draw:
        def draw(index: int, height: int, width: int) -> Drawn:
            labels, notes = palette.labels(files[index])
            return Drawn(labels, notes=notes)

        return draw

    return reader


def _in_palette(palette: OwnPalette, files: Sequence[Path], named: Mapping[Key, Described]) -> dict[Key, Described]:
    """The objects that some masks show, with the names and colours of the palette unless they are named; LipError."""
    seen = sorted({number for file in files for number in object_ids(palette.labels(file)[0])})
    described: dict[Key, Described] = {}
    for number in seen:
        code = palette.colour(number)
        colour = [code >> 16, code >> 8 & 255, code & 255]
        described[number] = Described(palette.names.get(number), colour, number, palette.origin(number))
    return described | {key: item for key, item in named.items() if key in described}


def find_masks(path: Path, options: ImportOptions) -> Path:
    """The folder that holds the masks of the video; LipError with the names there are."""
    folder = path
    if not folder.is_dir():
        raise LipError(f"Cannot import {path}: there is no such folder.")
    if not masks_in(folder) and "Annotations" in folders_in(folder):
        folder = folder / "Annotations"
    if not masks_in(folder):
        there = [name for name in _RESOLUTIONS if name in folders_in(folder)]
        fitting = [name for name in there if options.video in ("", *folders_in(folder / name))]
        if fitting:
            folder = folder / fitting[0]
    if masks_in(folder):
        return folder
    names = folders_in(folder)
    wanted = options.video or (options.likely if options.likely in names else names[0] if len(names) == 1 else "")
    if wanted not in names:
        listed = ", ".join(names[:10]) or "none"
        of = wanted or options.likely
        raise LipError(f"Cannot import {path}: it has no masks of {of!r}; its folders are {listed}.")
    if not masks_in(folder / wanted):
        raise LipError(f"Cannot import {folder / wanted}: there is no PNG file in it.")
    return folder / wanted


def masks_in(folder: Path) -> list[Path]:
    """The PNG files directly in a folder, in natural order, hidden ones left out; LipError."""
    return [path for path in list_images(folder) if path.suffix.lower() == ".png"]


def folders_in(folder: Path) -> list[str]:
    """The names of the folders directly in a folder, in natural order, hidden ones left out; LipError."""
    try:
        names = [entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    except OSError as error:
        raise LipError(f"Cannot read the folder {folder}: {explain(error)}.") from error
    return sorted(names, key=natural_key)


def _meta_objects(root: Path, name: str) -> dict[Key, Described]:
    """The objects that meta.json names for the video; its names are only looked up, never followed."""
    if not (root / "meta.json").is_file():
        return {}
    objects = inner(inner(inner(read_object(root / "meta.json"), "videos"), name), "objects")
    found: dict[Key, Described] = {}
    for key, value in objects.items():
        number = int(key) if key.isascii() and key.isdigit() and len(key) < 4 else 0
        if 1 <= number <= MAX_OBJECT_ID and isinstance(value, dict):
            found[number] = Described(value.get("category"), None, number, f"index {number}")
    return dict(sorted(found.items(), key=lambda item: int(str(item[0]))))
