"""The loss of a batch of clips: unroll the network, sample RoIs, add the losses up."""

from __future__ import annotations

import torch
from torch import Tensor

from lipcore.augment.batch import ClipBatch
from lipcore.learning.cue_noise import doubtful_previous, match_cues, with_others
from lipcore.learning.losses import (
    box_loss,
    episodic_id_loss,
    id_loss,
    mask_losses,
    match_loss,
    proposal_losses,
    quality_loss,
)
from lipcore.learning.recipe import LossConfig
from lipcore.learning.targets import (
    Objects,
    RoiTargets,
    anchor_targets,
    crop_targets,
    mask_rois,
    objects_of_labels,
    positive_rois,
    sample_rois,
    share_inside,
)
from lipcore.model.matching import MATCH_STRIDE, Reference
from lipcore.model.network import MATCH_CHANNELS, Cues, Features, LipNetwork, State
from lipcore.training.own_cues import with_own_masks
from lipcore.training.told_clips import OBJECT_SLOTS, unroll_told


def unroll(network: LipNetwork, images: Tensor, config: LossConfig) -> Features:
    """All frames of clips (B, T, 3, H, W) in [0, 1] as one batch of B T images, clip by clip."""
    clips, length = images.shape[:2]
    flat = images.flatten(0, 1)
    appearance = network.encode(flat)
    if config.static_memory:
        return Features(flat, appearance, network.recur(appearance.levels, None)[0])
    by_time = [level.unflatten(0, (clips, length)) for level in appearance.levels]
    state: State | None = None
    outputs: list[list[Tensor]] = []
    for time in range(length):
        if state is not None and time % config.truncation == 0:
            state = state.detached()
        levels, state = network.recur([level[:, time] for level in by_time], state)
        outputs.append(levels)
    together = [torch.stack(level, dim=1).flatten(0, 1) for level in zip(*outputs, strict=True)]
    return Features(flat, appearance, together)


def seen_clips(network: LipNetwork, batch: ClipBatch, config: LossConfig) -> tuple[Features, ClipBatch]:
    """The frames of clips that heads learn from as they see them, clip by clip, and the clips of these frames alone."""
    if network.config.memory_told and not config.static_memory:
        return unroll_told(network, batch, config)
    return unroll(network, batch.images.float() / 255, config), batch


def clip_losses(network: LipNetwork, batch: ClipBatch, config: LossConfig) -> dict[str, Tensor]:
    """Weighted losses by name, scalars; their sum is what training minimises."""
    features, batch = seen_clips(network, batch, config)
    clips, length = batch.labels.shape[:2]
    labels = batch.labels.flatten(0, 1)
    partly = batch.unlabelled_objects.repeat_interleave(length)
    objects = objects_of_labels(labels, partly, OBJECT_SLOTS, config.box_widening)
    raw = network.propose(features)
    losses = proposal_losses(raw, anchor_targets(raw.anchors, objects), objects, network.proposal_head.coder)
    losses["objectness"] = losses["objectness"] * config.objectness_weight
    losses["anchor"] = losses["anchor"] * config.anchor_weight

    height, width = labels.shape[-2:]
    proposals = network.proposal_head.choose(raw, (height, width))
    sampled = sample_rois(proposals, objects, config.rois_per_image, jitter=config.roi_jitter)
    losses |= _roi_losses(network, features, sampled, batch, config)

    rois, slots = mask_rois(objects, config.masks_per_image) if config.masks_per_image else positive_rois(sampled)
    cues, match = make_cues(network, features, objects, labels, clips, config)
    if match is not None:
        losses["match"] = match * config.match_weight
    classes = classes_of(batch)
    if cues is not None and config.own_cues:
        cues = with_own_masks(network, features, objects, cues, classes.clamp(min=1), length, config.own_cues)
    image = rois[:, 0].long()
    maps = image * OBJECT_SLOTS + slots - 1
    found = network.segment(features, rois, classes[image, slots - 1].clamp(min=1), cues, maps)
    targets, known = crop_targets(objects, rois, slots, found.logits.shape[-1])
    masks = mask_losses(found.logits, targets, known)
    losses["mask"] = masks["mask"] * config.mask_weight
    losses["dice"] = masks["dice"] * config.dice_weight
    if found.quality is not None and config.quality_weight:
        share = share_inside(objects, rois, slots)
        losses["quality"] = quality_loss(found.quality, found.logits, targets, known, share) * config.quality_weight
    return losses


