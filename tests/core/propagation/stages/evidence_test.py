"""Evidence of annotated frames: how it moves masks, and what colours say."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from lipcore.propagation.stages.evidence import STRONGEST, ColourModel, with_evidence


def painted() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A red object at the left, a green one at the right, on blue, with some noise; and the slots."""
    slots = np.zeros((40, 60), np.uint8)
    slots[10:30, 5:20], slots[10:30, 40:55] = 1, 2
    colours = np.array([(20, 20, 180), (180, 30, 20), (20, 160, 30)])
    noise = np.random.default_rng(0).integers(-8, 8, (40, 60, 3))
    return (colours[slots] + noise).astype(np.uint8), slots


def test_evidence_moves_masks_but_never_makes_one() -> None:
    masks = torch.tensor([[[0.0, 0.5, 0.9]]])
    for_it = with_evidence(masks, torch.full((1, 1, 3), 2.0), 0.5)
    against = with_evidence(masks, torch.full((1, 1, 3), -2.0), 0.5)
    assert for_it[0, 0, 0] == against[0, 0, 0] == 0
    assert bool((for_it[0, 0, 1:] > masks[0, 0, 1:]).all())
    assert bool((against[0, 0, 1:] < masks[0, 0, 1:]).all())
    torch.testing.assert_close(with_evidence(masks, torch.full((1, 1, 3), 2.0), 0.0), masks)


def test_colours_tell_objects_from_each_other_and_the_rest() -> None:
    image, slots = painted()
    model = ColourModel(2)
    model.add(image, slots)
    odds = model.evidence(image[:, ::-1])  # the same colours elsewhere
    mirrored = slots[:, ::-1]
    for slot in (1, 2):
        inside = np.zeros_like(mirrored)
        inside[13:27] = mirrored[13:27]
        assert odds[slot - 1][inside == slot].min() > 0
        assert odds[slot - 1][(mirrored == 0) & (np.arange(40) < 7)[:, None]].max() == -STRONGEST
    assert odds.dtype == np.float32
    assert np.abs(odds).max() <= STRONGEST


def test_nothing_is_said_of_an_object_that_was_never_seen_and_unknown_pixels_teach_nothing() -> None:
    image, slots = painted()
    slots[slots == 2] = 255
    model = ColourModel(2)
    model.add(image, slots)
    odds = model.evidence(image)
    assert not odds[1].any()
    assert (odds[0][13:27, 43:52] == 0).all()  # green was seen nowhere that is known


def test_more_frames_teach_more() -> None:
    image, slots = painted()
    model = ColourModel(2)
    model.add(image, np.where(slots == 1, 1, 0).astype(np.uint8))
    assert model.evidence(image)[0][13:27, 8:17].min() > 0
    model.add(image, np.where(slots == 2, 2, 0).astype(np.uint8))
    assert model.evidence(image)[1][13:27, 43:52].min() > 0


def test_other_objects_of_the_same_colours_take_little_from_an_object() -> None:
    """What counts is all that is not the object, of which they are a small part, not the most alike of the others."""
    image, slots = painted()
    twins = np.where(slots == 2, 1, slots).astype(np.uint8)
    image[slots == 2] = image[slots == 1]
    alone, among = ColourModel(1), ColourModel(2)
    alone.add(image, twins)
    among.add(image, slots)
    inside = slice(13, 27), slice(8, 17)
    assert alone.evidence(image)[0][inside].min() > 0
    assert among.evidence(image)[0][inside].min() > 0
