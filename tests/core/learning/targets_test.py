"""Targets of anchors and RoIs against torchvision's matcher, and what may serve as background."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torchvision.models.detection._utils import Matcher
from torchvision.ops import box_iou

from lipcore.learning.targets import (
    Objects,
    anchor_targets,
    crop_targets,
    mask_rois,
    objects_of_labels,
    positive_rois,
    sample_rois,
    share_inside,
)
from lipcore.model.boxes import widen_boxes

HEIGHT, WIDTH = 64, 96
EVERYTHING = 100_000


def label_maps() -> Tensor:
    labels = torch.zeros(2, HEIGHT, WIDTH, dtype=torch.uint8)
    labels[0, 8:28, 10:34] = 1
    labels[0, 30:60, 50:90] = 2
    labels[1, 20:50, 40:70] = 3
    return labels


def objects(unlabelled: bool = False, labels: Tensor | None = None) -> Objects:
    maps = label_maps() if labels is None else labels
    return objects_of_labels(maps, torch.full((len(maps),), unlabelled), 4)


def anchors() -> Tensor:
    boxes = []
    for side in (16, 24, 32, 48):
        for y in range(0, HEIGHT, 8):
            for x in range(0, WIDTH, 8):
                boxes.append([x - side / 2, y - side / 2, x + side / 2, y + side / 2])
    return torch.tensor(boxes)


def test_objects_of_labels_have_boxes_widened_by_a_tenth() -> None:
    found = objects()
    assert found.present.tolist() == [[True, True, False, False], [False, False, True, False]]
    wanted = widen_boxes(torch.tensor([[10.0, 8.0, 34.0, 28.0]]), 0.1)[0]
    torch.testing.assert_close(found.boxes[0, 0], wanted)
    assert bool(found.known.all())


def test_boxes_may_stay_tight() -> None:
    found = objects_of_labels(label_maps(), torch.zeros(2, dtype=torch.bool), 4, widening=0.0)
    assert found.boxes[0, :2].tolist() == [[10, 8, 34, 28], [50, 30, 90, 60]]


def test_positive_rois_are_those_that_lie_on_an_object_and_true_boxes_are_among_them() -> None:
    torch.manual_seed(0)
    sampled = sample_rois([anchors().clamp(0, HEIGHT)] * 2, objects(), EVERYTHING, positive_fraction=0.5)
    rois, slots = positive_rois(sampled)
    assert len(rois) == int((sampled.slots > 0).sum()) > 3
    for roi, slot in zip(rois, slots, strict=True):
        assert float(box_iou(roi[None, 1:], objects().boxes[int(roi[0]), slot - 1][None])) >= 0.5
    true = objects().boxes[0, 0]
    assert any(torch.equal(roi[1:], true) for roi in rois)


def test_anchor_targets_are_those_of_torchvisions_matcher() -> None:
    found = anchor_targets(anchors(), objects(), per_image=EVERYTHING)
    matcher = Matcher(0.7, 0.3, allow_low_quality_matches=True)
    for image in range(2):
        present = torch.nonzero(objects().present[image]).squeeze(1)
        matched = matcher(box_iou(objects().boxes[image, present], anchors()))
        assert torch.equal(found.positive[image], matched >= 0)
        assert torch.equal(found.negative[image], matched == Matcher.BELOW_LOW_THRESHOLD)
        positive = matched >= 0
        assert torch.equal(found.slots[image][positive], present[matched[positive]] + 1)
        assert int(positive.sum()) > 0


def test_anchors_are_sampled_half_and_half_at_most() -> None:
    many = anchors().repeat(40, 1)
    found = anchor_targets(many, objects(), per_image=64)
    assert (found.positive.sum(dim=1) <= 32).all()
    assert (found.positive.sum(dim=1) + found.negative.sum(dim=1)).tolist() == [64, 64]
    assert not bool((found.positive & found.negative).any())


def test_rois_have_the_objects_of_torchvisions_matcher() -> None:
    torch.manual_seed(0)
    proposals = [anchors().clamp(0, HEIGHT), anchors()[::2].clamp(0, HEIGHT)]
    found = sample_rois(proposals, objects(), EVERYTHING, positive_fraction=0.5)
    assert len(found.rois) > 300
    matcher = Matcher(0.5, 0.5, allow_low_quality_matches=False)
    for image in range(2):
        rows = found.rois[:, 0] == image
        present = torch.nonzero(objects().present[image]).squeeze(1)
        matched = matcher(box_iou(objects().boxes[image, present], found.rois[rows, 1:]))
        wanted = torch.where(matched >= 0, present[matched.clamp(min=0)] + 1, 0)
        assert torch.equal(found.slots[rows], wanted)
        positive = matched >= 0
        torch.testing.assert_close(found.boxes[rows][positive], objects().boxes[image, wanted[positive] - 1])
        assert 0 < int(positive.sum()) < int(rows.sum())


def test_rois_keep_the_fraction_of_positives_and_include_true_boxes() -> None:
    torch.manual_seed(0)
    found = sample_rois([anchors().clamp(0, HEIGHT)] * 2, objects(), 40, positive_fraction=0.25)
    for image in range(2):
        rows = found.rois[:, 0] == image
        assert int(rows.sum()) == 40
        assert int((found.slots[rows] > 0).sum()) <= 10
    nothing = sample_rois([torch.zeros(0, 4)] * 2, objects(), 40)
    assert int((nothing.slots > 0).sum()) > 0  # without any proposal the true boxes teach


def test_unlabelled_regions_and_ignored_pixels_are_no_negatives() -> None:
    labels = label_maps()
    labels[1, :, 72:] = 255
    partly = anchor_targets(anchors(), objects(True, labels), EVERYTHING)
    for image in range(2):
        present = objects().present[image]
        overlaps = box_iou(anchors(), objects().boxes[image, present]).amax(dim=1)
        assert bool((overlaps[partly.negative[image]] > 0.05).all())
    known = anchor_targets(anchors(), objects(False, labels), EVERYTHING)
    centres = (anchors()[:, 0] + anchors()[:, 2]) / 2
    assert bool((centres[known.negative[1]] < 72).all())
    assert bool((centres[known.negative[0]] >= 72).any())


def test_mask_targets_are_the_object_in_its_roi_and_ignored_pixels_are_unknown() -> None:
    labels = label_maps()
    labels[0, 8:28, 34:58] = 255
    rois = torch.tensor([[0.0, 10, 8, 58, 28]])
    found, known = crop_targets(objects(labels=labels), rois, torch.tensor([1]), 24)
    assert found.shape == known.shape == (1, 24, 24)
    assert bool((found[0, 1:-1, 1:11] == 1).all())  # but for cells at the edge, which are soft
    assert bool((found[0, :, :12] > 0.5).all())
    assert bool((found[0, :, 13:] == 0).all())
    assert bool((known[0, :, :12] == 1).all())
    assert bool((known[0, :, 13:] == 0).all())


@pytest.mark.parametrize("side", [6, 12])
def test_soft_targets_are_the_share_of_every_cell(side: int) -> None:
    """Cells of four and of eight pixels, an edge that cuts them at each place, against counted pixels."""
    for edge in range(8):
        labels = torch.zeros(1, HEIGHT, WIDTH, dtype=torch.uint8)
        labels[0, 8 + edge :, 32 + edge :] = 1
        masks = objects(labels=labels)
        (found,), (known,) = crop_targets(masks, torch.tensor([[0.0, 16, 8, 64, 56]]), torch.tensor([1]), side)
        counted = torch.nn.functional.avg_pool2d(masks.masks[0, 0, 8:56, 16:64].float()[None], 48 // side)[0]
        inside = found[1:-1, 1:-1], counted[1:-1, 1:-1]  # at the RoI's own edge samples see half a pixel beyond
        torch.testing.assert_close(*inside, rtol=0, atol=1e-5)
        assert bool((known == 1).all())


def test_the_share_inside_counts_the_pixels_of_the_object_within_its_roi() -> None:
    rois = torch.tensor([[0.0, 10, 8, 34, 28], [0.0, 10, 8, 22, 28], [0.0, 60, 40, 90, 60], [1.0, 0, 0, 20, 20]])
    shares = share_inside(objects(), rois, torch.tensor([1, 1, 2, 3]))
    torch.testing.assert_close(shares, torch.tensor([1.0, 0.5, 0.75 * 20 / 30, 0.0]))


def test_mask_rois_lie_on_their_objects() -> None:
    torch.manual_seed(0)
    rois, slots = mask_rois(objects(), 4)
    assert sorted(zip(rois[:, 0].long().tolist(), slots.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 3)]
    for roi, slot in zip(rois, slots, strict=True):
        assert float(box_iou(roi[None, 1:], objects().boxes[int(roi[0]), slot - 1][None])) > 0.5
