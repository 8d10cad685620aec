"""LipNetwork: a Mask R-CNN with a Conv-GRU memory between backbone and heads (paper, section 3 and figure 2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models.detection._utils import BoxCoder

from lipcore.model.backbone import PYRAMID_STRIDES, SIZE_DIVISOR, Backbone
from lipcore.model.heads import InstanceHead, MaskHead, QualityHead, RoiPredictions
from lipcore.model.matching import MATCH_STRIDE, Keys, Matcher, Reference, label_shares
from lipcore.model.memory.convgru import Memory
from lipcore.model.memory.told import moved
from lipcore.model.proposals import ProposalConfig, ProposalHead, RawProposals
from lipcore.model.roi import RoiPool, crop_maps

BOX_SIDE = 7  # cells per side of the RoI features for box and id
PREVIOUS_CHANNELS = 2  # of a cue: the object's last mask, and those of all others
RESTS = 6  # times that a memory which is told the labels sees the annotated frame before it starts
MATCH_CHANNELS = 4  # of a cue: own and others' share, by annotated frames and by the frame before


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes and switches of a LipNetwork; the defaults are the paper's."""

    preset: str = "paper"
    trunk: str = "resnet101"  # of the backbone
    channels: int = 256  # of every pyramid level and hidden state
    frozen_batch_norm: bool = False  # torchvision's pretrained layout instead of group normalisation
    memory_levels: int = 5  # of the pyramid that have a Conv-GRU, the coarsest first
    memory_bypass: bool = False  # features pass by the memory at first
    memory_told: int = 0  # beyond the paper: dimensions of the identities that the memory is told, 0 for none
    shorter_side: int = 480  # pixels the input is resized to
    longer_side: int = 1333  # at most
    proposals: ProposalConfig = field(default_factory=ProposalConfig)
    canonical_side: int = 224  # box side that is read from the third level
    aligned_rois: bool = True
    trunk_convolutions: int = 0  # of the box and id head
    trunk_linears: int = 2
    trunk_width: int = 1024
    embedding: int = 0  # > 0: ids are told apart by unit vectors of so many dimensions
    mask_side: int = 28  # cells per side of the RoI features for masks
    mask_convolutions: int = 4
    mask_width: int = 256
    mask_cue: bool = False  # beyond the paper: colours and previous masks enter the mask head
    matching: int = 0  # beyond the paper: dimensions of the keys of matching, 0 for none
    edge_channels: int = 0  # beyond the paper: channels of the edge stage, 0 for none
    quality_channels: int = 0  # beyond the paper: channels of the head that predicts the masks' IoU, 0 for none
    id_outputs: int = 81  # background and 80 classes of COCO, or background and the objects of a video
    instance_outputs: int = 2  # background and foreground while boxes and masks are class-agnostic


class State(NamedTuple):
    """Hidden state of the memory after a frame; a value: pass it in, get the next one back."""

    hidden: tuple[Tensor, ...]  # per level with a Conv-GRU, (B, C, h, w) in (-1, 1)

    def detached(self) -> State:
        """The same values, cut off from the frames before (truncated back-propagation)."""
        return State(tuple(level.detach() for level in self.hidden))

    def moved(self, flow: Tensor) -> State:
        """The state where things are in the next frame, by its backward `flow` (B, H, W, 2) in pixels of the image."""
        strides = PYRAMID_STRIDES[len(PYRAMID_STRIDES) - len(self.hidden) :]
        return State(tuple(moved(level, flow, stride) for level, stride in zip(self.hidden, strides, strict=True)))


class Appearance(NamedTuple):
    """What B images look like, before the memory."""

    levels: list[Tensor]  # five pyramid levels (B, C, h, w)
    keys: Keys | None  # for matching, where the network has it


class Features(NamedTuple):
    """One frame of B clips as the heads see it, or any other B pictures."""

    images: Tensor  # (B, 3, H, W) in [0, 1]
    appearance: Appearance
    levels: list[Tensor]  # five, after memory and path augmentation, (B, C, h, w)


