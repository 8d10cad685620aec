"""Export: the table of formats, and `export`, which runs one of them whole or not at all."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from lipcore.errors import LipError
from lipcore.export.coco import COCO
from lipcore.export.davis import DAVIS
from lipcore.export.formats import ExportStep, Format
from lipcore.export.labelme import LABELME
from lipcore.export.mots import MOTS_PNG, MOTS_TEXT
from lipcore.export.overlay import OVERLAY
from lipcore.export.selection import Selection
from lipcore.export.single_masks import CUT_OUTS, SINGLE_MASKS
from lipcore.export.source import LabelledFrames, LabelledVideo
from lipcore.export.yolo import YOLO
from lipcore.export.youtube_vos import YOUTUBE_VOS
from lipcore.staging import refuse_inputs, staged_file, staged_folder

FORMATS: tuple[Format[Any], ...] = (
    DAVIS,
    YOUTUBE_VOS,
    COCO,
    MOTS_PNG,
    MOTS_TEXT,
    YOLO,
    SINGLE_MASKS,
    CUT_OUTS,
    OVERLAY,
    LABELME,
)

__all__ = ["FORMATS", "ExportStep", "Format", "LabelledFrames", "LabelledVideo", "Selection", "export", "find_format"]


def find_format(name: str) -> Format[Any]:
    """The format of that name; LipError with the names there are."""
    for known in FORMATS:
        if known.name == name:
            return known
    raise LipError(f"There is no export format {name!r}; there are {', '.join(known.name for known in FORMATS)}.")


def export(
    selection: Selection,
    form: Format[Any],
    target: Path,
    options: object = None,
    overwrite: bool = False,
    inputs: Sequence[Path | None] = (),
) -> Generator[ExportStep, None, None]:
    """Write the selection to `target`, a file or folder as the format says; yields after every frame.

    The output appears when the last frame is done; cancelled or failed, it leaves nothing. What exists is refused
    unless `overwrite` is set, and even then a folder is only replaced if LIP wrote everything in it. One of the
    `inputs`, such as the video, or a project is refused in any case. LipError.
    """
    chosen = form.options() if options is None else options
    _check_options(form, chosen)
    if form.needs_pictures(chosen) and selection.pictures is None:
        raise LipError(f"The format {form.name} shows the video's pictures: the video file is needed.")
    if form.suffix and target.suffix.lower() != form.suffix:
        raise LipError(f"The format {form.name} is written to a file that ends in {form.suffix}, not to {target.name}.")
    refuse_inputs(target, inputs)
    total = len(selection.frames)
    staged = staged_file if form.suffix else staged_folder
    with staged(target, overwrite) as path:
        yield ExportStep(0, total)
        for done, _ in enumerate(form.write(selection, path, chosen), start=1):
            yield ExportStep(done, total)


def _check_options(form: Format[Any], options: object) -> None:
    """LipError unless every option has one of its choices."""
    for field in fields(form.options):
        choices, value = field.metadata["choices"], getattr(options, field.name)
        if choices and str(value) not in choices:
            name = field.name.replace("_", " ")
            raise LipError(f"The option {name} of {form.name} is one of {', '.join(choices)}, not {value}.")
