"""Sequences of pictures: cut-outs with alpha as RGBA PNG, and mattes of 16 bits as PNG or TIFF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lipcore.export.delivery.layers import as_whole, layers, rgba
from lipcore.export.delivery.names import SEQUENCE_TEMPLATE, FileNames, delivery
from lipcore.export.formats import option
from lipcore.export.pictures import write_png, write_tiff
from lipcore.export.selection import Selection


@dataclass(frozen=True)
class CutOutOptions:
    """What one picture holds, and how it is called."""

    per_object: bool = option(False, "A file per object")
    premultiplied: bool = option(False, "Colours multiplied by alpha")
    name_template: str = option(SEQUENCE_TEMPLATE, "Names of the files")
    first_frame: int = option(0, "Number of the video's first frame")


@dataclass(frozen=True)
class MatteOptions:
    """What one picture holds, and how it is called."""

    per_object: bool = option(True, "A file per object")
    file_type: str = option("png", "Files of this type", ("png", "tiff"))
    name_template: str = option(SEQUENCE_TEMPLATE, "Names of the files")
    first_frame: int = option(0, "Number of the video's first frame")


def write_cut_outs(selection: Selection, path: Path, options: CutOutOptions) -> Iterator[None]:
    """Write RGBA pictures of 8 bits: every frame, of every object or of all together."""
    names = _cut_out_names(selection, options)
    for layer in layers(selection):
        for number in names.numbers:
            write_png(path / names.of(number, layer.frame), as_whole(rgba(layer, number, options.premultiplied), 255))
        yield


def write_mattes(selection: Selection, path: Path, options: MatteOptions) -> Iterator[None]:
    """Write grey pictures of 16 bits, 65535 where a pixel is all an object's."""
    names = _matte_names(selection, options)
    write = write_png if options.file_type == "png" else write_tiff
    for layer in layers(selection):
        for number in names.numbers:
            write(path / names.of(number, layer.frame), as_whole(layer.alpha(number), 65535))
        yield


def _cut_out_names(selection: Selection, options: CutOutOptions) -> FileNames:
    return FileNames(selection, options.name_template, ".png", options.per_object, options.first_frame)


def _matte_names(selection: Selection, options: MatteOptions) -> FileNames:
    suffix = f".{options.file_type}"
    return FileNames(selection, options.name_template, suffix, options.per_object, options.first_frame)


CUT_OUTS = delivery("", CutOutOptions, write_cut_outs, _cut_out_names, needs_pictures=lambda _: True)
MATTES = delivery("", MatteOptions, write_mattes, _matte_names)
