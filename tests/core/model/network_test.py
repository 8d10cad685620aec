"""The network as a whole: shapes for any size and batch, the shortcut, cues, and presets."""

from __future__ import annotations

import pytest
import torch
from torchvision.ops import FrozenBatchNorm2d

from lipcore.errors import LipError
from lipcore.learning.recipe import LossConfig
from lipcore.model import Cues, build_network
from lipcore.model.heads import ShortcutLinear
from lipcore.model.network import MATCH_CHANNELS, PREVIOUS_CHANNELS
from lipcore.presets import PRESETS, find_preset
from lipcore.training.clip_loss import unroll
from tests.core.model.networks import noise, tiny_network

ROIS = torch.tensor([[0, 4.0, 3, 40, 30], [0, 10.0, 8, 28, 60], [0, 0.0, 0, 60, 60]])


@pytest.mark.parametrize("size", [(33, 70), (64, 64), (97, 65), (40, 131)])
@torch.no_grad()
def test_any_image_size_gives_proposals_inside_the_image_and_masks(size: tuple[int, int]) -> None:
    network = tiny_network()
    frame, state = network.step(noise(1, 3, *size), None)
    widths = [-(-size[1] // 32) * 32 // stride for stride in (4, 8, 16, 32)]
    assert [level.shape[-1] for level in frame.levels[:4]] == widths
    assert [level.shape for level in state.hidden] == [level.shape for level in frame.levels[3:]]
    boxes = network.proposal_head.choose(network.propose(frame), size)[0]
    assert 0 < len(boxes) <= 20
    assert float(boxes.min()) >= 0
    assert float(boxes[:, 2].max()) <= size[1]
    assert float(boxes[:, 3].max()) <= size[0]
    rois = torch.cat((torch.zeros(len(boxes), 1), boxes), dim=1)
    assert network.describe(frame, rois).box_deltas.shape == (len(boxes), 2, 4)
    found = network.segment(frame, rois, torch.ones(len(rois), dtype=torch.int64))
    assert found.logits.shape == (len(boxes), 28, 28)  # two cells a RoI cell, and two more of the edge stage
    assert bool(torch.isfinite(found.logits).all())
    assert found.quality is not None
    assert found.quality.shape == (len(boxes),)
    assert bool(torch.isfinite(found.quality).all())


@pytest.mark.parametrize("preset", PRESETS)
@torch.no_grad()
def test_a_batch_gives_what_its_images_give_alone(preset: str) -> None:
    network = tiny_network(preset)
    images = noise(3, 3, 64, 80)
    batch, state = network.step(images, None)
    batch, state = network.step(images.flip(0), state)
    raw = network.propose(batch)
    for number in range(3):
        alone, before = network.step(images[number : number + 1], None)
        alone, _ = network.step(images.flip(0)[number : number + 1], before)
        for together, single in zip(batch.levels, alone.levels, strict=True):
            torch.testing.assert_close(together[number : number + 1], single, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(raw.objectness[number], network.propose(alone).objectness[0], rtol=1e-4, atol=1e-5)
        of_batch = ROIS.clone()
        of_batch[:, 0] = number
        ids = torch.ones(len(ROIS), dtype=torch.int64)
        together, single = network.segment(batch, of_batch, ids), network.segment(alone, ROIS, ids)
        torch.testing.assert_close(together.logits, single.logits, rtol=1e-4, atol=1e-4)
        assert (together.quality is None) == (preset != "small")
        torch.testing.assert_close(together.quality, single.quality, rtol=1e-4, atol=1e-4)
        found, wanted = network.describe(batch, of_batch).id_logits, network.describe(alone, ROIS).id_logits
        torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("preset", PRESETS)
@torch.no_grad()
def test_two_steps_are_a_clip_of_two_frames(preset: str) -> None:
    network = tiny_network(preset)
    clips = noise(2, 2, 3, 64, 64)
    first, state = network.step(clips[:, 0], None)
    second, _ = network.step(clips[:, 1], state)
    unrolled = unroll(network, clips, LossConfig(truncation=4))
    for level, one, two in zip(unrolled.levels, first.levels, second.levels, strict=True):
        torch.testing.assert_close(level[0::2], one, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(level[1::2], two, rtol=1e-4, atol=1e-5)
    reset, _ = network.step(clips[:, 1], None)
    assert not torch.allclose(reset.levels[4], second.levels[4], atol=1e-3)


def test_the_shortcut_adds_the_mean_roi_feature_to_the_logits() -> None:
    torch.manual_seed(0)
    layer = ShortcutLinear(6, 4, 3)
    features, means = torch.randn(5, 6), torch.randn(5, 4)
    torch.testing.assert_close(layer(features, means), layer.layer(features))  # starts at zero
    torch.nn.init.normal_(layer.shortcut.weight)
    wanted = layer.layer(features) + means @ layer.shortcut.weight.T
    torch.testing.assert_close(layer(features, means), wanted)


@torch.no_grad()
def test_shortcuts_of_all_three_heads_reach_the_logits() -> None:
    network = tiny_network("paper")
    frame, _ = network.step(noise(1, 3, 64, 64), None)
    ids = torch.ones(len(ROIS), dtype=torch.int64)
    before, mask = network.describe(frame, ROIS), network.segment(frame, ROIS, ids).logits
    head = network.instance_head
    head.id_layer.shortcut.weight += 1
    head.box_layer.shortcut.weight += 1
    network.mask_head.shortcut.weight += 1
    after = network.describe(frame, ROIS)
    means = network.roi_features(frame, ROIS, 7).mean(dim=(2, 3)).sum(dim=1, keepdim=True)
    torch.testing.assert_close(after.id_logits, before.id_logits + means, rtol=1e-4, atol=1e-4)
    deltas = before.box_deltas + means[:, None]
    torch.testing.assert_close(after.box_deltas, deltas, rtol=1e-4, atol=1e-4)
    sums = network.roi_features(frame, ROIS, 7).sum(dim=1, keepdim=True)
    larger = torch.nn.functional.interpolate(sums, scale_factor=2, mode="bilinear", align_corners=False)[:, 0]
    torch.testing.assert_close(network.segment(frame, ROIS, ids).logits, mask + larger, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_cues_of_an_object_change_its_mask_and_no_other() -> None:
    network = tiny_network()
    frame, _ = network.step(noise(1, 3, 64, 64), None)
    ids, maps = torch.ones(3, dtype=torch.int64), torch.tensor([0, 1, 1])
    cues = Cues(torch.zeros(2, PREVIOUS_CHANNELS, 64, 64), torch.zeros(2, MATCH_CHANNELS, 8, 8))
    before = network.segment(frame, ROIS, ids, cues, maps)
    torch.testing.assert_close(before.logits, network.segment(frame, ROIS, ids).logits)  # unknown is zero
    for part in cues:
        for channel in range(part.shape[1]):
            part[0, channel] = 1
            after = network.segment(frame, ROIS, ids, cues, maps)
            assert not torch.allclose(after.logits[0], before.logits[0])
            assert before.quality is not None
            assert after.quality is not None
            assert not torch.allclose(after.quality[0], before.quality[0])
            torch.testing.assert_close(after.logits[1:], before.logits[1:])
            torch.testing.assert_close(after.quality[1:], before.quality[1:])
            part[0, channel] = 0


@torch.no_grad()
def test_the_cues_of_an_image_are_its_objects_and_all_others_of_the_frame_before_and_of_matches() -> None:
    masks = torch.zeros(3, 40, 64)
    masks[0, :10], masks[1, 10:20], masks[2, :5] = 0.5, 1.0, 0.75
    annotated = torch.rand(4, 8, 8).softmax(dim=0)
    cues = Cues.of(masks, annotated, None, torch.tensor([2, 0]))
    assert cues.previous.shape == (2, PREVIOUS_CHANNELS, 40, 64)
    assert torch.equal(cues.previous[0, 0], masks[2])
    torch.testing.assert_close(cues.previous[0, 1], masks[0] + masks[1])
    torch.testing.assert_close(cues.previous[1, 1], (masks[1] + masks[2]).clamp(max=1))
    assert cues.matches.shape == (2, MATCH_CHANNELS, 8, 8)  # of the padded image
    torch.testing.assert_close(cues.matches[0, 0], annotated[3])
    torch.testing.assert_close(cues.matches[0, 1], annotated[1] + annotated[2])
    assert not cues.matches[:, 2:].any()  # the frame before is unknown
    before = annotated.flip(0)
    both = Cues.of(masks, annotated, before, torch.tensor([1]))
    torch.testing.assert_close(both.matches[0, :2], torch.stack((annotated[2], annotated[1] + annotated[3])))
    torch.testing.assert_close(both.matches[0, 2:], torch.stack((before[2], before[1] + before[3])))


@torch.no_grad()
def test_matching_a_frame_with_itself_finds_its_own_labels() -> None:
    network = tiny_network()
    assert network.matcher is not None
    network.matcher.log_sharpness.fill_(4.6)
    images = torch.rand(1, 3, 60, 90, generator=torch.Generator().manual_seed(0))
    labels = torch.zeros(1, 60, 90, dtype=torch.uint8)
    labels[:, 16:48, 32:64] = 1
    appearance = network.encode(images)
    assert appearance.keys is not None
    reference = network.reference(appearance, labels, 1)
    for found in (network.match(appearance, reference), network.match_near(appearance, reference)):
        assert found.shape == (1, 2, 8, 12)
        assert float(found[0, 1, 2:6, 4:8].min()) > 0.8
        assert float(found[0, 0, :2].min()) > 0.8
        torch.testing.assert_close(found.sum(dim=1), torch.ones(1, 8, 12))  # padding and ignored pixels have no vote


def test_presets_are_those_of_the_design_and_unknown_ones_are_refused() -> None:
    assert set(PRESETS) == {"paper", "small", "coco"}
    paper = find_preset("paper").network
    sizes = (paper.trunk, paper.channels, paper.mask_side, paper.shorter_side, paper.longer_side)
    assert sizes == ("resnet101", 256, 28, 480, 1333)
    assert (paper.memory_levels, paper.quality_channels) == (5, 0)
    assert paper.proposals.anchor_sizes == (32, 64, 128, 256, 512)
    assert (paper.mask_cue, paper.matching, paper.edge_channels, paper.memory_bypass) == (False, 0, 0, False)
    with pytest.raises(LipError, match="choose one of paper, small, coco"):
        find_preset("large")


def test_the_paper_uses_group_normalisation_everywhere() -> None:
    with torch.device("meta"):
        network = build_network(find_preset("paper").network)
    kinds = {type(module) for module in network.modules()}
    assert torch.nn.GroupNorm in kinds
    assert kinds.isdisjoint({torch.nn.BatchNorm2d, FrozenBatchNorm2d})
