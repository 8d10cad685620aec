"""Outlines as masks: what each program fills, and coordinates that no picture has."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.importing.polygons import fill_coco, fill_polygon, fill_shape, points_of

H, W = 20, 30
BOX = np.array([[4, 5], [10, 5], [10, 9], [4, 9]], float)


def box(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    mask = np.zeros((H, W), bool)
    mask[top:bottom, left:right] = True
    return mask


def test_points_are_pairs_near_the_picture() -> None:
    assert points_of([[0, 1.5], [-W, 2 * H]], H, W, "a").tolist() == [[0, 1.5], [-W, 2 * H]]


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        [1, 2],
        [[1]],
        [[1, 2, 3]],
        [[1, "2"]],
        [[True, 1]],
        [[float("nan"), 1]],
        [[-W - 1, 0]],
        [[0, 2 * H + 1]],
    ],
)
def test_other_points_are_refused(value: object) -> None:
    with pytest.raises(LipError, match="not pairs of numbers near the picture"):
        points_of(value, H, W, "a")


def test_coco_leaves_the_far_edges_out_and_joins_its_polygons() -> None:
    flat = BOX.ravel().tolist()
    np.testing.assert_array_equal(fill_coco([flat], H, W, "a"), box(4, 5, 10, 9))
    other = (BOX + np.array([3, 0])).ravel().tolist()
    np.testing.assert_array_equal(fill_coco([flat, other], H, W, "a"), box(4, 5, 13, 9))
    np.testing.assert_array_equal(fill_coco([flat] * 40, H, W, "a"), box(4, 5, 10, 9))


def test_coco_polygons_of_two_points_are_nothing() -> None:
    assert not fill_coco([[1, 1, 5, 5]], H, W, "a").any()
    assert not fill_coco([], H, W, "a").any()


@pytest.mark.parametrize(
    ("kind", "points"),
    [("polygon", BOX), ("rectangle", BOX), ("rotation", BOX), ("rectangle", BOX[::2]), ("rectangle", BOX[2::-2])],
)
def test_labelme_fills_up_to_the_edges(kind: str, points: np.ndarray) -> None:
    np.testing.assert_array_equal(fill_shape(kind, points, H, W), box(4, 5, 11, 10))


def test_a_circle_of_labelme_goes_through_its_second_point() -> None:
    mask = fill_shape("circle", np.array([[15, 10], [18, 14]], float), H, W)
    assert mask is not None
    rows, columns = np.nonzero(mask)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (5, 15, 10, 20)


@pytest.mark.parametrize(
    ("kind", "count"),
    [("polygon", 2), ("rectangle", 3), ("circle", 3), ("point", 1), ("linestrip", 4), ("rotation", 2)],
)
def test_points_that_make_no_shape_give_none(kind: str, count: int) -> None:
    assert fill_shape(kind, BOX[:count], H, W) is None


def test_decimals_are_cut_off_and_edges_filled() -> None:
    np.testing.assert_array_equal(fill_polygon(BOX + 0.9, H, W), box(4, 5, 11, 10))
    assert not fill_polygon(BOX[:2], H, W).any()


def test_outlines_that_are_too_long_are_refused() -> None:
    flat = [0.0, 0.0, W, H] * 9000
    with pytest.raises(LipError, match="longer than 500,000 pixels"):
        fill_coco([flat], H, W, "a")
    with pytest.raises(LipError, match="longer than 500,000 pixels"):
        fill_coco([flat[: len(flat) // 2]] * 2, H, W, "a")  # together
