"""The compositor: layers and labels land where the motions say, filters and fills do what they promise."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from lipcore.augment.motion import random_bend
from lipcore.augment.render import (
    Background,
    Bend,
    Layer,
    blur,
    cut_out,
    fill_holes,
    fill_with_texture,
    filter_frames,
    render,
)
from tests.core.training.pictures import draw

CPU = torch.device("cpu")
STAY = np.array([[[1.0, 0, 0], [0, 1.0, 0]]])


def background(frames: int, motion: np.ndarray | None = None) -> Background:
    image, labels = draw({2: (70, 30, 110, 80)})
    images = torch.from_numpy(image).permute(2, 0, 1)[None].float()
    stay = np.repeat(STAY, frames, axis=0)
    return Background(images, torch.from_numpy(labels)[None, None].float(), stay if motion is None else motion)


def test_without_motion_the_picture_stays_as_it_is() -> None:
    images, labels = render(background(2), [], (96, 128))
    image, truth = draw({2: (70, 30, 110, 80)})
    assert (images.round().byte()[1].permute(1, 2, 0).numpy() == image).all()
    assert (labels[0].numpy() == truth).all()


def test_a_shifted_view_shows_shifted_labels_and_ignores_what_is_outside() -> None:
    motion = np.repeat(STAY, 2, axis=0)
    motion[1, :, 2] = (20, -10)
    images, labels = render(background(2, motion), [], (96, 128))
    _, truth = draw({2: (70, 30, 110, 80)})
    assert (labels[1, 10:, :108].numpy() == truth[:86, 20:]).all()
    assert (labels[1, :10] == 255).all()
    assert (labels[1, :, 108:] == 255).all()
    assert images[1, :, 5, 5] == pytest.approx(images[1, :, 95, 127])


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_reduced_pictures_lie_where_the_full_ones_do(scale: float) -> None:
    motion = STAY * scale
    size = (int(96 / scale), int(128 / scale))
    images, labels = render(background(1, motion), [], size)
    rows, columns = np.nonzero(labels[0].numpy() == 2)
    assert np.mean(rows + 0.5) * scale == pytest.approx(55, abs=0.5 * scale)
    assert np.mean(columns + 0.5) * scale == pytest.approx(90, abs=0.5 * scale)
    green = (images[0, 1] - images[0, 0]).numpy() > 110
    assert np.mean(green != (labels[0].numpy() == 2)) < 0.03


def test_a_layer_hides_what_is_behind_and_the_last_is_in_front() -> None:
    image, labels = draw({1: (20, 20, 60, 60), 3: (40, 30, 80, 70)})
    motions = np.repeat(STAY, 2, axis=0)
    motions[1, 0, 2] = -8
    layers = []
    for number in (1, 3):
        pixels, origin = cut_out(image, labels == number, CPU)
        motion = motions.copy()
        motion[:, :, 2] -= origin
        layers.append(Layer(pixels, number, motion))
    drawn, ids = render(background(2), layers, (96, 128))
    assert (ids[0] == 3).sum() == 40 * 40
    assert ids[1, 50, 50] == 3
    assert ids[1, 25, 29] == 1
    assert ids[1, 25, 21] == 0
    assert drawn[0, 2, 50, 60] > 200
    reverse = render(background(2), layers[::-1], (96, 128))[1]
    assert reverse[0, 50, 50] == 3 or reverse[0, 50, 50] == 1
    assert (reverse[0] == 1).sum() >= (ids[0] == 1).sum()


def test_a_layer_out_of_sight_changes_nothing() -> None:
    image, labels = draw({1: (20, 20, 60, 60)})
    pixels, _ = cut_out(image, labels == 1, CPU)
    motion = STAY.copy()
    motion[:, :, 2] = 1000
    assert torch.equal(
        render(background(1), [Layer(pixels, 1, motion)], (96, 128))[1], render(background(1), [], (96, 128))[1]
    )


def test_the_soft_edge_shows_nothing_of_the_old_surroundings() -> None:
    image, labels = draw({1: (20, 20, 60, 60)})
    pixels, origin = cut_out(image, labels == 1, CPU)
    assert origin == (16, 16)
    assert pixels.shape == (1, 4, 48, 48)
    assert pixels[0, 0].min() > 240
    assert pixels[0, 1].max() < 40
    assert pixels[0, 3, 0].max() == pixels[0, 3, :, -1].max() == 0
    assert 0 < pixels[0, 3, 3, 20] < 0.5 < pixels[0, 3, 4, 20] < 1


def test_thin_and_border_objects_can_be_cut_out() -> None:
    image, labels = draw({1: (0, 0, 1, 96)})
    pixels, origin = cut_out(image, labels == 1, CPU)
    assert origin == (-2, -2)
    assert pixels[0, 3].max() > 0.3
    assert torch.isfinite(pixels).all()


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.5])
def test_small_layers_leave_the_rest_untouched(scale: float) -> None:
    image, labels = draw({1: (20, 20, 60, 60)})
    pixels, _ = cut_out(image, labels == 1, CPU)
    bend = random_bend(np.random.default_rng(0), 1, 40.0, 0.06)
    motion = np.array([[[scale, 0, -20 * scale], [0, scale, -30 * scale]]])
    plain = render(background(1), [], (96, 128))[0]
    images, ids = render(background(1), [Layer(pixels, 1, motion, bend)], (96, 128))
    changed = ((images - plain).abs() > 2).any(dim=1)[0]
    rows, columns = np.nonzero(ids[0].numpy() == 1)
    assert len(rows) == pytest.approx(40 * 40 / scale**2, rel=0.15)
    assert abs(rows.mean() - 30 - 24 / scale) < 4
    changed[rows.min() - 3 : rows.max() + 4, columns.min() - 3 : columns.max() + 4] = False
    assert not changed.any()


def test_bending_moves_pixels_and_labels_together() -> None:
    image, labels = draw({1: (20, 20, 60, 60)})
    pixels, origin = cut_out(image, labels == 1, CPU)
    motion = STAY.copy()
    motion[:, :, 2] -= origin
    bend = Bend(np.array([[[0.0, 6.0]]]), np.array([[2 * np.pi / 40, 0.0]]), np.array([[0.0]]))
    assert bend.reach == 6
    images, ids = render(background(1), [Layer(pixels, 1, motion, bend)], (96, 128))
    assert ids.eq(1).any(dim=1).sum() > 30
    red = images[0, 0] - images[0, 1] > 110
    assert (red != (ids[0] == 1)).float().mean() < 0.005
    assert len({int(column.nonzero().min()) for column in (ids[0] == 1).T[25:55]}) > 4


def test_filters_agree_with_opencv() -> None:
    image = np.random.default_rng(0).uniform(0, 255, (40, 50)).astype(np.float32)
    frames = torch.from_numpy(image).expand(2, 3, -1, -1)
    blurred = blur(frames, np.array([1.0, 2.0]))
    for frame, sigma in ((0, 1.0), (1, 2.0)):
        truth = cv2.GaussianBlur(image, (11, 11), sigma, borderType=cv2.BORDER_REPLICATE)
        assert np.abs(blurred[frame, 1].numpy() - truth).max() < 1.0
    kernel = torch.rand(1, 3, 5)
    truth = cv2.filter2D(image, -1, kernel[0].numpy(), borderType=cv2.BORDER_REPLICATE)
    assert np.abs(filter_frames(frames, kernel)[1, 2].numpy() - truth).max() < 0.01


@pytest.mark.parametrize("size", [(40, 56), (37, 21), (2, 9), (1, 1)])
def test_holes_are_filled_from_what_is_known(size: tuple[int, int]) -> None:
    pixels = torch.full((1, 3, *size), 100.0)
    known = torch.ones(1, 1, *size)
    known[:, :, size[0] // 3 : size[0] // 2 + 1, size[1] // 3 : size[1] // 2 + 1] = 0
    pixels = torch.where(known > 0, pixels, 255.0)
    filled = fill_holes(pixels, known)
    if known.any():
        assert filled == pytest.approx(torch.full_like(filled, 100.0), abs=1e-3)
    textured = fill_with_texture(pixels, known)
    assert torch.isfinite(textured).all()
