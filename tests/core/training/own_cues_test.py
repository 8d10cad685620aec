"""Previous-mask cues that the network made itself: where they come from and where they lie."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from lipcore.learning.targets import Objects, objects_of_labels
from lipcore.model.network import MATCH_CHANNELS, PREVIOUS_CHANNELS, Cues, LipNetwork, Masks
from lipcore.training import own_cues
from lipcore.training.own_cues import with_own_masks
from tests.core.model.networks import noise, tiny_network

LENGTH, SLOTS, HEIGHT, WIDTH = 4, 2, 64, 96


def moving_square(clips: int = 1) -> Objects:
    """Object 1 moves to the right by 16 pixels a frame; object 2 is there in the first two frames alone."""
    labels = torch.zeros(clips * LENGTH, HEIGHT, WIDTH, dtype=torch.uint8)
    for number in range(clips * LENGTH):
        left = 8 + 16 * (number % LENGTH)
        labels[number, 16:40, left : left + 24] = 1
        if number % LENGTH < 2:
            labels[number, 46:62, 60:90] = 2
    return objects_of_labels(labels, torch.zeros(len(labels), dtype=torch.bool), SLOTS)


def filling() -> LipNetwork:
    """A network that predicts masks that fill their RoIs."""
    network = tiny_network("small")
    network.segment = lambda frame, rois, *_: Masks(torch.full((len(rois), 8, 8), 20.0), None)  # type: ignore[method-assign]
    return network


def cues_of(objects: Objects) -> Cues:
    count = len(objects.present)
    return Cues(
        torch.zeros(count * SLOTS, PREVIOUS_CHANNELS, HEIGHT, WIDTH),
        torch.zeros(count * SLOTS, MATCH_CHANNELS, HEIGHT // 8, WIDTH // 8),
    )


def own_masks(objects: Objects, fraction: float) -> tuple[Tensor, Tensor]:
    """Previous masks of each object and of all others, (I, G, H, W), after a network whose masks fill their RoIs."""
    network = filling()
    frame, _ = network.step(noise(len(objects.present), 3, HEIGHT, WIDTH), None)
    outputs = torch.ones(objects.present.shape, dtype=torch.int64)
    cues = with_own_masks(network, frame, objects, cues_of(objects), outputs, LENGTH, fraction)
    previous = cues.previous.unflatten(0, (len(objects.present), SLOTS))
    return previous[:, :, 0], previous[:, :, 1]


def exact_rois(objects: Objects, _: int) -> tuple[Tensor, Tensor]:
    """The true boxes."""
    image, slot = torch.nonzero(objects.present, as_tuple=True)
    return torch.cat((image[:, None].float(), objects.boxes[image, slot]), dim=1), slot + 1


def test_a_mask_is_carried_to_where_the_object_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_cues, "mask_rois", exact_rois)
    objects = moving_square()
    previous, others = own_masks(objects, 1.0)
    for time in (2, 3):
        assert previous[time, 0][objects.masks[time, 0]].mean() > 0.9
        assert previous[time, 0].sum() < 1.4 * objects.masks[time, 0].sum()  # a box that is widened by a tenth
        torch.testing.assert_close(others[time, 1], previous[time, 0])  # the other object is told of it
        assert not others[time, 0].any()


def test_first_frames_and_absent_objects_keep_their_cue() -> None:
    torch.manual_seed(0)
    previous, _ = own_masks(moving_square(clips=2), 1.0)
    assert not previous[[0, LENGTH]].any()  # not the last frame of the clip before either
    assert not previous[[1, LENGTH + 1]].any()  # the frame before may lie far away
    assert previous[[2, 3], 0].flatten(1).any(dim=1).all()
    assert not previous[:, 1].any()


def test_a_mask_is_made_with_the_own_mask_of_the_frame_before() -> None:
    """So that errors add up over a clip, as they do in use."""
    objects, given = moving_square(), []
    network = filling()
    fill = network.segment
    network.segment = lambda frame, rois, ids, cues, maps: (  # type: ignore[method-assign]
        given.append(cues.previous[maps, 0].flatten(1).amax(dim=1)),
        fill(frame, rois, ids, cues, maps),
    )[1]
    frame, _ = network.step(noise(LENGTH, 3, HEIGHT, WIDTH), None)
    cues = cues_of(objects)
    with_own_masks(network, frame, objects, cues, torch.ones(LENGTH, SLOTS, dtype=torch.int64), LENGTH, 1.0)
    assert [bool((shown > 0.9).all()) for shown in given] == [False, True]  # of frames 1 and 2
    assert not cues.previous.any()  # which stay as they were


def test_a_fraction_of_nothing_changes_nothing() -> None:
    assert not any(masks.any() for masks in own_masks(moving_square(), 0.0))
