"""Masks drawn from curves: where they are written, and where what a person did stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lipcore.curves.curve import Curve, Key
from lipcore.errors import LipError
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.workflow.curves import Kept, curves_of, draw, refuse_verified
from tests.core.curves.shapes import moving, square
from tests.helpers import blank_video


@pytest.fixture
def project() -> Project:
    """Twelve frames of 20 x 60 pixels, with the objects 1 and 2."""
    project = Project.create(blank_video(12, 20, 60))
    for object_id in (1, 2):
        project.set_object(default_object(object_id))
    return project


def put(project: Project, *curves: Curve, object_id: int = 1, shown: int | None = None) -> dict[int, Kept]:
    """Make the edit; the frames that kept their masks."""
    kept = {}
    for drawn in draw(project, object_id, curves, shown):
        project.restore(drawn.change.after)
        if drawn.kept is not None:
            kept[drawn.frame] = drawn.kept
    project.set_object(replace(project.objects[object_id], curves=curves))
    return kept


def lefts(project: Project, object_id: int = 1) -> list[int | None]:
    """The leftmost column of the object on every frame."""
    columns = [np.flatnonzero((project.labels(frame) == object_id).any(axis=0)) for frame in range(12)]
    return [int(each[0]) if len(each) else None for each in columns]


def paint(project: Project, frame: int, object_id: int, value: Provenance, *columns: int) -> None:
    labels = project.labels(frame).copy()
    labels[15:18, columns] = object_id
    project.set_labels(frame, labels)
    project.set_provenance(frame, object_id, value)


def test_masks_are_drawn_between_keys_and_count_as_painted(project: Project) -> None:
    assert put(project, moving((2, 0), (6, 40))) == {}
    assert lefts(project) == [None, None, 0, 10, 20, 30, 40, *[None] * 5]
    assert set(project.provenances[2:7, 1]) == {Provenance.USER}
    assert project.areas[4, 1] == 100
    assert project.annotated_frames == [2, 3, 4, 5, 6]


def test_a_moved_key_draws_its_masks_anew_and_only_those(project: Project) -> None:
    put(project, moving((0, 0), (4, 40), (8, 40), (11, 40)))
    revisions = [project.revision(frame) for frame in range(12)]
    put(project, moving((0, 0), (4, 20), (8, 40), (11, 40)))
    assert lefts(project)[:9] == [0, 5, 10, 15, 20, 25, 30, 35, 40]
    assert [frame for frame in range(12) if project.revision(frame) > revisions[frame]] == list(range(1, 8))


def test_frames_that_a_curve_leaves_lose_its_masks(project: Project) -> None:
    put(project, moving((2, 0), (6, 40)))
    put(project, moving((2, 0)))
    assert lefts(project) == [None, None, 0, *[None] * 9]
    assert project.provenance(6, 1) == Provenance.NONE
    put(project)
    assert not project.areas[:, 1].any()


def test_what_was_painted_or_cleared_since_stays(project: Project) -> None:
    put(project, moving((0, 0), (6, 30)))
    paint(project, 2, 1, Provenance.USER, 50)
    project.set_labels(3, np.zeros((20, 60), np.uint8))
    project.set_provenance(3, 1, Provenance.NONE)
    before = project.labels(2).copy()
    assert put(project, moving((0, 0), (6, 36))) == {2: Kept.PAINTED, 3: Kept.PAINTED}
    np.testing.assert_array_equal(project.labels(2), before)
    assert lefts(project)[:7] == [0, 6, 10, None, 24, 30, 36]


def test_on_the_frame_in_view_what_was_painted_outside_the_curve_stays(project: Project) -> None:
    paint(project, 4, 1, Provenance.USER, 50)
    put(project, moving((4, 0)), shown=4)
    assert project.areas[4, 1] == 103
    put(project, moving((4, 8)), shown=4)
    labels = project.labels(4)
    assert lefts(project)[4] == 8
    assert (labels[15:18, 50] == 1).all()
    assert project.areas[4, 1] == 103
    assert put(project, moving((4, 12), (6, 12)), shown=6) == {4: Kept.PAINTED}
    assert lefts(project)[4:7] == [8, 12, 12]


def test_the_networks_masks_give_way(project: Project) -> None:
    for frame in range(8):
        paint(project, frame, 1, Provenance.MODEL, 50)
    put(project, moving((2, 0), (4, 10)), shown=2)
    assert project.areas[:6, 1].tolist() == [3, 3, 103, 100, 100, 3]
    assert project.provenances[1:6, 1].tolist() == [1, 3, 2, 2, 1]


def test_verified_frames_and_locked_objects_stay(project: Project) -> None:
    put(project, moving((0, 0), (6, 30)))
    project.set_provenance(3, 1, Provenance.VERIFIED)
    assert put(project, moving((0, 0), (6, 36)), shown=3) == {3: Kept.VERIFIED}
    assert lefts(project)[3] == 15
    with pytest.raises(LipError, match="Object 1 is verified on frame 3"):
        refuse_verified(project, 1, 3)
    refuse_verified(project, 1, 4)
    project.set_object(replace(project.objects[1], locked=True))
    with pytest.raises(LipError, match="locked"):
        put(project, moving((0, 0)))


def test_other_objects_give_way_unless_they_are_locked_or_verified(project: Project) -> None:
    for frame in (0, 1, 2):
        paint(project, frame, 2, Provenance.USER, 30, 31)
    project.set_provenance(1, 2, Provenance.VERIFIED)
    big = Curve(1, (Key(0, square(25, 8, 12)), Key(2, square(25, 8, 12))))
    put(project, big)
    assert project.areas[:3, 2].tolist() == [0, 6, 0]
    assert project.areas[:3, 1].tolist() == [144, 138, 144]
    assert put(project, Curve(1, (Key(0, square(26, 8, 12)), Key(2, square(25, 8, 12))))) == {}


def test_curves_that_do_not_cover_take_the_background_alone(project: Project) -> None:
    paint(project, 0, 2, Provenance.MODEL, 30, 31)
    (drawn,) = draw(project, 1, [Curve(1, (Key(0, square(25, 8, 12)),))], covers=False)
    project.restore(drawn.change.after)
    assert project.areas[0, [1, 2]].tolist() == [138, 6]


def test_what_another_object_took_of_a_curves_mask_does_not_stop_the_curve(project: Project) -> None:
    put(project, moving((0, 0), (4, 0)))
    put(project, moving((0, 5), (4, 5)), object_id=2)
    assert project.areas[:5, 1].tolist() == [50] * 5
    assert put(project, moving((0, 0), (4, 8))) == {}
    assert lefts(project)[:5] == [0, 2, 4, 6, 8]


def test_curves_of_one_object_add_and_cut(project: Project) -> None:
    hole = Curve(2, (Key(0, square(2, 4, 3)), Key(3, square(5, 4, 3))), subtract=True)
    put(project, moving((0, 0), (3, 3)), hole)
    assert project.areas[:5, 1].tolist() == [91, 91, 91, 91, 0]
    put(project, moving((0, 0), (3, 3)))
    assert project.areas[:5, 1].tolist() == [100, 100, 100, 100, 0]
    assert curves_of(project, 1) == (moving((0, 0), (3, 3)),)
    assert curves_of(project, 99) == ()
