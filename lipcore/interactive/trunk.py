"""The frozen trunk that the interactive head looks through: EfficientNet-Lite0 out of the weights of `small`."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from torch import Tensor

from lipcore.errors import LipError
from lipcore.model.efficientnet import EfficientNetLite
from lipcore.weights.checkpoint import read_card, read_tensors, restore_tensors

_PREFIX = "backbone.body."
_MIDDLE, _REACH = 127.0, 128.0  # of pixels 0..255, as the trunk was trained


def load_trunk(path: Path) -> EfficientNetLite:
    """The trunk out of a checkpoint of a network that has it, frozen; LipError if damaged, or without one."""
    if read_card(path).config.trunk != "efficientnet-lite0":
        raise LipError(f"The weights {path} have no trunk that clicks could be answered from.")
    tensors = {name.removeprefix(_PREFIX): v for name, v in read_tensors(path).items() if name.startswith(_PREFIX)}
    trunk = EfficientNetLite()
    restore_tensors(trunk, tensors, str(path), "EfficientNet-Lite0")
    return trunk.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def trunk_hash(trunk: EfficientNetLite) -> str:
    """First 16 hexadecimal digits of the SHA-256 of the trunk's weights, which tells whether a head fits it.

    Rounding to 16 bits may give zeros either sign, which makes no difference to the features and none here.
    """
    digest = hashlib.sha256()
    for name, value in sorted(trunk.state_dict().items()):
        digest.update(name.encode())
        digest.update((value.detach().cpu().float() + 0.0).contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def normalised(pictures: Tensor) -> Tensor:
    """Pictures (B, 3, H, W) float RGB in [0, 1] as the trunk's input."""
    return (pictures * 255 - _MIDDLE) / _REACH
