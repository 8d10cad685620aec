"""From class-agnostic to class-specific: a network whose outputs belong to the objects of one video (paper, 4.2)."""

from __future__ import annotations

import copy
from dataclasses import replace

import torch
from torch import Tensor, nn

from lipcore.model.heads import ShortcutLinear
from lipcore.model.network import LipNetwork

Output = nn.Linear | nn.Conv2d  # a layer with some rows of outputs for each object
TUNED_PARTS = ("proposal_head", "instance_head", "mask_head")  # what fine-tuning may change; the rest is frozen


def specialise(network: LipNetwork, objects: int) -> LipNetwork:
    """A network with one id, box and mask output for each of `objects`; `network` stays as it is.

    The id layer is new and random. Foreground weights of the box and mask layers are copied for each object (paper,
    figure 5), so every box and mask prediction is what it was; of a layer with several foreground classes their
    mean is copied. Backbone, memory and matcher are shared with `network`, heads are not.
    """
    shared = [part for name, part in network.named_children() if name not in TUNED_PARTS]
    tuned = copy.deepcopy(network, {id(part): part for part in shared})
    tuned.config = replace(network.config, id_outputs=1 + objects, instance_outputs=1 + objects)
    head = tuned.instance_head
    channels, width = head.id_layer.shortcut.in_features, head.id_layer.layer.in_features
    device = head.id_layer.layer.weight.device
    head.id_layer = ShortcutLinear(width, channels, 1 + objects).to(device)
    for layer, rows in _box_and_mask_layers(tuned):
        _copy_foreground(layer, objects, rows)
    return tuned


def _id_layers(network: LipNetwork) -> list[tuple[Output, int]]:
    """The layers whose outputs are ids, one row for each."""
    head = network.instance_head
    return [(head.id_layer.layer, 1), (head.id_layer.shortcut, 1)]


def _box_and_mask_layers(network: LipNetwork) -> list[tuple[Output, int]]:
    """The layers whose outputs are boxes, four rows for each object, and masks, one row."""
    box, mask = network.instance_head.box_layer, network.mask_head
    return [(box.layer, 4), (box.shortcut, 4), (mask.layer, 1), (mask.shortcut, 1)]


def _copy_foreground(layer: Output, objects: int, rows: int) -> None:
    """Replace outputs 1.. of a layer, `rows` values each, by `objects` copies of their mean."""

    def copied(values: Tensor) -> nn.Parameter:
        outputs = values.detach().unflatten(0, (-1, rows))
        foreground = outputs[1:].mean(dim=0, keepdim=True).expand(objects, *outputs.shape[1:])
        return nn.Parameter(torch.cat((outputs[:1], foreground)).flatten(0, 1).clone())

    layer.weight = copied(layer.weight)
    if layer.bias is not None:
        layer.bias = copied(layer.bias)
    if isinstance(layer, nn.Linear):
        layer.out_features = len(layer.weight)
    else:
        layer.out_channels = len(layer.weight)


def tuned_tensors(network: LipNetwork) -> dict[str, Tensor]:
    """All tensors of the tuned parts by name; with the network they were specialised from they give `network` back."""
    return {name: value for name, value in network.state_dict().items() if name.split(".")[0] in TUNED_PARTS}


def restore_tuned(network: LipNetwork, tensors: dict[str, Tensor]) -> LipNetwork:
    """The specialised network of `tuned_tensors`; raises RuntimeError or KeyError if they belong to another preset."""
    tuned = specialise(network, len(tensors["instance_head.id_layer.layer.weight"]) - 1)
    for name in TUNED_PARTS:
        part = {key.removeprefix(name + "."): value for key, value in tensors.items() if key.startswith(name + ".")}
        getattr(tuned, name).load_state_dict(part)
    return tuned


@torch.no_grad()
def with_untuned_masks(tuned: LipNetwork, network: LipNetwork, share: float) -> LipNetwork:
    """A specialised network whose mask head is the mean of the tuned one and, by `share` (0..1), of the untuned one.

    What tuning has learnt of one frame and what training has learnt of many videos are both worth keeping, and the mean
    of their weights is better than either (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models"). `tuned`
    stays as it is and shares all else.
    """
    shared = [part for name, part in tuned.named_children() if name != "mask_head"]
    mean = copy.deepcopy(tuned, {id(part): part for part in shared})
    untuned = specialise(network, tuned.config.instance_outputs - 1).mask_head
    for value, before in zip(mean.mask_head.parameters(), untuned.parameters(), strict=True):
        value.lerp_(before, share)
    return mean


def extend(tuned: LipNetwork, network: LipNetwork, rows: list[int | None]) -> LipNetwork:
    """A specialised network for more objects: object k takes over the outputs of object `rows[k]` of `tuned`.

    An object without a row (None) starts from `network`'s class-agnostic outputs. Common layers stay as tuned.
    """
    larger = specialise(network, len(rows))
    for name in TUNED_PARTS:
        old, new = getattr(tuned, name), getattr(larger, name)
        before, wanted = old.state_dict(), new.state_dict()
        new.load_state_dict(
            {key: value if value.shape == wanted[key].shape else wanted[key] for key, value in before.items()}
        )
    pairs = [(new + 1, old + 1) for new, old in enumerate(rows) if old is not None]
    layers = [*_id_layers(larger), *_box_and_mask_layers(larger)]
    old_layers = [*_id_layers(tuned), *_box_and_mask_layers(tuned)]
    with torch.no_grad():
        for (layer, width), (source, _) in zip(layers, old_layers, strict=True):
            for new_row, old_row in [(0, 0), *pairs]:
                into = slice(new_row * width, (new_row + 1) * width)
                out_of = slice(old_row * width, (old_row + 1) * width)
                layer.weight[into] = source.weight[out_of]
                if layer.bias is not None and source.bias is not None:
                    layer.bias[into] = source.bias[out_of]
    return larger
