"""Candidates: boxes from tracks and matches, and how detections are read; flow and edges, which carry and trim."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lipcore.model.specialise import specialise
from lipcore.propagation.candidates import TRACK_WIDENING, detect, match_boxes, track_boxes
from lipcore.propagation.edges import refine_edges
from lipcore.propagation.flow import backward_flow, grey, warp
from tests.core.model.networks import noise, tiny_network


def test_tracks_of_visible_objects_are_widened_and_stay_in_the_picture() -> None:
    masks = torch.zeros(3, 40, 60)
    masks[0, 10:20, 20:40] = 0.9
    masks[1] = 0.4
    masks[2, 0:10, 50:60] = 1
    boxes, owners = track_boxes(masks)
    assert owners.tolist() == [0, 2]
    grown = 20 * TRACK_WIDENING / 2, 10 * TRACK_WIDENING / 2
    torch.testing.assert_close(boxes[0], torch.tensor([20 - grown[0], 10 - grown[1], 40 + grown[0], 20 + grown[1]]))
    assert boxes[1, [1, 2]].tolist() == [0, 60]


def test_matches_propose_a_box_where_an_object_wins_enough_cells() -> None:
    matches = torch.zeros(3, 6, 8)
    matches[0] = 0.3
    matches[1, 2:4, 3:5] = 0.6  # four cells
    matches[2, 0, 0:3] = 0.9  # three
    matches[2, 5, 5] = 0.2
    boxes, owners = match_boxes(matches)
    assert owners.tolist() == [0]
    assert boxes.tolist() == [[24.0, 16.0, 40.0, 32.0]]
    assert match_boxes(torch.ones(1, 6, 8))[0].shape == (0, 4)


@pytest.mark.parametrize("count", [0, 2])
@torch.no_grad()
def test_an_extra_box_stays_as_it_is_for_its_owner(count: int) -> None:
    network = specialise(tiny_network("paper"), 3)
    frame, _ = network.step(noise(1, 3, 64, 96), None)
    extra, owners = (
        torch.tensor([[5.0, 6.0, 25.0, 40.0], [30.0, 8.0, 90.0, 60.0]])[:count],
        torch.tensor([2, 0])[:count],
    )
    found = detect(network, frame, extra, owners, network.instance_head.id_layer)
    rows = len(found.rois)
    assert found.scores.shape == (rows, 3)
    assert found.boxes.shape == (rows, 3, 4)
    assert float(found.scores.min()) >= 0
    assert float(found.scores.sum(dim=1).max()) <= 1.0001
    assert float(found.boxes[..., 0::2].max()) <= 96
    assert float(found.boxes[..., 1::2].max()) <= 64
    for row, (box, owner) in enumerate(zip(extra, owners, strict=True), start=rows - count):
        assert torch.equal(found.rois[row], box)
        assert torch.equal(found.boxes[row, owner], box)
        assert not torch.equal(found.boxes[row, (int(owner) + 1) % 3], box)


def textured(shift: int) -> np.ndarray:
    """A picture (96, 128, 3) of soft noise, moved right by some pixels."""
    import cv2

    random = np.random.default_rng(3).integers(0, 255, (96, 160), np.uint8)
    soft = cv2.GaussianBlur(random, (0, 0), 2.5)
    soft = cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX)
    return np.repeat(soft[:, 16 - shift : 144 - shift, None], 3, axis=2)


def test_masks_are_carried_along_by_the_flow() -> None:
    mask = torch.zeros(1, 96, 128)
    mask[0, 30:60, 40:80] = 1
    flow = backward_flow(grey(textured(4)), grey(textured(0)))
    moved = warp(mask, flow)[0] > 0.5
    expected = torch.zeros(96, 128, dtype=torch.bool)
    expected[30:60, 44:84] = True
    assert float((moved & expected).sum() / (moved | expected).sum()) > 0.95


def test_warping_by_known_flow_is_exact_and_brings_nothing_from_outside() -> None:
    maps = torch.arange(12.0).view(1, 3, 4)
    flow = np.zeros((3, 4, 2), np.float32)
    torch.testing.assert_close(warp(maps, flow), maps)
    flow[..., 0] = 1
    torch.testing.assert_close(warp(maps, flow)[0, :, :3], maps[0, :, 1:])
    assert warp(maps, flow)[0, :, 3].abs().max() < 1e-4


def test_edges_move_to_those_of_the_picture_and_take_no_others_pixels() -> None:
    frame = np.full((120, 160, 3), (20, 40, 60), np.uint8)
    frame[30:90, 40:100] = (230, 210, 40)
    slots = np.zeros((120, 160), np.uint8)
    slots[31:90, 41:100], slots[31:60, 100:110] = 1, 2
    refined = refine_edges(slots, frame)
    true = (frame[..., 0] > 100) & (slots != 2)
    before, after = (float(((found == 1) & true).sum() / ((found == 1) | true).sum()) for found in (slots, refined))
    assert after > before
    assert after > 0.99
    assert not ((refined == 1) & (slots == 2)).any()
    np.testing.assert_array_equal(refine_edges(np.zeros_like(slots), frame), 0)
    np.testing.assert_array_equal(refine_edges(slots, frame), refined)
