"""Edges follow the colours of the frame where a mask is vague; what is sharp, thin or known stays as it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.evaluation.measures import boundary_measure, region_similarity
from lipcore.propagation.stages.edge_cut import LARGEST_WINDOW, VAGUE, cut_edges

Labels = NDArray[np.uint8]
Maps = NDArray[np.float32]
COLOURS = [(180, 20, 20), (60, 50, 110)]  # of the object: far from the background's, and near to it
BEHIND = (20, 20, 180), (50, 60, 100)


def picture(slots: Labels, kind: int = 0) -> Labels:
    """Noisy colours of one kind on noisy ones of another, or nearly the same."""
    noise = np.random.default_rng(0).integers(0, 40, (*slots.shape, 3))
    return (np.where(slots[..., None] > 0, COLOURS[kind], BEHIND[kind]) + noise).astype(np.uint8)


def square(size: int) -> Labels:
    """Slots (size, size) of a square of half the side."""
    slots = np.zeros((size, size), np.uint8)
    slots[size // 4 : 3 * size // 4, size // 4 : 3 * size // 4] = 1
    return slots


def animal() -> Labels:
    """Slots (480, 640) of a body with thick and thin legs and a tail of two pixels."""
    slots = np.zeros((480, 640), np.uint8)
    cv2.ellipse(slots, (300, 220), (120, 70), 10, 0, 360, 1, -1)
    cv2.circle(slots, (430, 170), 45, 1, -1)
    for x in (220, 260, 340, 370):
        cv2.line(slots, (x, 270), (x - 10, 400), 1, 9)
    cv2.line(slots, (190, 200), (90, 130), 1, 2)
    cv2.line(slots, (300, 280), (300, 400), 1, 2)
    return slots


def vague(slots: Labels, width: float) -> Maps:
    """Probabilities (1, H, W) of slots whose edge is blurred over about so many pixels."""
    return cv2.GaussianBlur(slots.astype(np.float32), (0, 0), width / 2.35)[None]


def through_cells(slots: Labels, cells: int) -> Maps:
    """Probabilities (1, H, W) of the share that cells of a RoI have of an object, read between their centres."""
    left, top, width, height = cv2.boundingRect(slots)
    left, top, width, height = left - width // 10, top - height // 10, width * 6 // 5, height * 6 // 5
    window = np.s_[top : top + height, left : left + width]
    shares = cv2.resize(slots[window].astype(np.float32), (cells, cells), interpolation=cv2.INTER_AREA)
    probabilities = np.zeros(slots.shape, np.float32)
    probabilities[window] = cv2.resize(shares, (width, height), interpolation=cv2.INTER_LINEAR)
    return probabilities[None]


def cut(probabilities: Maps) -> Labels:
    """Slots where the one object is likelier than not."""
    return (probabilities[0] > 0.5).astype(np.uint8)


@pytest.mark.parametrize("size", [160, 600])
def test_a_vague_mask_that_lies_beside_its_object_is_moved_onto_it(size: int) -> None:
    assert (size > LARGEST_WINDOW**0.5) == (size == 600)
    slots = square(size)
    shift = max(2, size // 120)
    probabilities = vague(np.roll(slots, shift, axis=1), VAGUE * size / 480 * 2)
    before = cut(probabilities)
    refined = cut_edges(before, probabilities, picture(slots))
    overlap = region_similarity(slots == 1, refined == 1)
    assert overlap > 0.97
    assert overlap > region_similarity(slots == 1, before == 1) + 0.01
    np.testing.assert_array_equal(cut_edges(before, probabilities, picture(slots)), refined)


@pytest.mark.parametrize("kind", [0, 1], ids=["clear", "alike"])
@pytest.mark.parametrize("size", [160, 600])
def test_what_the_network_is_certain_of_stays_pixel_by_pixel(size: int, kind: int) -> None:
    """Whatever the colours say: the mask lies beside the object, and is sure of it."""
    slots = square(size)
    beside = np.roll(slots, size // 60, axis=1)
    for probabilities in (beside[None].astype(np.float32), np.where(beside, 0.9, 0.1)[None].astype(np.float32)):
        np.testing.assert_array_equal(cut_edges(beside, probabilities, picture(slots, kind)), beside)


@pytest.mark.parametrize("kind", [0, 1], ids=["clear", "alike"])
@pytest.mark.parametrize("lines", [352, 240])
def test_true_masks_come_out_as_they_are(lines: int, kind: int) -> None:
    """As soft as the network's input makes them, legs and tail of two pixels too."""
    slots = animal()
    size = (round(640 * lines / 480), lines)
    small = cv2.resize(slots.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    probabilities = cv2.resize(small, (640, 480), interpolation=cv2.INTER_LINEAR)[None]
    refined = cut_edges(slots, probabilities, picture(slots, kind)) == 1
    assert region_similarity(slots == 1, refined) >= 0.98
    assert boundary_measure(slots == 1, refined) >= 0.98
    assert refined[300:390, 299:302].any(axis=1).all()


@pytest.mark.parametrize("kind", [0, 1], ids=["clear", "alike"])
@pytest.mark.parametrize("cells", [112, 56, 28, 20, 14])
def test_blurred_masks_do_not_get_worse(cells: int, kind: int) -> None:
    """But for a point where object and background hardly differ in colour."""
    slots, loss = animal(), (0.001, 0.012)[kind]
    probabilities = through_cells(slots, cells)
    before = cut(probabilities) == 1
    after = cut_edges(cut(probabilities), probabilities, picture(slots, kind)) == 1
    truth = slots == 1
    assert region_similarity(truth, after) >= region_similarity(truth, before) - loss
    assert boundary_measure(truth, after) >= boundary_measure(truth, before) - loss
    if (cells, kind) == (14, 0):
        assert region_similarity(truth, after) > region_similarity(truth, before) + 0.02


def test_the_middle_line_of_thin_parts_stays_where_nothing_is_certain() -> None:
    slots = np.zeros((240, 320), np.uint8)
    slots[60:120, 80:240] = 1
    slots[120:200, 120:122] = 1  # a leg of two pixels, of the colour of the background
    frame = picture(slots)
    frame[120:] = picture(np.zeros_like(slots))[120:]
    refined = cut_edges(slots, np.full((1, 240, 320), 0.5, np.float32), frame)
    assert refined[124:195, 120:122].any(axis=1).all()


def test_an_object_never_takes_pixels_of_another() -> None:
    slots = square(160)
    frame = picture(slots)
    slots[:, 80:][slots[:, 80:] == 1] = 2  # two halves of one colour
    probabilities = np.full((2, 160, 160), 0.5, np.float32)
    refined = cut_edges(slots, probabilities, frame)
    assert not (refined[slots == 2] == 1).any()
    assert not (refined[slots == 1] == 2).any()


def test_what_cannot_be_told_by_colour_stays() -> None:
    slots = np.zeros((40, 40), np.uint8)
    slots[20, 20] = 1  # nothing lies deep enough inside to learn a colour from
    frame, probabilities = np.zeros((40, 40, 3), np.uint8), np.full((1, 40, 40), 0.5, np.float32)
    np.testing.assert_array_equal(cut_edges(slots, probabilities, frame), slots)
    np.testing.assert_array_equal(cut_edges(np.zeros_like(slots), probabilities, frame), 0)
