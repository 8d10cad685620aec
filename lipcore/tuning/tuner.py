"""Online fine-tuning of the heads on annotated frames (paper, section 4.2).

Backbone and memory are frozen, so they are run once: the features of every annotated frame and of its augmented
copies are kept, and each iteration trains the heads on a few of them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from lipcore.device import memory_advice, precision
from lipcore.errors import LipError
from lipcore.learning.cue_noise import doubtful_previous, match_cues, with_others
from lipcore.learning.losses import box_loss, focal_loss, mask_losses, proposal_losses
from lipcore.learning.steps import TuneStep
from lipcore.learning.targets import anchor_targets, crop_targets, mask_rois, positive_rois, sample_rois
from lipcore.model import Cues, LipNetwork
from lipcore.model.specialise import TUNED_PARTS
from lipcore.tuning.feature_cache import CachedBatch, Example, FeatureCache, build_cache, cache_size

_SMOOTHING = 0.9  # of the running losses that decide about stopping


@dataclass(frozen=True)
class TuneConfig:
    """Budget and rules of fine-tuning; the defaults are the paper's rules."""

    iterations: int = 1000
    augmented_clips: int = 0  # beyond the paper: augmented copies of the annotated frames, in all
    static_memory: bool = False  # see every frame through a zero memory input, as propagation will
    clip_frames: int = 3  # frames of an augmented clip; later ones carry a non-zero memory
    images_per_iteration: int = 1
    rois_per_image: int = 128
    positive_fraction: float = 0.25  # of these that lie on objects, at most
    roi_jitter: tuple[float, ...] = (0.0,)  # true boxes join the proposals, moved by these fractions of their sides
    masks_per_image: int = 0  # masks are learnt in jittered true boxes, so many at most; 0 for the positive RoIs
    dice_weight: float = 0.0
    optimizer: str = "sgd"  # or adamw
    learning_rate: float = 0.002
    decay: bool = False  # of the learning rate to a tenth, after a warm-up of ten iterations
    id_rate_factor: float = 1.0  # of the new id layer's learning rate
    tune_proposals: bool = True  # RoIs are proposals of the network being tuned, else of the network before
    stop_id_gradient: bool = True  # ids train the last layer of the id head alone
    fast_id_start: bool = False  # beyond the paper: the id layer starts from class means
    cue_strength: float = 1.0
    cue_dropped: float = 0.25
    # a head whose smoothed loss is under its threshold is ignored; when all are, tuning stops
    thresholds: Mapping[str, float] = field(
        default_factory=lambda: {"proposal": 0.02, "id": 0.002, "box": 0.01, "mask": 0.04}
    )
    seed: int = 0


_SMALL = TuneConfig(
    static_memory=True,  # as propagation's preset has it
    images_per_iteration=4,
    rois_per_image=16,
    positive_fraction=0.5,
    roi_jitter=(0.0, 0.1, 0.2),
    masks_per_image=16,
    dice_weight=0.5,
    optimizer="adamw",
    decay=True,
    id_rate_factor=10.0,
    tune_proposals=False,
    fast_id_start=True,
    stop_id_gradient=False,
    learning_rate=2.5e-3,
)
QUALITIES: dict[str, TuneConfig] = {
    "fast": replace(_SMALL, iterations=20, augmented_clips=4),
    "balanced": replace(_SMALL, iterations=40, augmented_clips=8),
    "best": replace(_SMALL, iterations=120, augmented_clips=20),
}


def tune_config(preset: str, quality: str) -> TuneConfig:
    """Budget of `quality` (fast, balanced, best) for a preset; the paper's preset keeps the paper's rules."""
    if quality not in QUALITIES:
        raise LipError(f"There is no quality {quality}; choose one of {', '.join(QUALITIES)}.")
    if preset == "small":
        return QUALITIES[quality]
    return TuneConfig(iterations={"fast": 100, "balanced": 300, "best": 1000}[quality])


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
        frame, objects = batch.frame, batch.objects
        losses: dict[str, Tensor] = {}
        proposals = batch.proposals
        if config.tune_proposals:
            raw = network.propose(frame)
            proposals = network.proposal_head.choose(raw, (frame.images.shape[-2], frame.images.shape[-1]))
            parts = proposal_losses(raw, anchor_targets(raw.anchors, objects), objects, network.proposal_head.coder)
            losses["proposal"] = parts["objectness"] + parts["anchor"]
        sampled = sample_rois(proposals, objects, config.rois_per_image, config.positive_fraction, config.roi_jitter)
        predictions = network.describe(frame, sampled.rois, config.stop_id_gradient)
        losses["id"] = focal_loss(predictions.id_logits, sampled.slots + 1)
        positive = sampled.slots >= 0
        outputs = (sampled.slots + 1).clamp(min=1)
        deltas = predictions.box_deltas[torch.arange(len(outputs), device=outputs.device), outputs]
        losses["box"] = box_loss(deltas, sampled.rois[:, 1:], sampled.boxes, positive, network.box_coder)

        rois, slots = mask_rois(objects, config.masks_per_image) if config.masks_per_image else positive_rois(sampled)
        maps = rois[:, 0].long() * objects.present.shape[1] + slots
        found = network.segment(frame, rois, slots + 1, self._cues(batch), maps)
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
        size = (batch.frame.images.shape[-2], batch.frame.images.shape[-1])
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
                features = self.network.describe(batch.frame, sampled.rois).id_features.float()
                sums.index_add_(0, sampled.slots + 1, features)
            yield len(self.cache)
        rows = sorted(range(outputs) if fresh is None else fresh)
        means = torch.nn.functional.normalize(sums[rows], dim=1, eps=1e-6)
        with torch.no_grad():
            head.id_layer.layer.weight[rows] = means * head.scale
            head.id_layer.layer.bias[rows] = 0.0
