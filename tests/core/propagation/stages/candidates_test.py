"""Candidates: boxes from tracks and matched components, how detections are read, and RoIs that hold the object."""

from __future__ import annotations

import pytest
import torch

from lipcore.model.specialise import specialise
from lipcore.propagation.stages.candidates import (
    SMALLEST_COMPONENT,
    TRACK_WIDENING,
    OwnBoxes,
    component_boxes,
    detect,
    joined,
    no_boxes,
    painted_boxes,
    track_boxes,
    whole_object,
)
from lipcore.propagation.stages.components import Component
from tests.core.model.networks import noise, tiny_network

NOTHING = torch.zeros(1)


def test_tracks_of_visible_objects_are_widened_and_stay_in_the_picture() -> None:
    masks = torch.zeros(3, 40, 60)
    masks[0, 10:20, 20:40] = 0.9
    masks[1] = 0.4
    masks[2, 0:10, 50:60] = 1
    boxes, owners, support = track_boxes(masks, None)
    assert owners.tolist() == [0, 2]
    grown = 20 * TRACK_WIDENING / 2, 10 * TRACK_WIDENING / 2
    torch.testing.assert_close(boxes[0], torch.tensor([20 - grown[0], 10 - grown[1], 40 + grown[0], 20 + grown[1]]))
    assert boxes[1, [1, 2]].tolist() == [0, 60]
    assert support.tolist() == [0, 0]  # without matching nobody vouches


def test_annotated_frames_vouch_for_a_track_as_far_as_matches_lie_in_its_mask() -> None:
    masks = torch.zeros(2, 32, 48)
    masks[0, 8:24, 8:24] = masks[1, 8:24, 32:48] = 1.0
    shares = torch.zeros(3, 4, 6)
    shares[1, 1:3, 1:2], shares[1, 1:3, 2:3] = 0.9, 0.3  # half of the first mask's cells are surely its own
    shares[2, :, :4] = 1.0  # all matches of the second lie elsewhere
    _, owners, support = track_boxes(masks, shares)
    assert owners.tolist() == [0, 1]
    torch.testing.assert_close(support, torch.tensor([0.6, 0.0]))


def component(*box: float, area: int = 20, share: float = 0.8) -> Component:
    return Component((box[0], box[1], box[2], box[3]), area, share)


def test_every_large_component_proposes_a_box_and_so_do_all_together() -> None:
    small = component(0, 0, 8, 8, area=SMALLEST_COMPONENT - 1)
    first, second = component(24, 16, 40, 32, area=4, share=0.6), component(8, 40, 32, 64, area=12, share=1.0)
    found = component_boxes([[second, first, small], [small], [first]], NOTHING)
    assert found.owners.tolist() == [0, 0, 0, 2]
    assert found.boxes.tolist() == [[8, 40, 32, 64], [24, 16, 40, 32], [8, 16, 40, 64], [24, 16, 40, 32]]
    torch.testing.assert_close(found.support, torch.tensor([1.0, 0.6, 0.9, 0.6]))  # of all: 12 and 4 of 16 cells


def test_without_components_nothing_is_proposed() -> None:
    for found in (component_boxes([[], []], NOTHING), component_boxes([], NOTHING), no_boxes(NOTHING)):
        assert found.boxes.shape == (0, 4)
        assert found.owners.dtype == torch.int64


def test_boxes_of_several_sources_are_joined_in_order() -> None:
    painted = painted_boxes(torch.tensor([[1.0, 2, 3, 4]]), torch.tensor([1]))
    found = joined(painted, no_boxes(NOTHING), component_boxes([[component(8, 8, 24, 24)]], NOTHING))
    assert found.boxes.tolist() == [[1, 2, 3, 4], [8, 8, 24, 24]]
    assert found.owners.tolist() == [1, 0]
    torch.testing.assert_close(found.support, torch.tensor([1.0, 0.8]))


