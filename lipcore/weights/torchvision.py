"""Weights of torchvision's COCO Mask R-CNN as weights of the preset `coco`."""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch._weights_only_unpickler import UnpicklingError  # type: ignore[attr-defined]
from torchvision.models.detection import MaskRCNN_ResNet50_FPN_Weights

from lipcore.errors import LipError
from lipcore.files import explain, refuse_special
from lipcore.model import LipNetwork, build_network
from lipcore.presets import find_preset

LARGEST_FILE = 1_000_000_000  # bytes; torchvision's own file has 178 million
BATCH_NORM_EPSILON = 1e-5  # that our frozen batch normalisation adds to variances; torchvision's pretrained adds none

_DAMAGED = (  # what the readers raise for files that are damaged, or something else altogether
    *(SafetensorError, UnpicklingError, struct.error, RuntimeError, ValueError, EOFError),
    *(LookupError, TypeError, AttributeError, AssertionError, ArithmeticError),
)
_RENAMED = (  # torchvision's names, new and old, and ours
    (r"backbone\.body\.(.+)", r"backbone.body.\1"),
    (r"backbone\.fpn\.(inner|layer)_blocks\.(\d)\.(?:0\.)?(weight|bias)", r"backbone.pyramid.\1_blocks.\2.0.\3"),
    (r"rpn\.head\.conv\.(?:0\.0\.)?(weight|bias)", r"proposal_head.head.conv.0.0.\1"),
    (r"rpn\.head\.(cls_logits|bbox_pred)\.(.+)", r"proposal_head.head.\1.\2"),
    (r"roi_heads\.box_head\.fc6\.(.+)", r"instance_head.trunk.1.\1"),
    (r"roi_heads\.box_head\.fc7\.(.+)", r"instance_head.trunk.3.\1"),
    (r"roi_heads\.box_predictor\.cls_score\.(.+)", r"instance_head.id_layer.layer.\1"),
    (r"roi_heads\.box_predictor\.bbox_pred\.(.+)", r"instance_head.box_layer.layer.\1"),
    (r"roi_heads\.mask_head\.(?:0\.0|mask_fcn1)\.(.+)", r"mask_head.first.\1"),
    (r"roi_heads\.mask_head\.(?:1\.0|mask_fcn2)\.(.+)", r"mask_head.rest.0.\1"),
    (r"roi_heads\.mask_head\.(?:2\.0|mask_fcn3)\.(.+)", r"mask_head.rest.2.\1"),
    (r"roi_heads\.mask_head\.(?:3\.0|mask_fcn4)\.(.+)", r"mask_head.rest.4.\1"),
    (r"roi_heads\.mask_predictor\.conv5_mask\.(.+)", r"mask_head.enlarge.\1"),
    (r"roi_heads\.mask_predictor\.mask_fcn_logits\.(.+)", r"mask_head.layer.\1"),
)
_OWN = re.compile(
    r"memory\.|instance_head\.scale$|.*\.shortcut\."
)  # ours alone: they start so that they change nothing


def our_name(name: str) -> str | None:
    """Our name of a tensor of torchvision's Mask R-CNN; None if it has no place here."""
    for pattern, replacement in _RENAMED:
        match = re.fullmatch(pattern, name)
        if match:
            return match.expand(replacement)
    return None


def network_of_torchvision(
    tensors: Mapping[str, Tensor], origin: str, epsilon: float = 0.0, network: LipNetwork | None = None
) -> LipNetwork:
    """A `coco` network that detects what torchvision's `maskrcnn_resnet50_fpn` with these weights detects.

    `epsilon` is what the other network adds to the variances of its batch normalisation: 0 for weights trained on
    COCO, 1e-5 for a model that was built without weights. `network` receives the weights instead of a new one. The
    memory stays a bypass. LipError naming the first tensor that is missing, unknown, misshapen or not finite.
    """
    target = build_network(find_preset("coco").network) if network is None else network
    wanted = target.state_dict()
    found: dict[str, Tensor] = {}
    for name, value in tensors.items():
        if name.endswith("num_batches_tracked"):
            continue
        ours = our_name(name)
        if ours is None or ours not in wanted:
            raise LipError(f"{origin} is not torchvision's Mask R-CNN with ResNet-50: it has the tensor {name}.")
        if value.shape != wanted[ours].shape:
            raise LipError(f"{origin} is not torchvision's COCO Mask R-CNN: the tensor {name} has another shape.")
        if not bool(torch.isfinite(value).all()):
            raise LipError(f"{origin} is damaged: the tensor {name} holds values that are not finite.")
        found[ours] = value.float() + (epsilon - BATCH_NORM_EPSILON if ours.endswith("running_var") else 0.0)
    missing = sorted(name for name in wanted if name not in found and not _OWN.match(name))
    if missing:
        raise LipError(f"{origin} is not torchvision's COCO Mask R-CNN: nothing in it gives {missing[0]}.")
    target.load_state_dict(wanted | found)
    return target


def read_torchvision_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a state dict in a .pth or .safetensors file; never runs code from it. LipError."""
    refuse_special(path)
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise LipError(f"Cannot read the weights {path}: the file is larger than {LARGEST_FILE // 10**6} MB.")
        if path.suffix == ".safetensors":
            return load_file(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the age of the format: what is no state dict is refused anyway
            value = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise LipError(f"Cannot read the weights {path}: {explain(error)}.") from error
    except _DAMAGED as error:
        raise LipError(f"Cannot read the weights {path}: it is no safetensors file and no state dict.") from error
    if not isinstance(value, dict) or not all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in value.items()
    ):
        raise LipError(f"Cannot read the weights {path}: it holds something other than named tensors.")
    return dict(value)


def download_torchvision_weights() -> dict[str, Tensor]:
    """The tensors of torchvision's COCO Mask R-CNN, from its own server or its cache; LipError offline."""
    weights = MaskRCNN_ResNet50_FPN_Weights.COCO_V1
    try:
        state: Mapping[str, Tensor] = weights.get_state_dict(progress=False, check_hash=True, weights_only=True)
    except (URLError, OSError, RuntimeError) as error:
        raise LipError(
            f"Cannot download {weights.url}: this computer seems to be offline. "
            "Fetch that file elsewhere, and give its path to 'lip weights import'."
        ) from error
    return dict(state)
