"""Small projects for the tests of storage."""

from __future__ import annotations

import numpy as np

from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from tests.helpers import blank_video


def small_project(frames: int = 100) -> Project:
    """A project of 20 x 30 pixels with the objects 1 and 2."""
    project = Project.create(blank_video(frames, 20, 30))
    project.set_object(default_object(1))
    project.set_object(default_object(2))
    return project


def paint(project: Project, frame: int, object_id: int, provenance: Provenance = Provenance.USER) -> None:
    """Paint a patch whose place depends on the frame, as one edit, and list the object."""
    labels = project.labels(frame).copy()
    top = frame % 10
    labels[top : top + 5, 3 * (object_id % 8) : 3 * (object_id % 8) + 4] = object_id
    with project.edit():
        if object_id not in project.objects:
            project.set_object(default_object(object_id))
        project.set_labels(frame, labels)
        project.set_provenance(frame, object_id, provenance)


def assert_same(first: Project, second: Project) -> None:
    """Both hold the same bytes: record, label maps and cells."""
    assert first.record == second.record
    for name in ("provenances", "areas", "scores", "boxes", "agreements"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), err_msg=name)
    for frame in range(first.frame_count):
        np.testing.assert_array_equal(first.labels(frame), second.labels(frame), err_msg=f"frame {frame}")
    assert first.weights.entries == second.weights.entries


def painted_project() -> Project:
    """70 frames, object 1 painted on three of them, which lie in two of the files of 64 frames."""
    found = small_project(70)
    for frame in (1, 2, 65):
        paint(found, frame, 1)
    return found