def test_a_roi_grows_by_the_components_that_lie_in_it_for_the_most_part() -> None:
    """A box that holds a part of its object gets the whole of it, with a cell of margin; others stay as they are."""
    box = torch.tensor([[40.0, 40.0, 80.0, 80.0]])
    half_inside = component(60, 48, 104, 72)
    beside, distant = component(72, 40, 120, 80), component(120, 0, 160, 40)
    (found,) = whole_object(box, torch.zeros(1, 4), [[half_inside, beside, distant]], (120, 200))
    assert found.tolist() == [40, 40, 112, 80]
    (alone,) = whole_object(box, torch.zeros(1, 4), [[beside, distant]], (120, 200))
    assert alone.tolist() == box[0].tolist()
    (within,) = whole_object(box, torch.zeros(1, 4), [[component(48, 48, 64, 64)]], (120, 200))
    assert within.tolist() == box[0].tolist()


def test_a_part_of_an_object_gets_the_others_that_the_frame_before_showed_back() -> None:
    """An object that another one divides: the box is that of one side."""
    box, track = torch.tensor([[60.0, 40.0, 100.0, 80.0]]), torch.tensor([[20.0, 38.0, 98.0, 82.0]])
    other, distant = component(24, 40, 48, 80), component(120, 40, 160, 80)
    (found,) = whole_object(box, track, [[other, distant]], (120, 200))
    assert found.tolist() == [16, 32, 100, 88]
    larger = component(68, 48, 92, 72, area=100)
    for area, held in [(21, True), (19, False)]:
        part = component(24, 40, 48, 80, area=area)
        assert torch.equal(whole_object(box, track, [[larger, part]], (120, 200)), box) is not held
    crumb = component(24, 40, 48, 80, area=SMALLEST_COMPONENT - 1)
    assert torch.equal(whole_object(box, track, [[crumb]], (120, 200)), box)
    elsewhere = track + torch.tensor([0.0, 60.0, 0.0, 60.0])  # the object is found again far from its track
    assert torch.equal(whole_object(box, elsewhere, [[component(24, 100, 48, 116)]], (160, 200)), box)


def test_grown_rois_stay_in_the_picture_and_belong_to_one_object_each() -> None:
    boxes = torch.tensor([[10.0, 10.0, 40.0, 40.0], [60.0, 60.0, 90.0, 90.0]])
    found = whole_object(boxes, boxes, [[component(0, 0, 48, 48)], []], (96, 96))
    assert found.tolist() == [[0, 0, 56, 56], [60, 60, 90, 90]]
    assert whole_object(torch.zeros(0, 4), torch.zeros(0, 4), [], (96, 96)).shape == (0, 4)


@pytest.mark.parametrize("count", [0, 2])
@torch.no_grad()
def test_an_own_box_stays_as_it_is_for_its_owner_and_is_vouched_for(count: int) -> None:
    network = specialise(tiny_network("paper"), 3)
    frame, _ = network.step(noise(1, 3, 64, 96), None)
    own = OwnBoxes(
        torch.tensor([[5.0, 6.0, 25.0, 40.0], [30.0, 8.0, 90.0, 60.0]])[:count],
        torch.tensor([2, 0])[:count],
        torch.tensor([0.95, 0.0])[:count],
    )
    found = detect(network, frame, own, network.instance_head.id_layer)
    rows = len(found.rois)
    assert found.scores.shape == (rows, 3)
    assert found.boxes.shape == (rows, 3, 4)
    assert float(found.scores.min()) >= 0
    assert float(found.scores[: rows - count].sum(dim=1).max()) <= 1.0001
    assert float(found.boxes[..., 0::2].max()) <= 96
    assert float(found.boxes[..., 1::2].max()) <= 64
    for row, (box, owner, _) in enumerate(zip(*own, strict=True), start=rows - count):
        assert torch.equal(found.rois[row], box)
        assert torch.equal(found.boxes[row, owner], box)
        assert not torch.equal(found.boxes[row, (int(owner) + 1) % 3], box)
    if count:
        assert float(found.scores[rows - 2, 2]) == pytest.approx(0.95)  # at least what annotated frames say
        assert 0 < float(found.scores[rows - 1, 0]) < 0.95  # its own score, where they say nothing
