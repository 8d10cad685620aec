"""The backbone: five levels of features with strides 4 to 64, whatever the size of the image."""

from __future__ import annotations

import pytest
import torch

from lipcore.model.backbone import PYRAMID_STRIDES, SIZE_DIVISOR, Backbone, group_norm


@pytest.mark.parametrize(("depth", "frozen"), [(18, False), (50, True)])
@pytest.mark.parametrize("size", [(64, 96), (50, 70)])
def test_five_levels_of_the_padded_image(depth: int, frozen: bool, size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    backbone = Backbone(depth, 16, frozen).eval()
    levels = backbone(torch.rand(1, 3, *size))
    padded = [side + -side % SIZE_DIVISOR for side in size]
    expected = [(1, 16, *(-(-side // stride) for side in padded)) for stride in PYRAMID_STRIDES]
    assert [tuple(level.shape) for level in levels] == expected
    assert all(torch.isfinite(level).all() for level in levels)


def test_padding_is_the_mean_colour() -> None:
    """An image that fills its padded size with the mean colour of ImageNet gives the same as one that is padded."""
    torch.manual_seed(0)
    backbone = Backbone(18, 16).eval()
    image = torch.rand(1, 3, 50, 70)
    filled = backbone.mean.expand(1, 3, 64, 96).clone()
    filled[..., :50, :70] = image
    for padded, whole in zip(backbone(image), backbone(filled), strict=True):
        torch.testing.assert_close(padded, whole, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(("channels", "groups"), [(256, 32), (96, 24), (64, 16), (6, 1)])
def test_groups_have_at_least_four_channels(channels: int, groups: int) -> None:
    assert group_norm(channels).num_groups == groups
