"""Puts imported labels into a project, without touching what a person made unless that is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lipcore.importing.result import ImportedFrame, LabelImport
from lipcore.masks import object_ids
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance, is_annotated


def apply_import(
    project: Project, opened: LabelImport, provenance: Provenance = Provenance.USER, replace: bool = False
) -> Iterator[ImportedFrame]:
    """Write every imported frame into the project and yield it, as it was read.

    A frame's label map is replaced as a whole, but cells that are annotated keep their pixels unless `replace` is set.
    Objects that the project lacks are added, with the names the source gives them; those it has keep their names.
    """
    for imported in opened.read():
        _apply(project, imported, provenance, replace)
        for number in object_ids(imported.labels):
            if number not in project.objects:
                project.set_object(opened.objects.get(number) or default_object(number))
        yield imported
    for number, video_object in opened.objects.items():
        if number not in project.objects:
            project.set_object(video_object)


def _apply(project: Project, imported: ImportedFrame, provenance: Provenance, replace: bool) -> None:
    frame, labels = imported.frame, imported.labels
    cells = project.provenances[frame]
    kept = [number for number in range(1, 255) if not replace and is_annotated(int(cells[number]))]
    if kept:
        before = project.labels(frame)
        labels = np.where(np.isin(labels, kept), 0, labels)
        labels = np.where(np.isin(before, kept), before, labels).astype(np.uint8)
    present = set(object_ids(labels)) - set(kept)
    touched = present | {int(number) for number in np.flatnonzero(cells)} - set(kept)
    with project.edit():
        project.set_labels(frame, labels)
        for number in touched:
            project.set_provenance(frame, number, provenance if number in present else Provenance.NONE)
            score = imported.scores.get(number) if number in present else None
            project.set_instance(frame, number, score, None)
