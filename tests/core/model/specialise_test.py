"""From class-agnostic to class-specific outputs (paper, figure 5), and more objects later."""

from __future__ import annotations

import torch

from lipcore.model import Features, LipNetwork
from lipcore.model.specialise import TUNED_PARTS, extend, restore_tuned, specialise, tuned_tensors, with_untuned_masks
from tests.core.model.networks import noise, stir, tiny_network

ROIS = torch.tensor([[0, 4.0, 3, 40, 30], [0, 10.0, 8, 28, 60], [0, 0.0, 0, 60, 60]])


@torch.no_grad()
def seen(network: LipNetwork) -> Features:
    return network.step(noise(1, 3, 64, 64), None)[0]


@torch.no_grad()
def masks(network: LipNetwork, frame: Features, object_id: int) -> torch.Tensor:
    return network.segment(frame, ROIS, torch.full((3,), object_id)).logits


@torch.no_grad()
def test_copied_outputs_leave_every_box_and_mask_prediction_as_it_was() -> None:
    for preset in ("small", "paper"):
        network = tiny_network(preset)
        tuned = specialise(network, 3)
        frame = seen(network)
        before, after = network.describe(frame, ROIS), tuned.describe(frame, ROIS)
        assert after.box_deltas.shape == (3, 4, 4)
        # but for rounding: layers with more outputs add up in another order on some processors
        torch.testing.assert_close(after.box_deltas[:, 0], before.box_deltas[:, 0], rtol=0, atol=1e-6)
        for object_id in (1, 2, 3):
            torch.testing.assert_close(after.box_deltas[:, object_id], before.box_deltas[:, 1], rtol=0, atol=1e-6)
            torch.testing.assert_close(masks(tuned, frame, object_id), masks(network, frame, 1), rtol=0, atol=1e-6)
        assert torch.equal(after.id_features, before.id_features)
        assert after.id_logits.shape == (3, 4)
        raw, same = network.propose(frame), tuned.propose(frame)
        assert torch.equal(raw.objectness, same.objectness)


@torch.no_grad()
def test_of_many_classes_the_mean_is_copied() -> None:
    network = tiny_network("coco")
    tuned = specialise(network, 2)
    frame = seen(network)
    before, after = network.describe(frame, ROIS).box_deltas, tuned.describe(frame, ROIS).box_deltas
    torch.testing.assert_close(after[:, 1], before[:, 1:].mean(dim=1), rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(after[:, 1], after[:, 2])
    every = torch.stack([masks(network, frame, number) for number in range(1, 91)]).mean(dim=0)
    torch.testing.assert_close(masks(tuned, frame, 2), every, rtol=1e-3, atol=1e-3)


@torch.no_grad()
def test_the_network_it_comes_from_stays_and_shares_what_is_never_tuned() -> None:
    network = tiny_network()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    tuned = specialise(network, 2)
    assert tuned.backbone is network.backbone
    assert tuned.memory is network.memory
    for part in TUNED_PARTS:
        for parameter in getattr(tuned, part).parameters():
            parameter.add_(1)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert network.config.instance_outputs == 2
    assert tuned.config.instance_outputs == 3


def changed(network: LipNetwork, objects: int) -> LipNetwork:
    """A specialised network whose tuned parts all differ, object by object."""
    tuned = specialise(network, objects)
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for part in TUNED_PARTS:
            for parameter in getattr(tuned, part).parameters():
                parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.05)
    return tuned


@torch.no_grad()
def test_extending_keeps_tuned_rows_and_starts_new_objects_class_agnostic() -> None:
    network = tiny_network()
    tuned = changed(network, 2)
    larger = extend(tuned, network, [1, None, 0])
    frame = seen(network)
    before, after = tuned.describe(frame, ROIS), larger.describe(frame, ROIS)
    for new, old in ((0, 0), (1, 2), (3, 1)):
        torch.testing.assert_close(after.box_deltas[:, new], before.box_deltas[:, old])
        torch.testing.assert_close(after.id_logits[:, new], before.id_logits[:, old])
    for new, old in ((1, 2), (3, 1)):
        torch.testing.assert_close(masks(larger, frame, new), masks(tuned, frame, old))
    head, fresh = larger.instance_head.box_layer.layer, network.instance_head.box_layer.layer
    assert torch.equal(head.weight[8:12], fresh.weight[4:8])
    assert torch.equal(larger.mask_head.layer.weight[2], network.mask_head.layer.weight[1])
    assert larger.config.instance_outputs == 4


@torch.no_grad()
def test_masks_are_averaged_with_the_untuned_ones_and_nothing_else_is() -> None:
    network = tiny_network()
    tuned, untuned = changed(network, 2), specialise(network, 2).state_dict()
    before = {name: value.clone() for name, value in tuned.state_dict().items()}
    mean = with_untuned_masks(tuned, network, 0.75)
    assert all(torch.equal(value, before[name]) for name, value in tuned.state_dict().items())
    assert mean.instance_head is tuned.instance_head
    for name, value in mean.state_dict().items():
        wanted = 0.25 * before[name] + 0.75 * untuned[name] if name.startswith("mask_head.") else before[name]
        torch.testing.assert_close(value, wanted)
    frame = seen(network)
    alone = with_untuned_masks(tuned, network, 1.0)
    torch.testing.assert_close(masks(alone, frame, 2), masks(network, frame, 1), rtol=0, atol=1e-6)


@torch.no_grad()
def test_tuned_tensors_bring_the_tuned_network_back_bit_for_bit() -> None:
    network = tiny_network()
    tuned = changed(network, 3)
    stir(tuned)
    restored = restore_tuned(network, tuned_tensors(tuned))
    assert restored.config == tuned.config
    wanted = tuned.state_dict()
    assert all(torch.equal(value, wanted[name]) for name, value in restored.state_dict().items())
