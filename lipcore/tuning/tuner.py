"""Online fine-tuning of the heads on annotated frames (paper, section 4.2).

Backbone and memory are frozen, so they are run once: the features of every annotated frame and of its augmented
copies are kept, and each iteration trains the heads on a few of them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Generator, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from lipcore.errors import LipError
from lipcore.learning.cue_noise import doubtful_previous, match_cues, with_others
from lipcore.learning.losses import box_loss, focal_loss, mask_losses, proposal_losses
from lipcore.learning.steps import TuneStep
from lipcore.learning.targets import anchor_targets, crop_targets, mask_rois, positive_rois, sample_rois
from lipcore.machine.device import memory_advice, precision
from lipcore.model import Cues, LipNetwork
from lipcore.model.specialise import TUNED_PARTS
from lipcore.tuning.config import TuneConfig
from lipcore.tuning.feature_cache import CachedBatch, Example, FeatureCache, build_cache, cache_size

_SMOOTHING = 0.9  # of the running losses that decide about stopping


def fine_tune(
    network: LipNetwork, examples: Sequence[Example], config: TuneConfig, fresh: Collection[int] | None = None
) -> Iterator[TuneStep]:
    """Adapt the heads of a specialised network in place; yields after every optimiser step, and before the first one
    while the frames to learn from are prepared: until then, the network is as it was but for `fresh` outputs.

    `fresh` names the outputs of the id layer that are new, background being 0, so that they may be given their
    closed-form start; None says all. LipError without examples or without memory.
    """
    if not examples:
        raise LipError("There is nothing to tune on: paint the objects on at least one frame first.")
    started = time.perf_counter()
    device = network.device
    tuner = _Tuner(network, config)
    preparation = tuner.prepare(examples, fresh)
    frames = cache_size(len(examples), config.augmented_clips, config.clip_frames)
    while True:
        with memory_advice(device):
            prepared = next(preparation, None)
        if prepared is None:
            break
        yield TuneStep(0, config.iterations, math.nan, {}, time.perf_counter() - started, prepared, frames)
    for number in range(1, config.iterations + 1):
        with memory_advice(device):
            losses = tuner.advance(number)
        total = sum(losses.values())
        if not np.isfinite(total):
            raise LipError("Tuning diverged: the loss is not finite. Undo the tuning and try again.")
        finished = tuner.finished
        last = number if finished else config.iterations
        yield TuneStep(number, last, total, losses, time.perf_counter() - started, frames, frames)
        if finished:
            return


class _Tuner:
    """Optimiser and running losses of one fine-tuning."""

    def __init__(self, network: LipNetwork, config: TuneConfig) -> None:
        self.network, self.config = network, config
        self.cache = FeatureCache(())
        network.eval()
        for parameter in network.parameters():
            parameter.requires_grad_(False)
        parts = [part for part in TUNED_PARTS if config.tune_proposals or part != "proposal_head"]
        named = [(name, value) for part in parts for name, value in getattr(network, part).named_parameters(part)]
        for _, value in named:
            value.requires_grad_(True)
        new = [value for name, value in named if ".id_layer." in name]  # starts from nothing, so it may learn faster
        old = [value for name, value in named if ".id_layer." not in name]
        self.rates = (config.learning_rate, config.learning_rate * config.id_rate_factor)
        groups = [{"params": old}, {"params": new}]
        self.optimizer: torch.optim.Optimizer
        if config.optimizer == "adamw":
            self.optimizer = torch.optim.AdamW(groups, weight_decay=1e-4)
        else:
            self.optimizer = torch.optim.SGD(groups, lr=config.learning_rate, momentum=0.9, weight_decay=1e-4)
        self.running: dict[str, float] = {}

    def prepare(self, examples: Sequence[Example], fresh: Collection[int] | None) -> Generator[int, None, None]:
        """Fill the cache and start the `fresh` ids; yields often how many frames are in the cache."""
        config = self.config
        self.cache = yield from build_cache(
            self.network, examples, config.augmented_clips, config.clip_frames, config.seed, config.static_memory
        )
        if config.fast_id_start and (fresh is None or fresh):
            yield from self._start_ids(fresh)

    @property
    def finished(self) -> bool:
        """Whether every head's loss is under its threshold."""
        return all(value < self.config.thresholds[name] for name, value in self.running.items())

    def advance(self, number: int) -> dict[str, float]:
        """One optimiser step; gives the loss of every head that is trained."""
        torch.manual_seed(self.config.seed * 1_000_003 + number)
        config = self.config
        progress = min(1.0, number / 10) * (1.0 - 0.9 * number / config.iterations) if config.decay else 1.0
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * progress
        rows = torch.randperm(len(self.cache))[: config.images_per_iteration].tolist()
        with precision(self.network.device):
            losses = self._losses(rows)
        values = {name: float(loss.detach()) for name, loss in losses.items()}
        trained = [loss for name, loss in losses.items() if self.running.get(name, 1.0) >= config.thresholds[name]]
        for name, value in values.items():
            self.running[name] = _SMOOTHING * self.running.get(name, max(value, 1.0)) + (1 - _SMOOTHING) * value
        if any(loss.requires_grad for loss in trained):  # not where a frame has nothing to learn masks from
            self.optimizer.zero_grad(set_to_none=True)
            torch.stack(trained).sum().backward()
            self.optimizer.step()
        return values

    def _losses(self, rows: list[int]) -> dict[str, Tensor]:
        network, config, batch = self.network, self.config, self.cache.batch(rows)
        features, objects = batch.features, batch.objects
        losses: dict[str, Tensor] = {}
        proposals = batch.proposals
        if config.tune_proposals:
            raw = network.propose(features)
            proposals = network.proposal_head.choose(raw, (features.images.shape[-2], features.images.shape[-1]))
            parts = proposal_losses(raw, anchor_targets(raw.anchors, objects), objects, network.proposal_head.coder)
            losses["proposal"] = parts["objectness"] + parts["anchor"]
        sampled = sample_rois(proposals, objects, config.rois_per_image, config.positive_fraction, config.roi_jitter)
        predictions = network.describe(features, sampled.rois, config.stop_id_gradient)
        losses["id"] = focal_loss(predictions.id_logits, sampled.slots)
        positive = sampled.slots > 0
        outputs = sampled.slots.clamp(min=1)
        deltas = predictions.box_deltas[torch.arange(len(outputs), device=outputs.device), outputs]
        losses["box"] = box_loss(deltas, sampled.rois[:, 1:], sampled.boxes, positive, network.box_coder)

        rois, slots = mask_rois(objects, config.masks_per_image) if config.masks_per_image else positive_rois(sampled)
        maps = rois[:, 0].long() * objects.present.shape[1] + slots - 1
        found = network.segment(features, rois, slots, self._cues(batch), maps)
        targets, known = crop_targets(objects, rois, slots, found.logits.shape[-1])
        masks = mask_losses(found.logits, targets, known)
        losses["mask"] = masks["mask"] + config.dice_weight * masks["dice"]
        return losses

    def _cues(self, batch: CachedBatch) -> Cues | None:
        """Doubtful previous masks of all objects, and their matches."""
        if batch.matches is None:
            return None
        objects, config = batch.objects, self.config
        slots = objects.present.shape[1]
        there = objects.present.flatten()
        size = (batch.features.images.shape[-2], batch.features.images.shape[-1])
        masks, boxes = objects.masks.flatten(0, 1), objects.boxes.flatten(0, 1)
        own = doubtful_previous(masks, boxes, there, size, config.cue_strength, config.cue_dropped)
        return Cues(with_others(own, slots), match_cues(*batch.matches, config.cue_dropped))

    def _start_ids(self, fresh: Collection[int] | None) -> Generator[int, None, None]:
        """Class means of unit id features as the `fresh` rows of the id layer: its closed-form start."""
        head = self.network.instance_head
        if head.embed is None:
            return
        outputs = head.id_layer.layer.out_features
        sums = torch.zeros(outputs, head.id_layer.layer.in_features, device=self.network.device)
        batches = [self.cache.batch([row]) for row in range(len(self.cache))]
        torch.manual_seed(self.config.seed)
        jitter = self.config.roi_jitter
        samples = [sample_rois(batch.proposals, batch.objects, 64, 0.5, jitter) for batch in batches]
        for batch, sampled in zip(batches, samples, strict=True):
            with torch.no_grad():
                seen = self.network.describe(batch.features, sampled.rois).id_features.float()
                sums.index_add_(0, sampled.slots, seen)
            yield len(self.cache)
        rows = sorted(range(outputs) if fresh is None else fresh)
        means = torch.nn.functional.normalize(sums[rows], dim=1, eps=1e-6)
        with torch.no_grad():
            head.id_layer.layer.weight[rows] = means * head.scale
            head.id_layer.layer.bias[rows] = 0.0
