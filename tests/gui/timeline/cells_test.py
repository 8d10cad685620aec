from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lipgui.timeline.cells import PRESENT, LaneCells, column_frames


def make_cells(frames: int, ids: list[int]) -> tuple[LaneCells, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(frames)
    arrays = (
        generator.integers(0, 5, (frames, 256)).astype(np.uint8),
        generator.random((frames, 256), np.float32),
        generator.integers(0, 2, (frames, 256)).astype(np.int32),
    )
    cells = LaneCells()
    cells.set_frame_count(frames)
    cells.set_objects(ids)
    cells.set_cells(*arrays)
    return cells, arrays


def test_a_cell_tells_provenance_presence_and_score() -> None:
    cells, (provenances, scores, areas) = make_cells(20, [7, 3])
    assert cells.codes[0, 4] == provenances[4, 7] + PRESENT * (areas[4, 7] > 0)
    assert cells.codes[1, 4] == provenances[4, 3] + PRESENT * (areas[4, 3] > 0)
    assert cells.scores[1, 4] == int(scores[4, 3] * 255)


def test_a_cell_without_a_score_counts_as_certain() -> None:
    cells, (_, scores, _) = make_cells(5, [1])
    scores[2, 1] = np.nan
    cells.update(2, 2)
    assert cells.scores[0, 2] == 255


def test_only_the_updated_frames_are_read_again() -> None:
    cells, (provenances, _, areas) = make_cells(10, [1])
    before = cells.codes.copy()
    provenances[:, 1], areas[:, 1] = 4, 1
    cells.update(3, 5)
    assert (cells.codes[0, 3:6] == 4 + PRESENT).all()
    assert (cells.codes[0, :3] == before[0, :3]).all()
    assert (cells.codes[0, 6:] == before[0, 6:]).all()


def test_objects_may_come_after_the_cells_and_frames_may_lie_outside() -> None:
    cells, (provenances, _, areas) = make_cells(10, [])
    cells.set_objects([9])
    assert cells.codes[0, 0] == provenances[0, 9] + PRESENT * (areas[0, 9] > 0)
    cells.update(-5, 500)


def test_arrays_of_another_video_are_refused() -> None:
    cells, (provenances, scores, areas) = make_cells(10, [1])
    with pytest.raises(ValueError, match="expected"):
        cells.set_cells(provenances[:5], scores[:5], areas[:5])
    with pytest.raises(ValueError, match="expected"):
        cells.set_doubts(scores[:5], 0.5)


@given(st.integers(1, 400), st.integers(1, 60), st.floats(0, 1), st.floats(0.05, 3))
def test_columns_take_the_strongest_code_the_least_score_and_the_greatest_doubt(
    frames: int, width: int, share: float, stretch: float
) -> None:
    cells, (_, scores, _) = make_cells(frames, [1, 2])
    cells.set_doubts(scores, 0.8)
    step = frames / width * stretch
    first = share * frames
    columns = cells.columns(range(2), first, step, 0, width)
    for column in range(width):
        if step > 1:
            begin, end = int(first + column * step), int(first + (column + 1) * step)
        else:
            begin = int(first + (column + 0.5) * step)
            end = begin + 1
        if begin >= frames:
            assert not columns.codes[:, column].any()
            continue
        inside = slice(begin, max(begin + 1, min(end, frames)))
        assert columns.codes[0, column] == cells.codes[0, inside].max()
        assert columns.scores[1, column] == cells.scores[1, inside].min()
        assert columns.doubtful[1, column] == (scores[inside, 2] >= 0.8).any()


@pytest.mark.parametrize("step", [0.3, 1.0, 3.7])
def test_a_part_of_the_columns_equals_that_part_of_all(step: float) -> None:
    cells, _ = make_cells(300, [1, 2, 3])
    whole = cells.columns(range(3), 10.25, step, 0, 80)
    part = cells.columns(range(1, 3), 10.25, step, 17, 41)
    np.testing.assert_array_equal(part.codes, whole.codes[1:, 17:41])
    np.testing.assert_array_equal(part.scores, whole.scores[1:, 17:41])


def test_wide_frames_take_the_frame_under_the_middle_of_the_column() -> None:
    np.testing.assert_array_equal(column_frames(0.0, 0.25, 0, 8), [0, 0, 0, 0, 1, 1, 1, 1])
    np.testing.assert_array_equal(column_frames(0.0, 2.0, 0, 3), [0, 2, 4])


def test_without_lanes_or_frames_there_is_nothing() -> None:
    cells = LaneCells()
    assert cells.columns(range(0), 0.0, 1.0, 0, 10).codes.shape == (0, 10)
    cells.set_objects([1])
    assert cells.columns(range(1), 0.0, 1.0, 0, 10).codes.tolist() == [[0] * 10]


def test_doubt_at_the_threshold_counts() -> None:
    cells, (_, scores, _) = make_cells(3, [1])
    cells.set_doubts(np.full_like(scores, 0.5), 0.5)
    assert cells.doubtful.all()
    cells.set_doubts(np.full_like(scores, 0.5), 0.51)
    assert not cells.doubtful.any()
