"""Components of what matching gives to an object; stray pieces of a mask that nothing supports are dropped."""

from __future__ import annotations

import pytest
import torch

from lipcore.propagation.stages.components import drop_stray_components, matched_components


def pieces(*squares: tuple[int, int]) -> torch.Tensor:
    """One mask (1, 32, 32) of squares of 6 pixels at (row, column)."""
    mask = torch.zeros(1, 32, 32)
    for row, column in squares:
        mask[0, row : row + 6, column : column + 6] = 0.9
    return mask


def test_a_piece_where_nothing_was_is_dropped() -> None:
    mask = pieces((2, 2), (20, 20))
    assert torch.equal(drop_stray_components(mask, pieces((3, 3)), None), pieces((2, 2)))
    assert torch.equal(mask, pieces((2, 2), (20, 20)))


def test_pieces_that_are_supported_stay() -> None:
    mask = pieces((2, 2), (20, 20))
    assert torch.equal(drop_stray_components(mask, pieces((2, 2), (21, 20)), None), mask)


def test_a_single_piece_and_the_best_piece_always_stay() -> None:
    assert torch.equal(drop_stray_components(pieces((2, 2)), pieces(), None), pieces((2, 2)))
    faint = pieces((2, 2), (20, 20))
    left = drop_stray_components(faint, 0.1 * pieces((20, 20)), None)
    assert torch.equal(left, pieces((20, 20)))


def test_matches_count_twice_as_much_as_the_track() -> None:
    mask, track = pieces((2, 2), (20, 20)), pieces((2, 2))
    matches = torch.zeros(2, 32, 32)
    matches[1] = (pieces((20, 20))[0] > 0).float()
    assert torch.equal(drop_stray_components(mask, track, matches), pieces((20, 20)))  # 1/3 against 2/3


def test_objects_are_looked_at_one_by_one() -> None:
    masks = torch.cat((pieces((2, 2), (20, 20)), pieces((2, 20)), pieces()))
    left = drop_stray_components(masks, torch.cat((pieces((2, 2)), pieces(), pieces())), None)
    assert torch.equal(left, torch.cat((pieces((2, 2)), pieces((2, 20)), pieces())))


def shares_of(*cells: tuple[int, int, int, float]) -> torch.Tensor:
    """Shares (3, 6, 8) of background and two objects; cells (object, row, column, share), the rest is background."""
    shares = torch.zeros(3, 6, 8)
    for slot, row, column, share in cells:
        shares[slot, row, column] = share
    shares[0] = 1 - shares[1:].sum(dim=0)
    return shares


def test_matched_cells_that_hang_together_are_a_component() -> None:
    first = [(1, 1, 2, 1.0), (1, 2, 3, 0.8), (1, 2, 4, 0.6)]  # by a corner, too
    second = [(1, 5, 7, 0.9)]
    one, other = matched_components(shares_of(*first, *second, (2, 0, 0, 0.7)))
    assert [(component.box, component.area) for component in one] == [
        ((16.0, 8.0, 40.0, 24.0), 3), ((56.0, 40.0, 64.0, 48.0), 1)
    ]  # fmt: skip
    assert [component.share for component in one] == pytest.approx([0.8, 0.9])
    assert [component.box for component in other] == [(0.0, 0.0, 8.0, 8.0)]


def test_cells_that_another_label_wins_or_none_wins_clearly_are_of_no_component() -> None:
    shares = shares_of((1, 1, 1, 0.45), (1, 3, 3, 0.4), (2, 3, 3, 0.6))
    assert [len(found) for found in matched_components(shares)] == [0, 1]
    assert matched_components(torch.ones(1, 6, 8)) == []
