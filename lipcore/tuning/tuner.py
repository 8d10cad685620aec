"""Online fine-tuning of the heads on annotated frames (paper, section 4.2).

Backbone and memory are frozen, so they are run once: the features of every annotated frame and of its augmented
copies are kept, and each iteration trains the heads on a few of them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from lipcore.errors import LipError
from lipcore.learning.cue_noise import doubtful_previous, match_cues, with_others
from lipcore.learning.losses import box_loss, focal_loss, mask_losses, proposal_losses
from lipcore.learning.reports import TuneReport
from lipcore.learning.targets import RoiTargets, anchor_targets, crop_targets, mask_rois, positive_rois, sample_rois
from lipcore.machine.device import memory_advice, precision
from lipcore.machine.process_memory import give_back
from lipcore.model import Cues, LipNetwork
from lipcore.model.specialise import TUNED_PARTS
from lipcore.tuning.config import TuneConfig
from lipcore.tuning.feature_cache import CachedBatch, Example, FeatureCache, build_cache, cache_size
from lipcore.tuning.optimizers import AdamW, Optimizer, Sgd

_MASKS = 4  # that a CPU learns from at once
_SMOOTHING = 0.9  # of the running losses that decide about stopping


def fine_tune(
    network: LipNetwork, examples: Sequence[Example], config: TuneConfig, fresh: Collection[int] | None = None
) -> Iterator[TuneReport]:
    """Adapt the heads of a specialised network in place; yields after every optimiser step, and before the first one
    while the frames to learn from are prepared: until then, the network is as it was but for `fresh` outputs.

    `fresh` names the outputs of the id layer that are new, background being 0, so that they may be given their
    closed-form start; None says all. LipError without examples or without memory.
    """
    if not examples:
        raise LipError("There is nothing to tune on: paint the objects on at least one frame first.")
    if len(examples) > 1:
        config = replace(config, iterations=config.iterations * config.several_frames_factor)
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
        yield TuneReport(0, config.iterations, math.nan, {}, time.perf_counter() - started, prepared, frames)
    for number in range(1, config.iterations + 1):
        with memory_advice(device):
            losses = tuner.advance(number)
        total = sum(losses.values())
        if not np.isfinite(total):
            raise LipError("Tuning diverged: the loss is not finite. Undo the tuning and try again.")
        finished = tuner.finished
        last = number if finished else config.iterations
        yield TuneReport(number, last, total, losses, time.perf_counter() - started, frames, frames)
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
        self.groups = ((old, config.learning_rate), (new, config.learning_rate * config.id_rate_factor))
        self.optimizer: Optimizer = AdamW() if config.optimizer == "adamw" else Sgd()
        self.running: dict[str, float] = {}

    def prepare(self, examples: Sequence[Example], fresh: Collection[int] | None) -> Generator[int, None, None]:
        """Fill the cache and start the `fresh` ids; yields often how many frames are in the cache."""
        config = self.config
        self.cache = yield from build_cache(
            self.network, examples, config.augmented_clips, config.clip_frames, config.seed, config.static_memory
        )
        if config.fast_id_start and (fresh is None or fresh):
            yield from self._start_ids(fresh)
        give_back()

    @property
    def finished(self) -> bool:
        """Whether every head's loss is under its threshold."""
        return all(value < self.config.thresholds[name] for name, value in self.running.items())

    def advance(self, number: int) -> dict[str, float]:
        """One optimiser step; gives the loss of every head that is trained."""
        torch.manual_seed(self.config.seed * 1_000_003 + number)
        config = self.config
        progress = min(1.0, number / 10) * (1.0 - 0.9 * number / config.iterations) if config.decay else 1.0
        rows = torch.randperm(len(self.cache))[: config.images_per_iteration].tolist()
        batch = self.cache.batch(rows)
        learning = {name for name, least in config.thresholds.items() if self.running.get(name, 1.0) >= least}
        self.network.zero_grad(set_to_none=True)
        with precision(self.network.device):
            losses, sampled = self._box_losses(batch)
        values = {name: float(loss.detach()) for name, loss in losses.items()}
        learnt = [loss for name, loss in losses.items() if name in learning]
        if learnt:
            torch.stack(learnt).sum().backward()
        values["mask"] = self._learn_masks(batch, sampled, "mask" in learning)
        for name, value in values.items():
            self.running[name] = _SMOOTHING * self.running.get(name, max(value, 1.0)) + (1 - _SMOOTHING) * value
        for parameters, rate in self.groups:
            self.optimizer.step(parameters, rate * progress)
        return values

    def _box_losses(self, batch: CachedBatch) -> tuple[dict[str, Tensor], RoiTargets]:
        """Losses of every head but that of the masks, and the RoIs they learnt from."""
        network, config = self.network, self.config
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
        return losses, sampled

    def _learn_masks(self, batch: CachedBatch, sampled: RoiTargets, learning: bool) -> float:
        """The loss of the mask head; its gradients too if it is `learning`.

        On a CPU a few masks at once, whose intermediate results stay small: the gradients add up to the same.
        """
        network, config, objects = self.network, self.config, batch.objects
        rois, slots = mask_rois(objects, config.masks_per_image) if config.masks_per_image else positive_rois(sampled)
        with precision(network.device):
            cues = self._cues(batch)
        value, together = 0.0, _MASKS if network.device.type == "cpu" else max(len(rois), 1)
        for some, ids in zip(rois.split(together), slots.split(together), strict=True):
            maps = some[:, 0].long() * objects.present.shape[1] + ids - 1
            with precision(network.device):
                logits = network.segment(batch.features, some, ids, cues, maps, rated=False).logits
                found = mask_losses(logits, *crop_targets(objects, some, ids, logits.shape[-1]))
                loss = (found["mask"] + config.dice_weight * found["dice"]) * (len(some) / max(len(rois), 1))
            value += float(loss.detach())
            if learning and loss.requires_grad:  # not where a frame has nothing to learn masks from
                loss.backward()
        return value

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
        torch.manual_seed(self.config.seed)
        samples = [self.cache.rois(row, 64, self.config.roi_jitter) for row in range(len(self.cache))]
        for row, sampled in enumerate(samples):
            with torch.no_grad():
                seen = self.network.describe(self.cache.batch([row]).features, sampled.rois).id_features.float()
                sums.index_add_(0, sampled.slots, seen)
            yield len(self.cache)
        rows = sorted(range(outputs) if fresh is None else fresh)
        means = torch.nn.functional.normalize(sums[rows], dim=1, eps=1e-6)
        with torch.no_grad():
            head.id_layer.layer.weight[rows] = means * head.scale
            head.id_layer.layer.bias[rows] = 0.0
