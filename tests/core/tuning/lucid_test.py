"""Lucid clips keep the frame's ids, stay near the frame at first, and move its objects afterwards."""

from __future__ import annotations

import numpy as np
import torch

from lipcore.tuning.lucid import LucidSource
from tests.core.training.pictures import draw, refuses

BOXES = {1: (20, 20, 50, 60), 3: (80, 30, 110, 70)}


def test_shapes_ids_and_repeatability() -> None:
    image, labels = draw(BOXES)
    labels[0:4] = 255
    batch = LucidSource(image, labels).clips(5, np.random.default_rng(0), frames=3)
    assert batch.images.shape == (5, 3, 3, 96, 128)
    assert batch.labels.shape == (5, 3, 96, 128)
    assert batch.images.dtype == batch.labels.dtype == torch.uint8
    assert set(batch.labels.unique().tolist()) == {0, 1, 3, 255}
    again = LucidSource(image, labels).clips(5, np.random.default_rng(0), frames=3)
    assert torch.equal(again.images, batch.images)
    assert torch.equal(again.labels, batch.labels)
    assert not torch.equal(LucidSource(image, labels).clips(5, np.random.default_rng(1), 3).labels, batch.labels)


def test_first_frames_are_near_the_original_and_later_ones_move() -> None:
    image, labels = draw(BOXES)
    batch = LucidSource(image, labels).clips(24, np.random.default_rng(0), frames=2)
    truth = torch.from_numpy(labels)

    def overlap(frames: torch.Tensor) -> float:
        mirrored = frames.flip(2)
        both = [((made == 1) & (truth == 1)).flatten(1).sum(1) for made in (frames, mirrored)]
        either = [((made == 1) | (truth == 1)).flatten(1).sum(1) for made in (frames, mirrored)]
        return float(torch.maximum(both[0] / either[0], both[1] / either[1]).mean())

    assert overlap(batch.labels[:, 0]) > 0.65
    assert overlap(batch.labels[:, 1]) < overlap(batch.labels[:, 0]) - 0.15


def test_labels_lie_where_the_colours_are() -> None:
    image, labels = draw(BOXES)
    batch = LucidSource(image, labels).clips(12, np.random.default_rng(3), frames=2)
    pixels = batch.images.permute(0, 1, 3, 4, 2).float()
    for number, hue in ((1, 0), (3, 2)):
        chosen = pixels[batch.labels == number]
        assert len(chosen) > 5000
        assert (chosen.argmax(dim=1) == hue).float().mean() > 0.97
    grey = pixels[batch.labels == 0]
    assert ((grey.amax(1) - grey.amin(1)) < 70).float().mean() > 0.97


def test_objects_hide_each_other_in_either_order() -> None:
    image, labels = draw({1: (20, 20, 70, 70), 3: (60, 20, 110, 70)})
    batch = LucidSource(image, labels).clips(30, np.random.default_rng(0), frames=2)
    areas = [(batch.labels[:, 1] == number).flatten(1).sum(1) for number in (1, 3)]
    assert (areas[0] > 1.3 * areas[1]).any()
    assert (areas[1] > 1.3 * areas[0]).any()


def test_a_frame_without_objects_or_all_object_still_works() -> None:
    image, labels = draw({})
    assert set(LucidSource(image, labels).clips(2, np.random.default_rng(0)).labels.unique().tolist()) <= {0, 255}
    full = np.ones_like(labels)
    batch = LucidSource(image, full).clips(2, np.random.default_rng(0))
    assert (batch.labels == 1).float().mean() > 0.5


def test_sizes_must_agree() -> None:
    image, labels = draw({})
    refuses(lambda: LucidSource(image, labels[1:]), "size")
