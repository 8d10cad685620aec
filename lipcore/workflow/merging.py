"""New masks, propagated or imported, merged into a frame as far as they may be written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import numpy as np

from lipcore.importing.result import ImportedFrame, LabelImport
from lipcore.masks import object_ids
from lipcore.project.objects import VideoObject, default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell, FrameChange
from lipcore.propagation.result import FrameResult, InstanceResult
from lipcore.workflow.permission import Writer, writable


def change_of_result(project: Project, result: FrameResult, objects: frozenset[int]) -> FrameChange:
    """The edit that writes what propagation found of `objects`, as far as it may be written.

    Whatever else the frame shows keeps its pixels. An object that was looked for and not found is noted as such.
    """
    may = writable(project, result.frame, Writer.MODEL)
    chosen = sorted(each for each in objects & project.objects.keys() if may[each])
    own = np.zeros(256, np.bool_)
    own[chosen] = True
    before = project.labels(result.frame)
    after = np.where(own[before], 0, before).astype(np.uint8)
    new = own[result.labels] & (after == 0)
    after[new] = result.labels[new]
    seen = {each.object_id: each for each in result.instances}
    cells = [_cell(seen[each]) if each in seen else Cell(each, Provenance.MODEL) for each in chosen]
    return project.change(result.frame, after, cells)


def _cell(instance: InstanceResult) -> Cell:
    agreement = instance.agreement if instance.agreement < 1 else None
    return Cell(instance.object_id, Provenance.MODEL, instance.quality, instance.box, agreement=agreement)


def change_of_import(
    project: Project,
    imported: ImportedFrame,
    provenance: Provenance = Provenance.USER,
    replace: bool = False,
    speaks_of: Collection[int] | None = None,
) -> FrameChange:
    """The edit that replaces a frame's label map by an imported one, as far as it may be written.

    What a person made keeps its pixels unless `replace` is set; locked objects keep theirs. So do, where the import
    shows nothing, objects that it does not speak of, unless it covers them wholly; None: it speaks of all.
    """
    frame = imported.frame
    may = writable(project, frame, Writer.REPLACEMENT if replace else Writer.IMPORT)
    before = project.labels(frame)
    labels = np.where(may[imported.labels], imported.labels, 0)
    if speaks_of is not None:
        labels = np.where((labels == 0) & ~np.isin(before, [0, *speaks_of]), before, labels)
    labels = np.where(may[before], labels, before).astype(np.uint8)
    if speaks_of is not None:
        covered = [each for each in object_ids(before) if not (labels == each).any()]
        may[~np.isin(np.arange(256), [*speaks_of, *covered])] = False
    present = [each for each in object_ids(labels) if may[each]]
    gone = [int(each) for each in np.flatnonzero(project.provenances[frame]) if may[each] and each not in present]
    cells = [Cell(each, provenance, imported.scores.get(each)) for each in present]
    return project.change(frame, labels, [*cells, *map(Cell, gone)])


def with_objects(project: Project, named: Mapping[int, VideoObject], shown: Iterable[int]) -> Mapping[int, VideoObject]:
    """The project's objects and those that an import names or shows; those that are there keep their names."""
    new = sorted({*named, *shown} - project.objects.keys())
    return {**project.objects, **{each: named.get(each) or default_object(each) for each in new}}


def apply_import(
    project: Project,
    opened: LabelImport,
    provenance: Provenance = Provenance.USER,
    replace: bool = False,
    speaks_of: Collection[int] | None = None,
) -> Iterator[ImportedFrame]:
    """Write every imported frame into the project and yield it, as it was read; objects that are new are added.

    Objects that the import does not speak of keep their masks where it shows nothing; None: it speaks of all.
    """
    for imported in opened.read():
        with project.edit():
            project.restore(change_of_import(project, imported, provenance, replace, speaks_of).after)
            for each in object_ids(imported.labels):
                _add(project, opened, each)
        yield imported
    for each in opened.objects:
        _add(project, opened, each)


def _add(project: Project, opened: LabelImport, object_id: int) -> None:
    if object_id not in project.objects:
        project.set_object(opened.objects.get(object_id) or default_object(object_id))