def classes_of(batch: ClipBatch) -> Tensor:
    """Class (I, OBJECT_SLOTS) int64 of every slot of all I = B T frames, 0 where it is unknown."""
    return batch.classes[:, 1 : OBJECT_SLOTS + 1].repeat_interleave(batch.labels.shape[1], dim=0)


def _roi_losses(
    network: LipNetwork, features: Features, sampled: RoiTargets, batch: ClipBatch, config: LossConfig
) -> dict[str, Tensor]:
    clips, length = batch.labels.shape[:2]
    predictions = network.describe(features, sampled.rois)
    positive = sampled.slots > 0
    image = sampled.rois[:, 0].long()
    if predictions.id_logits.shape[1] == 2:
        wanted = positive.long()
    else:
        known = classes_of(batch)[image, (sampled.slots - 1).clamp(min=0)]
        wanted = torch.where(positive, torch.where(known > 0, known, -100), 0)
    outputs = network.instance_output(torch.where(wanted > 0, wanted, 1))
    deltas = predictions.box_deltas[torch.arange(len(outputs), device=outputs.device), outputs]
    losses = {
        "id": id_loss(predictions.id_logits, wanted) * config.id_weight,
        "box": box_loss(deltas, sampled.rois[:, 1:], sampled.boxes, positive, network.box_coder) * config.box_weight,
    }
    if config.episodic_weight:
        first = image % length == 0
        episodic = episodic_id_loss(
            predictions.id_features, network.instance_head.scale, image // length, first, sampled.slots, clips
        )
        losses["episodic"] = episodic * config.episodic_weight
    return losses


def make_cues(
    network: LipNetwork, features: Features, objects: Objects, labels: Tensor, clips: int, config: LossConfig
) -> tuple[Cues | None, Tensor | None]:
    """Cues for every image and object slot (I G maps), and the matching loss; None where the network has no cues.

    The previous mask is the true one of this frame or the last, made doubtful; the annotated frame of a clip is its
    first, and for the first frame its last. The second frame may lie far from the first: nothing is read from there.
    """
    if not (network.config.mask_cue or network.config.matching):
        return None, None
    count, slots = objects.present.shape
    height, width = labels.shape[-2:]
    times = torch.arange(count, device=labels.device) % (count // clips)
    previous_of = torch.arange(count, device=labels.device) - (times > 1).long()
    late = torch.rand(count, 1, device=labels.device) < 0.4
    masks = torch.where(late[..., None, None], objects.masks[previous_of], objects.masks).flatten(0, 1)
    boxes = torch.where(late[..., None], objects.boxes[previous_of], objects.boxes).flatten(0, 1)
    there = torch.where(late, objects.present[previous_of], objects.present).flatten()
    own = doubtful_previous(masks, boxes, there, (height, width), config.cue_strength, config.cue_dropped)
    previous = with_others(own, slots)
    if not network.config.matching:
        return Cues(
            previous, previous.new_zeros((count * slots, MATCH_CHANNELS, height // MATCH_STRIDE, width // MATCH_STRIDE))
        ), None
    annotated, before, loss = _matches(network, features, labels, times, slots)
    return Cues(previous, match_cues(annotated, before, config.cue_dropped)), loss


def _matches(
    network: LipNetwork, features: Features, labels: Tensor, times: Tensor, slots: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Shares (I, 1 + G, h, w) by the annotated frame and by the frame before, and the loss of both.

    The labels of the frame before are those that matching itself gave to it, as in use; the second frame of a clip
    has none, and the first one those of the second.
    """
    length = int(times.max()) + 1
    number = torch.arange(len(times), device=times.device)
    start = number - times
    reference = network.reference(features.appearance, labels, slots)
    annotated_of = torch.where(times > 0, start, start + length - 1)
    annotated = network.match(
        features.appearance, Reference(reference.keys[annotated_of], reference.shares[annotated_of])
    )
    seen = reference.shares[annotated_of].sum(dim=1) > 0  # (I, 1 + G): an object that is not there is not asked
    wanted = reference.shares.transpose(1, 2) * seen[..., None]
    loss = match_loss(annotated.flatten(2), wanted)
    if length < 3:
        return annotated, torch.zeros_like(annotated), loss
    before_of = torch.where(times > 0, number - 1, start + 1)
    given = annotated.detach().flatten(2).transpose(1, 2)[before_of]
    before = network.match_near(features.appearance, Reference(reference.keys[before_of], given))
    usable = (times != 1).float()
    loss = loss + match_loss(before.flatten(2), wanted * usable[:, None, None])
    return annotated, before * usable[:, None, None, None], loss
