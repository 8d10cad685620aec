"""What a clip is asked for: in which boxes masks are learnt, and how wide the objects' boxes are, preset by preset."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from lipcore.learning.recipe import LossConfig
from lipcore.learning.targets import Objects, RoiTargets
from lipcore.model import LipNetwork
from lipcore.model.boxes import BOX_WIDENING, boxes_of_masks, pairwise_iou, widen_boxes
from lipcore.model.network import Masks
from lipcore.presets import find_preset
from lipcore.training import clip_loss
from lipcore.training.clip_loss import clip_losses
from tests.core.model.networks import tiny_network
from tests.core.training.offline_test import clip_batch


class Record:
    """What `clip_losses` samples, and where it asks for masks."""

    def __init__(self, network: LipNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sampled: RoiTargets | None = None
        self.objects: Objects | None = None
        self.asked = torch.zeros(0, 5)
        sample, segment = clip_loss.sample_rois, network.segment

        def sample_rois(proposals: list[Tensor], objects: Objects, *given: int, **named: object) -> RoiTargets:
            self.objects = objects
            self.sampled = sample(proposals, objects, *given, **named)  # type: ignore[arg-type]
            return self.sampled

        def asked(frame: object, rois: Tensor, *given: object) -> Masks:
            self.asked = rois
            return segment(frame, rois, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(clip_loss, "sample_rois", sample_rois)
        monkeypatch.setattr(network, "segment", asked)


def record(preset: str, config: LossConfig, monkeypatch: pytest.MonkeyPatch) -> Record:
    torch.manual_seed(0)
    network = tiny_network(preset)
    found = Record(network, monkeypatch)
    clip_losses(network, clip_batch(), replace(config, own_cues=0.0))
    return found


@pytest.mark.parametrize("preset", ["paper", "coco"])
@pytest.mark.parametrize("stage", ["pretrain", "video"])
def test_masks_are_learnt_in_the_sampled_positive_rois(
    preset: str, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = find_preset(preset).recipe(stage).losses
    found = record(preset, config, monkeypatch)
    assert found.sampled is not None
    positive = found.sampled.slots > 0
    assert torch.equal(found.asked, found.sampled.rois[positive])
    assert 0 < int(positive.sum()) < len(positive)
    assert config.rois_per_image == (512 if stage == "pretrain" else 128)
    assert config.dice_weight == 0


def test_masks_of_small_are_learnt_in_jittered_true_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    config = find_preset("small").recipe("pretrain").losses
    found = record("small", config, monkeypatch)
    assert found.objects is not None
    assert len(found.asked) == 4  # two objects in each of two frames
    true = found.objects.boxes[found.objects.present]
    overlaps = pairwise_iou(found.asked[:, 1:], true).diagonal()
    assert 0.3 < float(overlaps.min()) < float(overlaps.max()) < 0.999


@pytest.mark.parametrize(
    ("preset", "stage", "widening"),
    [("paper", "pretrain", 0.0), ("coco", "pretrain", 0.0), ("paper", "video", 0.1), ("coco", "video", 0.1)],
)
def test_boxes_are_widened_for_video_alone(
    preset: str, stage: str, widening: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = record(preset, find_preset(preset).recipe(stage).losses, monkeypatch)
    assert found.objects is not None
    tight, present = boxes_of_masks(found.objects.masks.flatten(0, 1))
    wanted = widen_boxes(tight[present], widening).clamp(0, 64)
    torch.testing.assert_close(found.objects.boxes.flatten(0, 1)[present], wanted)
    assert BOX_WIDENING == 0.1
