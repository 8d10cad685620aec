"""The border between arrays and tensors: sizes, boxes, and slots that do not depend on how objects are numbered."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lipcore.network_input import InputSize, ObjectSlots, image_tensor


@pytest.mark.parametrize(
    ("video", "shorter", "longer", "most", "found"),
    [
        ((480, 854), 240, 1000, None, (240, 427)),
        ((854, 480), 240, 1000, None, (427, 240)),
        ((480, 960), 480, 600, None, (300, 600)),
        ((480, 960), 480, 960, 320, (160, 320)),
        ((100, 100), 200, 400, None, (200, 200)),
        ((10, 4000), 480, 960, None, (32, 960)),
    ],
)
def test_sizes_keep_their_shape_within_both_limits(
    video: tuple[int, int], shorter: int, longer: int, most: int | None, found: tuple[int, int]
) -> None:
    size = InputSize.fit(*video, shorter, longer, most)
    assert (size.height, size.width) == found
    assert (size.video_height, size.video_width) == video


def test_pictures_are_averaged_and_labels_are_never_mixed() -> None:
    size = InputSize(8, 8, 4, 4)
    checks = np.indices((8, 8)).sum(axis=0) % 2 * 200
    picture = np.repeat(checks[..., None], 3, axis=2).astype(np.uint8)
    assert (size.image(picture) == 100).all()
    labels = np.zeros((8, 8), np.uint8)
    labels[:, 4:] = 200
    assert size.labels(labels).tolist() == [[0, 0, 200, 200]] * 4


def test_boxes_come_back_in_pixels_of_the_video() -> None:
    assert InputSize(480, 640, 240, 160).box_in_video([10, 20, 30, 40]) == (40, 40, 120, 80)


def test_a_picture_becomes_a_batch_of_one() -> None:
    picture = np.zeros((4, 6, 3), np.uint8)
    picture[1, 2] = (255, 51, 0)
    tensor = image_tensor(picture, torch.device("cpu"))
    assert tensor.shape == (1, 3, 4, 6)
    assert tensor[0, :, 1, 2].tolist() == pytest.approx([1, 0.2, 0])


def test_slots_go_by_where_objects_are_and_not_by_their_numbers() -> None:
    first = np.array([[0, 9, 9], [3, 3, 255]], np.uint8)
    second = np.array([[5, 9, 0], [0, 0, 0]], np.uint8)
    slots = ObjectSlots.of([first, second])
    assert (slots.ids, len(slots)) == ((9, 3, 5), 3)
    other = np.array([0, 1, 2, 7, 4, 250, 6, 8, 9, 20], np.uint8)  # another number for each
    renamed = [np.where(labels == 255, 255, other[np.minimum(labels, 9)]) for labels in (first, second)]
    assert ObjectSlots.of(renamed).ids == (20, 7, 250)
    assert ObjectSlots.of([]).ids == ()


def test_labels_and_slots_are_each_others_inverse_for_objects_that_have_a_slot() -> None:
    slots = ObjectSlots((9, 3))
    labels = np.array([[0, 3, 9, 4, 255]], np.uint8)
    assert slots.to_slots(labels).tolist() == [[0, 2, 1, 0, 255]]
    assert slots.to_ids(np.array([[0, 2, 1]], np.uint8)).tolist() == [[0, 3, 9]]
