"""Cropped maps: every cell holds the coordinates of its centre, from the map that is named."""

from __future__ import annotations

import torch

from lipcore.model.roi import RoiPool, crop_maps
from tests.core.model.ramps import SIZE, ramps


def test_cropped_cells_hold_the_coordinates_of_their_centres() -> None:
    x1, y1, x2, y2 = 7.3, 5.8, 31.9, 29.1
    side = 6
    found = crop_maps(ramps()[None], torch.tensor([[0, x1, y1, x2, y2]]), side)[0]
    centres = (torch.arange(side) + 0.5) / side
    torch.testing.assert_close(found[0, 0], x1 + centres * (x2 - x1))
    torch.testing.assert_close(found[1, :, 0], y1 + centres * (y2 - y1))


def test_crop_takes_the_map_that_column_zero_names() -> None:
    maps = torch.stack([torch.full((1, *SIZE), float(value)) for value in range(3)])
    rois = torch.tensor([[2.0, 4, 4, 20, 20], [0.0, 4, 4, 20, 20], [1.0, 4, 4, 20, 20]])
    assert crop_maps(maps, rois, 3).mean(dim=(1, 2, 3)).tolist() == [2, 0, 1]


def test_roi_features_come_from_the_level_that_fits_and_never_from_the_fifth() -> None:
    features = [torch.full((1, 4, 512 // stride, 512 // stride), float(stride)) for stride in (4, 8, 16, 32, 64)]
    rois = torch.tensor([[0, 9.0, 9, 9 + side, 9 + side] for side in (30, 120, 230, 449, 500)])
    assert RoiPool()(features, rois, 7).mean(dim=(1, 2, 3)).tolist() == [4, 8, 16, 32, 32]
