"""Proposals: anchors of one scale a level, on the strides of their levels whatever the size."""

from __future__ import annotations

import pytest
import torch

from lipcore.model.backbone import PYRAMID_STRIDES
from lipcore.model.proposals import ProposalConfig, ProposalHead
from lipcore.presets import find_preset


def test_anchors_have_one_scale_a_level_and_the_five_ratios() -> None:
    config = ProposalConfig()
    head = ProposalHead(8, config)
    features = [torch.zeros(1, 8, 512 // stride, 512 // stride) for stride in (4, 8, 16, 32, 64)]
    raw = head(features, (512, 512))
    start = 0
    for side, count, stride in zip((32, 64, 128, 256, 512), raw.level_sizes, (4, 8, 16, 32, 64), strict=True):
        assert count == 5 * (512 // stride) ** 2
        first = raw.anchors[start : start + 5]
        width, height = first[:, 2] - first[:, 0], first[:, 3] - first[:, 1]
        torch.testing.assert_close((width * height).sqrt(), torch.full((5,), float(side)), rtol=0.03, atol=0)
        torch.testing.assert_close(height / width, torch.tensor([0.2, 0.5, 1, 2, 5]), rtol=0.08, atol=0)
        next_cell = raw.anchors[start + 5 : start + 10]
        assert (next_cell - first).tolist() == [[stride, 0, stride, 0]] * 5
        start += count
    assert len(raw.anchors) == start == raw.objectness.shape[1]


@pytest.mark.parametrize("size", [(480, 854), (352, 626), (150, 213), (64, 64)])
def test_anchors_lie_on_the_strides_of_their_levels_whatever_the_size(size: tuple[int, int]) -> None:
    """Of the fifth level, too, whose cells do not divide a frame of 480 lines: exactly 64 pixels, not 60."""
    padded = (-(-size[0] // 32) * 32, -(-size[1] // 32) * 32)
    features = [torch.zeros(1, 8, -(-padded[0] // stride), -(-padded[1] // stride)) for stride in PYRAMID_STRIDES]
    raw = ProposalHead(8, ProposalConfig())(features, padded)
    centres = (raw.anchors[:, :2] + raw.anchors[:, 2:]) / 2
    start = 0
    for level, stride, count in zip(features, PYRAMID_STRIDES, raw.level_sizes, strict=True):
        rows, columns = level.shape[-2:]
        assert count == rows * columns * 5
        grid = centres[start : start + count].view(rows, columns, 5, 2)
        across, down = torch.arange(columns) * float(stride), torch.arange(rows) * float(stride)
        torch.testing.assert_close(grid[..., 0], across[None, :, None].expand(rows, columns, 5))
        torch.testing.assert_close(grid[..., 1], down[:, None, None].expand(rows, columns, 5))
        start += count
    assert find_preset("paper").network.proposals.exact_strides
    assert not find_preset("coco").network.proposals.exact_strides  # torchvision's weights were trained with its own
