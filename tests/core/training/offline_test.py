"""Gradients reach everything that should train, and nothing that is frozen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from lipcore.augment.batch import ClipBatch
from lipcore.learning.recipe import LossConfig
from lipcore.model import LipNetwork
from lipcore.model.specialise import TUNED_PARTS, specialise
from lipcore.presets import find_preset
from lipcore.training.clip_loss import clip_losses, unroll
from lipcore.training.offline import Trainer
from lipcore.tuning.config import TuneConfig
from lipcore.tuning.feature_cache import Example
from lipcore.tuning.tuner import fine_tune
from tests.core.model.networks import noise, tiny_network

EVERY_LOSS = LossConfig(
    rois_per_image=16, episodic_weight=1.0, dice_weight=1.0, match_weight=1.0, quality_weight=1.0, own_cues=0.5
)


def clip_batch(clips: int = 1, frames: int = 2) -> ClipBatch:
    """Two squares that move over smooth noise."""
    images = (noise(clips, frames, 3, 64, 64) * 255).to(torch.uint8)
    labels = torch.zeros(clips, frames, 64, 64, dtype=torch.uint8)
    for time in range(frames):
        labels[:, time, 8:30, 4 + 3 * time : 28 + 3 * time] = 1
        labels[:, time, 34:60, 30 - 2 * time : 58 - 2 * time] = 2
        images[:, time, 0, 8:30, 4 + 3 * time : 28 + 3 * time] = 255
    classes = torch.zeros(clips, 256, dtype=torch.int64)
    classes[:, 1:3] = torch.tensor([3, 7])
    return ClipBatch(images, labels, torch.zeros(clips, dtype=torch.bool), classes)


def copied(module: torch.nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in module.state_dict().items()}


def changed(module: torch.nn.Module, before: dict[str, Tensor]) -> bool:
    return any(not torch.equal(value, before[name]) for name, value in module.state_dict().items())


def without_gradient(network: LipNetwork, config: LossConfig, expected: int) -> list[str]:
    """Parameters, but for those of a frozen trunk, that no draw reaches; draws stop when `expected` are left."""
    torch.manual_seed(0)
    for _ in range(12):  # few anchors lie on the coarsest level, so some draws leave its memory out
        torch.stack(list(clip_losses(network, clip_batch(), config).values())).sum().backward()
        named = [(name, value) for name, value in network.named_parameters() if value.requires_grad]
        unused = [name for name, value in named if value.grad is None or not bool(value.grad.any())]
        if len(unused) == expected:
            break
    return unused


def test_every_parameter_of_small_but_its_frozen_trunk_learns_from_a_clip() -> None:
    network = tiny_network("small")
    assert without_gradient(network, EVERY_LOSS, 1) == ["memory.gains.0"]  # no memory there, and no finer level
    assert all(value.grad is None for value in network.backbone.body.parameters())


def test_every_parameter_of_paper_learns_from_a_clip() -> None:
    unused = without_gradient(tiny_network("paper"), replace(EVERY_LOSS, episodic_weight=0.0, match_weight=0.0), 1)
    assert unused == ["instance_head.scale"]  # sharpness of unit id features, which the paper has not


def test_with_a_static_memory_its_recurrent_filters_alone_do_not_learn() -> None:
    unused = without_gradient(tiny_network("small"), replace(EVERY_LOSS, static_memory=True), 1 + 2 * 4)
    parts = {name.split(".")[3] if name.startswith("memory.cells") else name for name in unused}
    assert parts == {"from_hidden", "from_reset", "reset_norm", "memory.gains.0"}  # a reset of nothing


def test_gradients_stop_between_truncated_parts_of_a_clip() -> None:
    network = tiny_network("small")
    images = noise(1, 3, 3, 64, 64).requires_grad_()
    for truncation, reaches in ((2, False), (4, True)):
        images.grad = None
        frame = unroll(network, images, LossConfig(truncation=truncation))
        frame.levels[4][2].square().sum().backward()
        assert images.grad is not None
        assert bool(images.grad[0, 2].any())
        assert bool(images.grad[0, 1].any()) == reaches
        assert bool(images.grad[0, 0].any()) == reaches


def test_the_id_gradient_stops_below_the_last_layer() -> None:
    network = tiny_network("small")
    frame, _ = network.step(noise(1, 3, 64, 64), None)
    rois = torch.tensor([[0, 4.0, 3, 40, 30], [0, 10.0, 8, 28, 60]])
    network.describe(frame, rois, stop_id_gradient=True).id_logits.square().sum().backward()
    trained = {name for name, value in network.named_parameters() if value.grad is not None and bool(value.grad.any())}
    head = "instance_head.id_layer"
    assert trained == {f"{head}.layer.weight", f"{head}.layer.bias", f"{head}.shortcut.weight"}


def test_fine_tuning_leaves_backbone_memory_and_matcher_bit_for_bit() -> None:
    network = tiny_network("small")
    before = copied(network)
    tuned = specialise(network, 2)
    heads = {part: copied(getattr(tuned, part)) for part in TUNED_PARTS}
    batch = clip_batch()
    image = np.ascontiguousarray(batch.images[0, 0].permute(1, 2, 0).numpy())
    example = Example(image, batch.labels[0, 0].numpy())
    config = TuneConfig(iterations=3, learning_rate=1e-2, rois_per_image=16)
    steps = list(fine_tune(tuned, [example], config))
    assert [step.number for step in steps if not step.preparing] == [1, 2, 3]
    assert not changed(network, before)
    assert not changed(tuned.backbone, copied(network.backbone))
    assert not changed(tuned.memory, copied(network.memory))
    assert all(changed(getattr(tuned, part), heads[part]) for part in TUNED_PARTS)


class OneBatch:
    """A source that always gives the same clips."""

    def batch(self, step: int) -> ClipBatch:
        return clip_batch()


def test_a_frozen_backbone_stays_bit_for_bit_while_the_rest_trains() -> None:
    recipe = replace(
        find_preset("small").recipe("video"), steps=2, batch=1, warm_up=1, freeze_backbone=True, losses=EVERY_LOSS
    )
    network = tiny_network("small")
    before = {name: copied(part) for name, part in network.named_children()}
    assert len(list(Trainer(network, recipe, torch.device("cpu")).run(OneBatch(), 1))) == 2
    for name, part in network.named_children():
        assert changed(part, before[name]) == (name != "backbone"), name


def test_the_moving_average_forgets_where_training_started() -> None:
    recipe = replace(
        find_preset("small").recipe("video"), average_decay=0.998, steps=60, optimizer="sgd", learning_rate=0.0
    )
    trainer = Trainer(tiny_network("small"), recipe, torch.device("cpu"))
    assert trainer._average is not None
    value = trainer.network.instance_head.scale
    with torch.no_grad():
        start = value.item()
        trainer._average.update_parameters(trainer.network)
        value.add_(1.0)
        for _ in range(60):
            trainer._average.update_parameters(trainer.network)
    assert abs(trainer.best_network.instance_head.scale.item() - start - 1.0) < 0.01
