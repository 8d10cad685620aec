"""The backbone: five levels of features with strides 4 to 64, whatever the size of the image."""

from __future__ import annotations

import pytest
import torch

from lipcore.model.backbone import PYRAMID_STRIDES, SIZE_DIVISOR, Backbone, group_norm, trunk_widths
from lipcore.model.compiled import PYTORCH, SWITCH


@pytest.mark.parametrize(("trunk", "frozen"), [("resnet18", False), ("resnet50", True), ("efficientnet-lite0", False)])
@pytest.mark.parametrize("size", [(64, 96), (50, 70)])
def test_five_levels_of_the_padded_image(trunk: str, frozen: bool, size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    backbone = Backbone(trunk, 16, frozen).eval()
    found = backbone(torch.rand(1, 3, *size))
    padded = [side + -side % SIZE_DIVISOR for side in size]
    grids = [tuple(-(-side // stride) for side in padded) for stride in PYRAMID_STRIDES]
    assert [tuple(level.shape) for level in found.levels] == [(1, 16, *grid) for grid in grids]
    widths = trunk_widths(trunk)
    assert [tuple(level.shape) for level in found.trunk] == [
        (1, width, *grid) for width, grid in zip(widths, grids, strict=False)
    ]
    assert all(torch.isfinite(level).all() for level in (*found.levels, *found.trunk))


@pytest.mark.parametrize("trunk", ["resnet18", "efficientnet-lite0"])
def test_padding_is_the_mean_colour(trunk: str) -> None:
    """An image that fills its padded size with the trunk's mean colour gives the same as one that is padded."""
    torch.manual_seed(0)
    backbone = Backbone(trunk, 16).eval()
    image = torch.rand(1, 3, 50, 70)
    filled = backbone.mean.expand(1, 3, 64, 96).clone()
    filled[..., :50, :70] = image
    for padded, whole in zip(backbone(image).levels, backbone(filled).levels, strict=True):
        torch.testing.assert_close(padded, whole, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(("channels", "groups"), [(256, 32), (96, 24), (64, 16), (6, 1)])
def test_groups_have_at_least_four_channels(channels: int, groups: int) -> None:
    assert group_norm(channels).num_groups == groups


def test_the_trunk_of_efficientnet_lite_is_frozen_for_good_and_that_of_a_resnet_is_not() -> None:
    for trunk, frozen in (("efficientnet-lite0", True), ("resnet18", False)):
        backbone = Backbone(trunk, 16)
        for _ in range(2):
            assert {value.requires_grad for value in backbone.body.parameters()} == {not frozen}
            assert {value.requires_grad for value in backbone.pyramid.parameters()} == {True}
            backbone.set_trainable(False)
            assert not any(value.requires_grad for value in backbone.parameters())
            backbone.set_trainable(True)


def test_pixels_are_normalised_as_each_trunk_was_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    """EfficientNet-Lite wants (x - 127) / 128 of 0..255, ResNets the mean and deviation of ImageNet."""
    monkeypatch.setenv(SWITCH, PYTORCH)
    seen = {}
    for trunk in ("efficientnet-lite0", "resnet18"):
        backbone = Backbone(trunk, 16).eval()
        backbone.body.register_forward_pre_hook(lambda _, given, trunk=trunk: seen.update({trunk: given[0]}))
        backbone(torch.full((1, 3, 32, 32), 255 / 255))
    torch.testing.assert_close(seen["efficientnet-lite0"], torch.ones(1, 3, 32, 32))
    wanted = (1 - torch.tensor([0.485, 0.456, 0.406])) / torch.tensor([0.229, 0.224, 0.225])
    torch.testing.assert_close(seen["resnet18"][0, :, 0, 0], wanted)