class Cues(NamedTuple):
    """What is known of an object before its mask is predicted; M maps, RoIs name theirs by index."""

    previous: Tensor  # (M, 2, H, W) in [0, 1]: last mask of the object, and of all others; zeros if unknown
    matches: Tensor  # (M, 4, h, w) in [0, 1] at stride 8: MATCH_CHANNELS; zeros if unknown

    @staticmethod
    def of(masks: Tensor, annotated: Tensor | None, before: Tensor | None, rows: Tensor) -> Cues:
        """Cues of the objects `rows` (S,) of one image, slots less one.

        `masks` (K, H, W) of the frame before; shares of labels (1 + K, h, w) by `annotated` frames and by the frame
        `before`, None where nothing is known.
        """
        every = masks.sum(dim=0, keepdim=True)
        own = masks[rows]
        previous = torch.stack((own, (every - own).clamp(0, 1)), dim=1)
        grid = [-(-side // SIZE_DIVISOR) * SIZE_DIVISOR // MATCH_STRIDE for side in masks.shape[-2:]]
        parts = [
            masks.new_zeros((len(rows), 2, *grid)) if s is None else own_and_others(s)[rows]
            for s in (annotated, before)
        ]
        return Cues(previous, torch.cat(parts, dim=1))


def own_and_others(shares: Tensor) -> Tensor:
    """Share of every object and of all others (K, 2, h, w), of shares of labels (1 + K, h, w)."""
    own = shares[1:]
    return torch.stack((own, own.sum(dim=0, keepdim=True) - own), dim=1)


class MaskInputs(NamedTuple):
    """What the mask head sees of R RoIs, S cells per side."""

    features: Tensor  # (R, C, S, S)
    cues: Tensor | None  # (R, channels, S, S)
    details: Tensor | None  # (R, 5, 4 S, 4 S): colours, the object's last mask, those of all others


class Masks(NamedTuple):
    """Masks of R RoIs."""

    logits: Tensor  # (R, 2 S, 2 S), or (R, 4 S, 4 S) with the edge stage
    quality: Tensor | None  # (R,) logits of the IoU of each mask with its object, as the network expects it


class LipNetwork(nn.Module):
    """Predicts; never sees targets. `encode`, `recur`, `propose`, `describe` and `segment` are the parts of a step."""

    def __init__(
        self,
        config: NetworkConfig,
        *,
        backbone: Backbone,
        memory: Memory,
        proposal_head: ProposalHead,
        instance_head: InstanceHead,
        mask_head: MaskHead,
        quality_head: QualityHead | None,
        matcher: Matcher | None,
        pool: RoiPool,
    ) -> None:
        super().__init__()
        self.config = config
        self.backbone, self.memory, self.proposal_head = backbone, memory, proposal_head
        self.instance_head, self.mask_head, self.quality_head = instance_head, mask_head, quality_head
        self.matcher, self.pool = matcher, pool
        self.box_coder = BoxCoder((10.0, 10.0, 5.0, 5.0))

    @property
    def device(self) -> torch.device:
        """The device the network lives on."""
        return self.backbone.mean.device

    def encode(self, images: Tensor) -> Appearance:
        """Appearance of images (B, 3, H, W) float RGB in [0, 1], of any size."""
        pyramid = self.backbone(images)
        keys = self.matcher.keys(pyramid.trunk[1:]) if self.matcher is not None else None
        return Appearance(pyramid.levels, keys)

    def recur(
        self, levels: list[Tensor], state: State | None, told: Tensor | None = None
    ) -> tuple[list[Tensor], State]:
        """Advance the memory by one frame of pyramid levels; the state before a clip is None (zeros).

        `told` (B, 1 + D, h, w) are identity maps, for a memory that is told the labels: then a clip starts from an
        annotated frame, which is seen until the state rests.
        """
        hidden = self.memory.recur(levels, state.hidden if state is not None else None, told)
        for _ in range(RESTS - 1 if state is None and told is not None else 0):
            hidden = self.memory.recur(levels, hidden, told)
        return self.memory.output(levels, hidden), State(hidden)

    def step(
        self, images: Tensor, state: State | None, appearance: Appearance | None = None, told: Tensor | None = None
    ) -> tuple[Features, State]:
        """Advance one frame: images (B, 3, H, W) in [0, 1]; no result depends on anything but image, state and `told`.

        `appearance` is what `encode` gives for the images, if that is known already; `told` as for `recur`.
        """
        appearance = self.encode(images) if appearance is None else appearance
        levels, state = self.recur(appearance.levels, state, told)
        return Features(images, appearance, levels), state

    def propose(self, features: Features) -> RawProposals:
        """Scores and offsets of all anchors; `proposal_head.choose` turns them into boxes."""
        padded = tuple(side + -side % SIZE_DIVISOR for side in features.images.shape[-2:])
        raw: RawProposals = self.proposal_head(features.levels, padded)
        return raw

    def roi_features(self, features: Features, rois: Tensor, side: int) -> Tensor:
        """Features (R, C, side, side) of RoIs (R, 5): image index in the batch, x1 y1 x2 y2 in pixels."""
        return self.pool(features.levels, rois, side)

    def describe(self, features: Features, rois: Tensor, stop_id_gradient: bool = False) -> RoiPredictions:
        """Ids and box offsets of RoIs (R, 5); `stop_id_gradient` lets ids train the last layer alone."""
        predictions: RoiPredictions = self.instance_head(self.roi_features(features, rois, BOX_SIDE), stop_id_gradient)
        return predictions

    def instance_output(self, ids: Tensor) -> Tensor:
        """Output of the box and mask layers for each id (R,): foreground while they are class-agnostic."""
        return ids.clamp(max=self.config.instance_outputs - 1)

    def mask_inputs(self, features: Features, rois: Tensor, cues: Cues | None, maps: Tensor | None) -> MaskInputs:
        """What the mask head sees of RoIs (R, 5); RoI r belongs to map `maps[r]` of `cues`."""
        side = self.config.mask_side
        inside = self.roi_features(features, rois, side)
        if not (self.config.mask_cue or self.config.matching or self.config.edge_channels):
            return MaskInputs(inside, None, None)
        colours = crop_maps(features.images, rois, 4 * side)
        if cues is None or maps is None:
            previous = colours.new_zeros((len(rois), PREVIOUS_CHANNELS, 4 * side, 4 * side))
            matches = colours.new_zeros((len(rois), MATCH_CHANNELS, side, side))
        else:
            map_rois = torch.cat((maps[:, None].to(rois.dtype), rois[:, 1:]), dim=1)
            previous = crop_maps(cues.previous, map_rois, 4 * side)
            map_rois = torch.cat((map_rois[:, :1], map_rois[:, 1:] / MATCH_STRIDE), dim=1)
            matches = crop_maps(cues.matches, map_rois, side)
        details = torch.cat((colours, previous), dim=1)
        parts = [F.pixel_unshuffle(details, 4)] if self.config.mask_cue else []
        parts += [matches] if self.config.matching else []
        return MaskInputs(inside, torch.cat(parts, dim=1) if parts else None, details)

    def segment(
        self,
        features: Features,
        rois: Tensor,
        ids: Tensor,
        cues: Cues | None = None,
        maps: Tensor | None = None,
        rated: bool = True,
    ) -> Masks:
        """Masks inside the RoIs (R, 5) for the ids (R,); without their quality unless `rated`."""
        if not len(rois):  # some of torch's operators cannot do without rows
            side = self.config.mask_side * (4 if self.config.edge_channels else 2)
            return Masks(torch.zeros((0, side, side), device=rois.device), None)
        inputs = self.mask_inputs(features, rois, cues, maps)
        logits: Tensor = self.mask_head(inputs.features, self.instance_output(ids), inputs.cues, inputs.details)
        quality = None
        if self.quality_head is not None and rated:
            quality = self.quality_head(inputs.features, inputs.cues, logits.detach())
        return Masks(logits, quality)

    def reference(self, appearance: Appearance, labels: Tensor, count: int) -> Reference:
        """Reference made of annotated frames: appearance of B of them, labels (B, H, W) with ids 0..count or 255."""
        keys = _keys_of(appearance)
        height, width = labels.shape[-2:]
        padded = F.pad(labels, (0, -width % SIZE_DIVISOR, 0, -height % SIZE_DIVISOR), value=255)
        return Reference(keys.values, label_shares(padded, count, keys.size))

    def match(self, appearance: Appearance, reference: Reference) -> Tensor:
        """Share of each label (B, 1 + K, h, w) in [0, 1] at stride 8, read from all cells of `reference`."""
        assert self.matcher is not None
        shares: Tensor = self.matcher(_keys_of(appearance), reference)
        return shares

    def match_quickly(self, appearance: Appearance, reference: Reference) -> Tensor:
        """The same for one image, cell by cell only where labels meet."""
        assert self.matcher is not None
        return self.matcher.quickly(_keys_of(appearance), reference)

    def match_near(self, appearance: Appearance, before: Reference) -> Tensor:
        """The same, read from the frame before within a small window."""
        assert self.matcher is not None
        return self.matcher.near(_keys_of(appearance), before)


def _keys_of(appearance: Appearance) -> Keys:
    if appearance.keys is None:
        raise ValueError("this network has no matching")
    return appearance.keys
