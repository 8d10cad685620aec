"""Clips unrolled with a memory that is told the labels (beyond the paper), the network's own ones carried along.

A clip is its annotated frame, on which the memory is rested; frames without gradients, so that the state and the
masks have every age; and the last frames, from which it learns. What lies before the memory is frozen.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from lipcore.augment.batch import ClipBatch
from lipcore.flow import backward_flow, grey
from lipcore.learning.cue_noise import doubtful_previous, match_cues, with_others
from lipcore.learning.recipe import LossConfig
from lipcore.learning.targets import Objects, mask_rois, objects_of_labels
from lipcore.model.matching import Keys, Reference
from lipcore.model.memory.told import Teller, moved
from lipcore.model.network import Appearance, Cues, Features, LipNetwork, State
from lipcore.model.paste import paste_masks

OBJECT_SLOTS = 8  # objects of a training clip at most


def unroll_told(network: LipNetwork, batch: ClipBatch, config: LossConfig) -> tuple[Features, ClipBatch]:
    """The annotated frames and the last `config.taught_frames` of clips, clip by clip, and the clips of these alone.

    Heads never see the state that rests on the annotated frame, which was told everything: they see that frame as if it
    came next, with its mask made doubtful. Later frames are told masks that the network made of the frame before.
    """
    clip = _Clip(network, batch, config)
    length = batch.labels.shape[1]
    taught = range(length - min(config.taught_frames or length, length - 1), length)
    learns = torch.is_grad_enabled()
    state, masks = clip.rested(), clip.doubtful_first()
    outputs = [network.recur(clip.levels(0), state, clip.told(masks, clip.matches(0)))[0]]
    for time in range(1, length):
        flow, matches = clip.flow(time), clip.matches(time)
        if time not in taught or (time - taught.start) % config.truncation == 0:
            state = state.detached()
        with torch.set_grad_enabled(learns and time in taught):
            carried = moved(masks, flow, 1)
            levels, state = network.recur(clip.levels(time), state.moved(flow), clip.told(carried, matches))
        masks = clip.own_masks(time, levels, carried, matches)
        if time in taught:
            outputs.append(levels)
    return clip.kept([0, *taught], outputs)


class _Clip:
    """B clips of T frames with all that does not depend on the memory."""

    @torch.no_grad()
    def __init__(self, network: LipNetwork, batch: ClipBatch, config: LossConfig) -> None:
        self._network, self._batch, self._config = network, batch, config
        self._clips, self._length = batch.labels.shape[:2]
        flat = batch.labels.flatten(0, 1)
        self._appearance = network.encode(batch.images.flatten(0, 1).float() / 255)
        partly = batch.unlabelled_objects.repeat_interleave(self._length)
        self._objects = objects_of_labels(flat, partly, OBJECT_SLOTS, config.box_widening)
        self._teller = Teller.drawn(self._clips, OBJECT_SLOTS, network.config.memory_told, flat.device)
        pixels = batch.images.permute(0, 1, 3, 4, 2).cpu().numpy()
        self._greys = [[grey(picture) for picture in clip] for clip in pixels]
        self._references: list[Reference] = []
        if network.config.matching:
            first = [self._seen(clip, 0) for clip in range(self._clips)]
            self._references = [
                network.reference(seen, batch.labels[clip, :1], OBJECT_SLOTS) for clip, seen in enumerate(first)
            ]

    def levels(self, time: int) -> list[Tensor]:
        """Pyramid levels (B, C, h, w) of a frame, before the memory."""
        return [level[time :: self._length] for level in self._appearance.levels]

    def flow(self, time: int) -> Tensor:
        """Backward flow (B, H, W, 2) of a frame in pixels."""
        flows = [torch.from_numpy(backward_flow(greys[time], greys[time - 1])) for greys in self._greys]
        return torch.stack(flows).to(self._batch.labels.device)

    @torch.no_grad()
    def rested(self) -> State:
        """The state after the annotated frame."""
        return self._network.recur(self.levels(0), None, self._teller.painted(self._batch.labels[:, 0]))[1]

    def doubtful_first(self) -> Tensor:
        """The masks (B, G, H, W) of the annotated frame, made doubtful."""
        first = self._at(0)
        size = (first.masks.shape[-2], first.masks.shape[-1])
        masks, boxes, there = first.masks.flatten(0, 1), first.boxes.flatten(0, 1), first.present.flatten()
        strength, dropped = self._config.cue_strength, self._config.cue_dropped
        doubtful: Tensor = doubtful_previous(masks, boxes, there, size, strength, dropped)[:, 0]
        return doubtful.view(first.masks.shape)

    @torch.no_grad()
    def matches(self, time: int) -> Tensor | None:
        """Shares (B, 1 + G, h, w) by the annotated frame, as in use."""
        found = [
            self._network.match_quickly(self._seen(clip, time), reference)
            for clip, reference in enumerate(self._references)
        ]
        return torch.cat(found) if found else None

    def told(self, carried: Tensor, matches: Tensor | None) -> Tensor:
        """What the memory is told of a frame, with the masks (B, G, H, W) carried to it."""
        return self._teller.carried(carried, matches)

    @torch.no_grad()
    def own_masks(self, time: int, levels: list[Tensor], carried: Tensor, matches: Tensor | None) -> Tensor:
        """Masks (B, G, H, W) that the network makes of a frame, in RoIs about the true boxes."""
        objects = self._at(time)
        rois, slots = mask_rois(objects, OBJECT_SLOTS)
        image, row = rois[:, 0].long(), slots - 1
        if matches is None:
            matches = carried.new_zeros((self._clips, 1 + OBJECT_SLOTS, *levels[1].shape[-2:]))
        previous = with_others(carried.flatten(0, 1)[:, None], OBJECT_SLOTS)
        cues = Cues(previous, match_cues(matches, torch.zeros_like(matches), 0.0))
        images = self._batch.images[:, time].float() / 255
        features = Features(images, self._appearance, levels)
        outputs = self._batch.classes[:, 1 : OBJECT_SLOTS + 1][image, row].clamp(min=1)
        found = self._network.segment(features, rois, outputs, cues, image * OBJECT_SLOTS + row)
        masks = torch.zeros_like(carried)
        masks[image, row] = paste_masks(
            found.logits.float().sigmoid(), rois[:, 1:], (carried.shape[-2], carried.shape[-1])
        )
        return masks

    def kept(self, times: list[int], outputs: list[list[Tensor]]) -> tuple[Features, ClipBatch]:
        """The frames `times` of all clips, of which `outputs` are the levels after the memory."""
        batch = self._batch
        rows = (
            torch.arange(self._clips * self._length, device=batch.labels.device)
            .view(self._clips, -1)[:, times]
            .flatten()
        )
        keys = self._appearance.keys
        appearance = Appearance(
            [level[rows] for level in self._appearance.levels],
            Keys(keys.values[rows], keys.size) if keys is not None else None,
        )
        images, labels = batch.images[:, times], batch.labels[:, times]
        together = [torch.stack(level, dim=1).flatten(0, 1) for level in zip(*outputs, strict=True)]
        features = Features(images.flatten(0, 1).float() / 255, appearance, together)
        return features, replace(batch, images=images, labels=labels)

    def _seen(self, clip: int, time: int) -> Appearance:
        keys = self._appearance.keys
        assert keys is not None
        row = clip * self._length + time
        return Appearance([], Keys(keys.values[row : row + 1], keys.size))

    def _at(self, time: int) -> Objects:
        return Objects(*(part[time :: self._length] for part in self._objects))
