"""ImageNet weights of torchvision's ResNet classifiers as a start for training `paper` and `coco` (section 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.error import URLError

import torch
from torch import Tensor
from torchvision.models import get_weight

from lipcore.errors import LipError
from lipcore.model import LipNetwork, build_network
from lipcore.model.backbone import TRUNKS
from lipcore.presets import PRESETS, find_preset

CLASSIFIERS = {preset.name: preset.classifier for preset in PRESETS.values() if preset.classifier is not None}


def is_classifier(tensors: Mapping[str, Tensor]) -> bool:
    """Whether these are the tensors of a ResNet that tells classes of pictures apart."""
    return "fc.weight" in tensors and "layer4.0.conv1.weight" in tensors


def network_of_classifier(
    tensors: Mapping[str, Tensor], origin: str, preset: str, network: LipNetwork | None = None
) -> LipNetwork:
    """A network of `preset` whose backbone starts from torchvision's classifier; all else is random.

    Frozen batch normalisation is taken over, so that features are the classifier's. Group normalisation has no
    statistics: the filters are copied, and it starts as it is. `network` receives the weights instead of a new one.
    LipError for a preset without a ResNet, and naming the first tensor that is missing, unknown, misshapen or not
    finite.
    """
    if preset not in CLASSIFIERS:
        raise LipError(f"Preset {preset} does not start from a ResNet; choose one of {', '.join(CLASSIFIERS)}.")
    target = build_network(find_preset(preset).network) if network is None else network
    trunk = TRUNKS[target.config.trunk]
    wanted = target.backbone.body.state_dict()
    copied = {name for name, value in wanted.items() if value.ndim == 4 or target.config.frozen_batch_norm}
    for name, value in tensors.items():
        if name.startswith("fc.") or name.endswith("num_batches_tracked"):
            continue
        statistics = name.rpartition(".")[0] + ".weight" in wanted and name.endswith(("running_mean", "running_var"))
        if name not in wanted and not statistics:
            raise LipError(f"{origin} is not torchvision's {trunk}: it has the tensor {name}.")
        if name in wanted and value.shape != wanted[name].shape:
            raise LipError(f"{origin} is not torchvision's {trunk}: the tensor {name} has another shape.")
        if not bool(torch.isfinite(value).all()):
            raise LipError(f"{origin} is damaged: the tensor {name} holds values that are not finite.")
    missing = sorted(copied - tensors.keys())
    if missing:
        raise LipError(f"{origin} is not torchvision's {trunk}: the tensor {missing[0]} is missing.")
    target.backbone.body.load_state_dict(wanted | {name: tensors[name].float() for name in copied})
    return target


def download_classifier(preset: str) -> dict[str, Tensor]:
    """The tensors of the classifier that a preset starts from, from torchvision's server or its cache; LipError."""
    if preset not in CLASSIFIERS:
        raise LipError(f"Preset {preset} does not start from a ResNet; choose one of {', '.join(CLASSIFIERS)}.")
    weights = get_weight(CLASSIFIERS[preset])
    try:
        state: Mapping[str, Tensor] = weights.get_state_dict(progress=False, check_hash=True, weights_only=True)
    except (URLError, OSError, RuntimeError) as error:
        raise LipError(
            f"Cannot download {weights.url}: this computer seems to be offline. "
            f"Fetch that file elsewhere, and give its path to 'lip weights import FILE --start {preset}'."
        ) from error
    return dict(state)
