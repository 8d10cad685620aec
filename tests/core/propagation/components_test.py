"""Stray pieces of a mask are dropped where neither the track nor the annotated frames support them."""

from __future__ import annotations

import torch

from lipcore.propagation.components import drop_stray_components


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
