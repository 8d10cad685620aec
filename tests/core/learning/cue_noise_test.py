"""Noise on cues: masks stay near the truth, some are dropped, and what is not there stays empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from lipcore.learning.cue_noise import doubtful_masks, doubtful_previous, match_cues, with_others
from lipcore.model.boxes import boxes_of_masks


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        yield


def squares(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Masks (count, 64, 96) of one square, and their boxes."""
    masks = torch.zeros(count, 64, 96, dtype=torch.bool)
    masks[:, 16:48, 32:64] = True
    return masks, boxes_of_masks(masks)[0]


def test_without_strength_masks_are_the_truth_at_half_resolution_but_for_their_corners() -> None:
    masks, boxes = squares(4)
    found = doubtful_masks(masks, boxes, strength=0.0, dropped=0.0)
    assert found.shape == (4, 1, 32, 48)
    wrong = (found > 0.5)[:, 0] ^ masks[:, ::2, ::2]
    assert not wrong[:, 12:20].any()
    assert not wrong[:, :, 20:28].any()
    assert int(wrong[0].sum()) < 0.1 * 256


def test_doubtful_masks_differ_but_overlap_the_truth() -> None:
    masks, boxes = squares(64)
    found = doubtful_masks(masks, boxes, dropped=0.0)[:, 0]
    assert float(found.min()) >= 0
    assert float(found.max()) <= 1
    truth = masks[:, ::2, ::2]
    overlaps = ((found > 0.5) & truth).sum((1, 2)) / ((found > 0.5) | truth).sum((1, 2))
    assert 0.5 < float(overlaps.median()) < 0.99
    assert len(overlaps.unique()) > 32


@pytest.mark.parametrize("dropped", [0.0, 1.0])
def test_a_fraction_is_empty(dropped: float) -> None:
    masks, boxes = squares(8)
    found = doubtful_masks(masks, boxes, dropped=dropped)
    assert [bool(each.any()) for each in found] == [dropped == 0] * 8


def test_objects_that_are_not_there_have_no_mask_before() -> None:
    masks, boxes = squares(4)
    there = torch.tensor([True, False, True, False])
    found = doubtful_previous(masks, boxes, there, (64, 96), 0.5, 0.0)
    assert found.shape == (4, 1, 64, 96)
    assert found.flatten(1).any(dim=1).tolist() == there.tolist()


def test_others_are_the_sum_of_all_but_oneself() -> None:
    own = torch.rand(6, 1, 4, 5) / 3
    cues = with_others(own, slots=3)
    assert cues.shape == (6, 2, 4, 5)
    torch.testing.assert_close(cues[:, :1], own)
    torch.testing.assert_close(cues[0, 1], own[1, 0] + own[2, 0])
    torch.testing.assert_close(cues[4, 1], own[3, 0] + own[5, 0])


def test_matches_are_kept_or_zero_as_pairs() -> None:
    shares = torch.rand(5, 3, 4, 6) + 0.1
    assert match_cues(shares, shares, 0.0).shape == (10, 4, 4, 6)
    assert (match_cues(shares, shares, 0.0) > 0).any(dim=(2, 3)).all()
    assert not match_cues(shares, shares, 1.0).any()
    some = match_cues(shares, shares, 0.5).flatten(2).any(dim=2)
    assert torch.equal(some[:, 0], some[:, 1])
    assert torch.equal(some[:, 2], some[:, 3])
