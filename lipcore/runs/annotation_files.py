"""Annotations given as files, in any format: one mask for the first frame, or masks for any frames."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.exchange import ImportOptions, open_import, palette_of
from lipcore.staging import RECORD
from lipcore.storage.project_folder import ProjectFolder
from lipcore.video import Video
from lipcore.workflow.reach import starting_masks


def read_annotations(
    path: Path, video: Video, tell: Callable[[str], None] = lambda sentence: None, values: str = "auto"
) -> dict[int, NDArray[np.uint8]]:
    """Label maps (H, W) uint8 by frame: `path` is one mask, a folder of masks, labels in any format, or a project.

    Of a project it is what a person painted, corrected or verified, as the window starts from it. Other labels
    are read as `lip import` reads them; `values` says what those of unclear masks are, or
    is the path of their palette. A single mask is for the first
    frame, whatever its name. A mask that is one pixel wider, narrower, higher or lower than the video, as resizing
    programs make them, is stretched to fit. `tell` is given a sentence about everything that is not plain.
    LipError where nothing is to be read, and where no mask shows an object.
    """
    if not path.exists():
        raise LipError(f"Cannot read annotations: {path} does not exist.")
    if (path / RECORD).is_file():
        return _of_project(path, video, tell)
    lone = path.is_file() and path.suffix.lower() == ".png"
    options = ImportOptions(frame=0 if lone else None, values=values, stretch=True)
    opened = open_import(path, video, options=options)
    told = dict.fromkeys(opened.notes)
    if lone and path.stem in list(video.frame_names)[1:]:
        told[f"{path.name} was taken for the first frame, as a single mask is."] = None
    annotations = {}
    for step in opened.read():
        annotations[step.frame] = step.labels
        told |= dict.fromkeys(step.notes)
    for sentence in told:
        tell(sentence)
    return annotations


def annotation_inputs(path: Path, values: str) -> tuple[Path, ...]:
    """What is read for annotations: their file or folder, and the palette that `values` may name."""
    palette = palette_of(values)
    return (path,) if palette is None else (path, palette)


def _of_project(path: Path, video: Video, tell: Callable[[str], None]) -> dict[int, NDArray[np.uint8]]:
    with closing(ProjectFolder.read(path)) as folder:
        project = folder.project
        for note in folder.notes:
            tell(note)
        if (project.frame_count, project.height, project.width) != (len(video), video.height, video.width):
            raise LipError(f"Cannot read annotations: {path} is a project of another video than {video.name}.")
        return starting_masks(project)
