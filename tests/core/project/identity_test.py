"""Swap, merge, split and remove of identities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lipcore.errors import LipError
from lipcore.project.identity import merge, remove, split, swap
from lipcore.project.mask_store import PackedLabels
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell, FrameSnapshot
from tests.core.project.helpers import assert_same, paint, small_project


def frame_of(labels: np.ndarray, *cells: Cell, frame: int = 0) -> FrameSnapshot:
    return FrameSnapshot(frame, PackedLabels.pack(np.zeros_like(labels))[0], ()).changed(labels, cells)


def labels_of(snapshot: FrameSnapshot) -> np.ndarray:
    assert snapshot.packed is not None
    return snapshot.packed.unpack()


ROW = np.array([[0, 1, 1, 2, 3, 0, 255]], np.uint8)
CELLS = (
    Cell(1, Provenance.USER, None, (1.0, 0.0, 3.0, 1.0), 0),
    Cell(2, Provenance.MODEL, 0.5, (3.0, 0.0, 4.0, 1.0), 0),
)


def test_swap_takes_the_cells_along() -> None:
    (after,) = swap([frame_of(ROW, *CELLS)], 1, 2)
    np.testing.assert_array_equal(labels_of(after), [[0, 2, 2, 1, 3, 0, 255]])
    assert after.cell(2) == Cell(2, Provenance.USER, None, (1.0, 0.0, 3.0, 1.0), 2)
    assert after.cell(1) == Cell(1, Provenance.MODEL, 0.5, (3.0, 0.0, 4.0, 1.0), 1)
    assert list(swap([frame_of(ROW, *CELLS)], 8, 9)) == []


def test_merge_joins_the_cells() -> None:
    (after,) = merge([frame_of(ROW, *CELLS)], 2, 1)
    np.testing.assert_array_equal(labels_of(after), [[0, 1, 1, 1, 3, 0, 255]])
    assert after.cell(1) == Cell(1, Provenance.CORRECTED, 0.5, (1.0, 0.0, 4.0, 1.0), 3)
    assert after.cell(2).is_empty
    assert list(merge([after], 2, 1)) == []
    with pytest.raises(LipError, match="itself"):
        list(merge([after], 1, 1))


@pytest.mark.parametrize(
    ("one", "two", "merged"),
    [
        (Provenance.MODEL, Provenance.MODEL, Provenance.MODEL),
        (Provenance.USER, Provenance.USER, Provenance.USER),
        (Provenance.VERIFIED, Provenance.VERIFIED, Provenance.VERIFIED),
        (Provenance.VERIFIED, Provenance.MODEL, Provenance.CORRECTED),
        (Provenance.NONE, Provenance.MODEL, Provenance.MODEL),
    ],
)
def test_provenance_of_merged_cells(one: Provenance, two: Provenance, merged: Provenance) -> None:
    frame = frame_of(ROW, Cell(1, one, None, None, 0), Cell(2, two, None, None, 0))
    (after,) = merge([frame], 1, 2)
    assert after.cell(2).provenance == merged


def test_remove_can_keep_what_a_person_made() -> None:
    frame = frame_of(ROW, *CELLS)
    (after,) = remove([frame], [1, 2])
    np.testing.assert_array_equal(labels_of(after), [[0, 0, 0, 0, 3, 0, 255]])
    (after,) = remove([frame], [1, 2], keep_annotated=True)
    np.testing.assert_array_equal(labels_of(after), [[0, 1, 1, 0, 3, 0, 255]])
    assert after.cell(1) == frame.cell(1)
    assert list(remove([frame], [1], keep_annotated=True)) == []


def two_squares(frame: int, gap: int) -> np.ndarray:
    """Two squares of object 1 that move right together, `gap` columns apart; none is where they would touch."""
    labels = np.zeros((20, 40), np.uint8)
    labels[4:8, frame + 2 : frame + 6] = 1
    labels[4:8, frame + 6 + gap : frame + 10 + gap] = 1
    return labels


def test_split_follows_both_parts() -> None:
    cell = Cell(1, Provenance.MODEL, 0.75, (0.0, 0.0, 9.0, 9.0), 0)
    frames = [frame_of(two_squares(frame, 3), cell, frame=frame) for frame in range(6)]
    after = list(split(frames, 1, 7, row=5, column=10))
    assert [snapshot.frame for snapshot in after] == list(range(6))
    for frame, snapshot in enumerate(after):
        expected = two_squares(frame, 3)
        expected[:, frame + 9 :][expected[:, frame + 9 :] == 1] = 7
        np.testing.assert_array_equal(labels_of(snapshot), expected)
        left = float(frame + 9)
        assert snapshot.cell(7) == Cell(7, Provenance.MODEL, 0.75, (left, 4.0, left + 4, 8.0), 16)
        assert snapshot.cell(1) == Cell(1, Provenance.MODEL, 0.75, (0.0, 0.0, 9.0, 9.0), 16)


def test_split_gives_a_lone_part_to_whom_it_covers() -> None:
    both, left, right = two_squares(0, 3), two_squares(0, 3), two_squares(0, 3)
    left[:, 9:], right[:, :9] = 0, 0
    frames = [frame_of(labels, frame=frame) for frame, labels in enumerate([both, left, right, both])]
    after = list(split(frames, 1, 7, row=5, column=10))
    assert [snapshot.frame for snapshot in after] == [0, 2, 3]
    np.testing.assert_array_equal(labels_of(after[1]), right * 7)
    assert after[1].cell(1).is_empty


@pytest.mark.parametrize(("row", "column"), [(0, 0), (-1, 3), (20, 3), (5, 400)])
def test_split_needs_a_pixel_of_the_object(row: int, column: int) -> None:
    with pytest.raises(LipError, match="nothing of the object"):
        list(split([frame_of(two_squares(0, 3))], 1, 7, row, column))


@given(st.lists(arrays(np.uint8, (6, 8), elements=st.integers(0, 4)), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_swapping_twice_changes_nothing_and_operations_touch_only_their_objects(maps: list[np.ndarray]) -> None:
    frames = [frame_of(labels, frame=frame) for frame, labels in enumerate(maps)]
    once = list(swap(frames, 1, 2))
    twice = list(swap(once, 1, 2))
    assert [after.frame for after in twice] == [item.frame for item in frames if item.cell(1).area or item.cell(2).area]
    for after in twice:
        np.testing.assert_array_equal(labels_of(after), labels_of(frames[after.frame]))
    for operation in (swap(frames, 1, 2), merge(frames, 1, 2), remove(frames, [1, 2])):
        for after in operation:
            old, new = labels_of(frames[after.frame]), labels_of(after)
            np.testing.assert_array_equal(np.where(old <= 2, 0, old)[old > 2], new[old > 2])
            assert (new[old == 0] == 0).all()
            areas = {cell.object_id: cell.area for cell in after.cells}
            assert areas == {int(each): int((new == each).sum()) for each in np.unique(new)}


def test_restoring_snapshots_takes_an_operation_back() -> None:
    project, untouched = small_project(20), small_project(20)
    for each in (project, untouched):
        paint(each, 3, 1)
        paint(each, 3, 2, Provenance.MODEL)
        paint(each, 9, 2)
    before = [project.snapshot(frame) for frame in range(20)]
    for after in list(merge(before, 2, 1)):
        project.restore(after)
    assert project.areas[3].tolist()[:3] == [565, 35, 0]
    assert project.provenance(3, 1) is Provenance.CORRECTED
    assert project.annotated_frames == [3, 9]
    for snapshot in before:
        project.restore(snapshot)
    assert_same(project, untouched)


def test_restore_of_another_size_is_a_bug() -> None:
    project: Project = small_project(20)
    with pytest.raises(ValueError, match="expected"):
        project.restore(frame_of(ROW))
