"""Project: labels, cells, objects and snapshots in memory."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.objects import VideoObject, default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance, after_stroke
from tests.helpers import blank_video


@pytest.fixture
def project() -> Project:
    return Project.create(blank_video(frames=6, height=20, width=30))


def painted(object_id: int = 1) -> np.ndarray:
    labels = np.zeros((20, 30), np.uint8)
    labels[5:10, 5:15] = object_id
    return labels


def test_new_project_knows_its_video(project: Project) -> None:
    assert (project.frame_count, project.height, project.width, project.frame_rate) == (6, 20, 30, 24.0)
    assert project.frame_names[5] == "00005"
    assert project.in_out == (0, 5)
    assert not project.labels(3).any()
    assert project.labels(3).shape == (20, 30)
    assert project.annotated_frames == []


def test_set_labels_keeps_a_copy_counts_pixels_and_raises_the_revision(project: Project) -> None:
    labels = painted(7)
    project.set_labels(2, labels)
    labels[:] = 9
    np.testing.assert_array_equal(project.labels(2), painted(7))
    assert project.areas[2, 7] == 50
    assert project.areas[2, 0] == 550
    assert (project.revision(2), project.revision(1)) == (1, 0)


def test_views_cannot_be_written(project: Project) -> None:
    project.set_labels(0, painted())
    arrays = (project.labels(0), project.labels(1), project.provenances, project.scores, project.boxes, project.areas)
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(TypeError):
        project.objects[1] = default_object(1)  # type: ignore[index]


def test_wrong_labels_and_frames_are_bugs(project: Project) -> None:
    with pytest.raises(ValueError, match="expected"):
        project.set_labels(0, np.zeros((20, 31), np.uint8))
    with pytest.raises(ValueError, match="expected"):
        project.set_labels(0, np.zeros((20, 30), np.int32))  # type: ignore[arg-type]
    for frame in (-1, 6):
        with pytest.raises(IndexError):
            project.labels(frame)
        with pytest.raises(IndexError):
            project.set_provenance(frame, 1, Provenance.USER)
    with pytest.raises(IndexError):
        project.set_provenance(0, 256, Provenance.USER)


def test_cells(project: Project) -> None:
    project.set_provenance(4, 3, Provenance.CORRECTED)
    project.set_provenance(1, 2, Provenance.MODEL)
    project.set_instance(1, 2, 0.5, (1.0, 2.0, 3.0, 4.0))
    assert project.provenance(4, 3) is Provenance.CORRECTED
    assert project.annotated_frames == [4]
    assert project.is_annotated(4)
    assert not project.is_annotated(1)
    assert project.scores[1, 2] == 0.5
    np.testing.assert_array_equal(project.boxes[1, 2], (1, 2, 3, 4))
    project.set_instance(1, 2, None, None)
    assert np.isnan(project.scores[1, 2])
    assert np.isnan(project.boxes[1, 2]).all()


def test_objects_keep_their_order_and_free_ids_are_unused(project: Project) -> None:
    project.set_object(default_object(5))
    project.set_object(VideoObject(1, "Dog", (1, 2, 3)))
    project.set_object(VideoObject(5, "Cat", (1, 2, 3), hidden=True))
    assert [item.name for item in project.objects.values()] == ["Cat", "Dog"]
    project.set_labels(0, painted(2))
    assert project.free_object_id() == 3
    project.remove_object(5)
    assert list(project.objects) == [1]


@pytest.mark.parametrize(
    ("object_id", "name", "colour"),
    [(0, "a", (0, 0, 0)), (255, "a", (0, 0, 0)), (1, " ", (0, 0, 0)), (1, "a\nb", (0, 0, 0)), (1, "a", (0, 0, 256))],
)
def test_impossible_objects_are_refused(object_id: int, name: str, colour: tuple[int, int, int]) -> None:
    with pytest.raises(LipError):
        VideoObject(object_id, name, colour)


def test_working_range_and_settings(project: Project) -> None:
    project.set_in_out(2, 4)
    project.update_record(settings={"quality": "best"})
    assert project.in_out == (2, 4)
    assert project.settings == {"quality": "best"}
    for first, last in ((-1, 3), (4, 2), (0, 6)):
        with pytest.raises(LipError):
            project.set_in_out(first, last)
    for value in (float("nan"), float("inf"), "a\0b", "x" * 5000):
        with pytest.raises(LipError):
            project.update_record(settings={"quality": value})
    assert project.settings == {"quality": "best"}


def test_snapshots_hold_what_changed_and_do_not_change(project: Project) -> None:
    project.set_labels(3, painted(1))
    project.set_instance(3, 1, 0.25, (0.0, 1.0, 2.0, 3.0))
    project.set_labels(1, painted(2))
    changes = project.take_changes(1)
    assert changes.frames_left == 1
    (snapshot,) = changes.frames
    project.set_labels(3, painted(9))
    assert snapshot.frame == 3
    assert snapshot.packed is not None
    np.testing.assert_array_equal(snapshot.packed.unpack(), painted(1))
    assert [(cell.object_id, cell.score, cell.area) for cell in snapshot.cells] == [(0, None, 550), (1, 0.25, 50)]
    assert [snapshot.frame for snapshot in project.take_changes(10).frames] == [1, 3]
    assert project.take_changes(10).frames == ()
    project.mark_changed([1])
    assert [snapshot.frame for snapshot in project.take_changes(10).frames] == [1]


def test_one_edit_tells_the_listener_once_and_hides_its_middle_from_other_threads(project: Project) -> None:
    calls: list[int] = []
    project.watch(lambda: calls.append(1))
    taken: list[int] = []
    with project.edit():
        project.set_labels(0, painted())
        other = threading.Thread(target=lambda: taken.extend(item.frame for item in project.take_changes(9).frames))
        other.start()
        other.join(timeout=0.05)
        assert other.is_alive()
        project.set_provenance(0, 1, Provenance.USER)
        assert calls == []
    other.join(timeout=10)
    assert calls == [1]
    assert taken == [0]


def test_provenance_rules() -> None:
    expected = [Provenance.USER, Provenance.CORRECTED, Provenance.USER, Provenance.CORRECTED, Provenance.CORRECTED]
    assert [after_stroke(value) for value in Provenance] == expected
