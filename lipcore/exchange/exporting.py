"""Runs an export whole or not at all."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from lipcore.errors import LipError
from lipcore.exchange.formats import Format
from lipcore.export.formats import ExportReport, Writer
from lipcore.export.selection import Selection
from lipcore.staging import refuse_inputs, staged_file, staged_folder


def export(
    selection: Selection,
    form: Format,
    target: Path,
    options: object = None,
    overwrite: bool = False,
    inputs: Sequence[Path | None] = (),
) -> Generator[ExportReport, None, None]:
    """Write the selection to `target`, a file or folder as the format says; yields after every frame.

    The output appears when the last frame is done; cancelled or failed, it leaves nothing. What exists is refused
    unless `overwrite` is set, and even then a folder is only replaced if LIP wrote everything in it. One of the
    `inputs`, such as the video, or a project is refused in any case. LipError.
    """
    writer = form.writer
    chosen = writer.options() if options is None else options
    _check_options(form.name, writer, chosen)
    if writer.wants_pictures(selection, chosen) and selection.pictures is None:
        why = (
            "shows the video's pictures" if writer.needs_pictures(chosen) else "has soft edges, made with the pictures"
        )
        raise LipError(f"The format {form.name} {why}: the video file is needed.")
    suffix = writer.ending(chosen)
    if suffix and target.suffix.lower() != suffix:
        raise LipError(f"The format {form.name} is written to a file that ends in {suffix}, not to {target.name}.")
    writer.check(selection, chosen)
    refuse_inputs(target, inputs)
    total = len(selection.frames)
    staged = staged_file if suffix else staged_folder
    with staged(target, overwrite) as path:
        yield ExportReport(0, total)
        for done, _ in enumerate(writer.write(selection, path, chosen), start=1):
            yield ExportReport(done, total)


def _check_options(name: str, writer: Writer[Any], options: object) -> None:
    """LipError unless every option has one of its choices."""
    for field in fields(writer.options):
        choices, value = field.metadata["choices"], getattr(options, field.name)
        if choices and str(value) not in choices:
            title = field.name.replace("_", " ")
            raise LipError(f"The option {title} of {name} is one of {', '.join(choices)}, not {value}.")
