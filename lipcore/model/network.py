"""LipNetwork: a Mask R-CNN with a Conv-GRU memory between backbone and heads (paper, section 3 and figure 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models.detection._utils import BoxCoder

from lipcore.model.backbone import SIZE_DIVISOR, Backbone
from lipcore.model.boxes import clip_boxes
from lipcore.model.convgru import Memory
from lipcore.model.heads import InstanceHead, MaskHead, RoiPredictions
from lipcore.model.matching import Matcher, Reference, label_shares
from lipcore.model.proposals import ProposalConfig, ProposalHead, RawProposals
from lipcore.model.roi import RoiPool, crop_maps

MATCH_LEVEL = 1  # pyramid level of stride 8, where cells are matched with annotated frames
BOX_SIDE = 7  # cells per side of the RoI features for box and id


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes and switches of a LipNetwork; the defaults are the paper's."""

    preset: str = "paper"
    depth: int = 101  # of the ResNet
    channels: int = 256  # of every pyramid level and hidden state
    frozen_batch_norm: bool = False  # torchvision's pretrained layout instead of group normalisation
    memory_bypass: bool = False  # features pass by the memory at first
    shorter_side: int = 480  # pixels the input is resized to
    longer_side: int = 1333  # at most
    proposals: ProposalConfig = field(default_factory=ProposalConfig)
    canonical_side: int = 224  # box side that is read from the third level
    aligned_rois: bool = True
    trunk_convolutions: int = 0
    trunk_linears: int = 2
    trunk_width: int = 1024
    embedding: int = 0  # > 0: ids are told apart by unit vectors of so many dimensions
    mask_side: int = 28  # cells per side of the RoI features for masks
    mask_convolutions: int = 4
    mask_width: int = 256
    mask_cue: bool = False  # beyond the paper: colours and the previous mask enter the mask head
    matching: int = 0  # beyond the paper: dimensions of the keys of reference matching, 0 for none
    edge_channels: int = 0  # beyond the paper: channels of the edge stage, 0 for none
    id_outputs: int = 81  # background and 80 classes of COCO, or background and the objects of a video
    instance_outputs: int = 2  # background and foreground while boxes and masks are class-agnostic


class State(NamedTuple):
    """Hidden state of the memory after a frame; a value: pass it in, get the next one back."""

    hidden: tuple[Tensor, ...]  # per level, (B, C, h, w) in (-1, 1)

    def detached(self) -> State:
        """The same values, cut off from the frames before (truncated back-propagation)."""
        return State(tuple(level.detach() for level in self.hidden))


class Frame(NamedTuple):
    """One time step of B clips as the heads see it."""

    images: Tensor  # (B, 3, H, W) in [0, 1]
    appearance: list[Tensor]  # five levels before the memory, (B, C, h, w)
    features: list[Tensor]  # five levels after memory and path augmentation, (B, C, h, w)


class Cues(NamedTuple):
    """What is known of an object before its mask is predicted; M maps, RoIs name theirs by index."""

    previous: Tensor  # (M, 1, H, W) in [0, 1]: the object's last mask, zeros if unknown
    matches: Tensor  # (M, 2, h, w) in [0, 1] at stride 8: share of the object and of all others; zeros if unknown


class LipNetwork(nn.Module):
    """Predicts; never sees targets. `encode`, `recur`, `propose`, `describe` and `segment` are the parts of a step."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        channels, levels = config.channels, len(config.proposals.anchor_sizes)
        self.backbone = Backbone(config.depth, channels, config.frozen_batch_norm)
        self.memory = Memory(channels, levels, config.memory_bypass)
        self.proposal_head = ProposalHead(channels, config.proposals)
        self.instance_head = InstanceHead(
            channels,
            BOX_SIDE,
            config.trunk_convolutions,
            config.trunk_linears,
            config.trunk_width,
            config.embedding,
            config.id_outputs,
            config.instance_outputs,
        )
        cue_channels = (4 * 16 if config.mask_cue else 0) + (2 if config.matching else 0)
        self.mask_head = MaskHead(
            channels,
            config.mask_convolutions,
            config.mask_width,
            cue_channels,
            config.edge_channels,
            config.instance_outputs,
        )
        self.matcher = Matcher(channels, config.matching) if config.matching else None
        self.box_coder = BoxCoder((10.0, 10.0, 5.0, 5.0))
        self.pool = RoiPool(config.canonical_side, config.aligned_rois)

    @property
    def device(self) -> torch.device:
        """The device the network lives on."""
        return self.backbone.mean.device

    def encode(self, images: Tensor) -> list[Tensor]:
        """Appearance: five pyramid levels of images (B, 3, H, W) float RGB in [0, 1], of any size."""
        levels: list[Tensor] = self.backbone(images)
        return levels

    def recur(self, appearance: Sequence[Tensor], state: State | None) -> tuple[list[Tensor], State]:
        """Advance the memory by one frame; the state before a clip is None (zeros)."""
        hidden = self.memory.recur(appearance, state.hidden if state is not None else None)
        return self.memory.output(appearance, hidden), State(hidden)

    def step(self, images: Tensor, state: State | None) -> tuple[Frame, State]:
        """Advance one frame: images (B, 3, H, W) in [0, 1]; no result depends on anything but image and state."""
        appearance = self.encode(images)
        features, state = self.recur(appearance, state)
        return Frame(images, appearance, features), state

    def propose(self, frame: Frame) -> RawProposals:
        """Scores and offsets of all anchors; `proposal_head.choose` turns them into boxes."""
        padded = tuple(side + -side % SIZE_DIVISOR for side in frame.images.shape[-2:])
        raw: RawProposals = self.proposal_head(frame.features, padded)
        return raw

    def roi_features(self, frame: Frame, rois: Tensor, side: int) -> Tensor:
        """Features (R, C, side, side) of RoIs (R, 5): image index in the batch, x1 y1 x2 y2 in pixels."""
        return self.pool(frame.features, rois, side)

    def describe(self, frame: Frame, rois: Tensor, stop_id_gradient: bool = False) -> RoiPredictions:
        """Ids and box offsets of RoIs (R, 5); `stop_id_gradient` lets ids train the last layer alone."""
        predictions: RoiPredictions = self.instance_head(self.roi_features(frame, rois, BOX_SIDE), stop_id_gradient)
        return predictions

    def decode_boxes(self, deltas: Tensor, rois: Tensor, outputs: Tensor, size: tuple[int, int]) -> Tensor:
        """Boxes (R, 4) clipped to `size` from deltas (R, K, 4) of RoIs (R, 5), taking output `outputs[r]` of each."""
        chosen = deltas[torch.arange(len(deltas), device=deltas.device), self.instance_output(outputs)]
        return clip_boxes(self.box_coder.decode_single(chosen.float(), rois[:, 1:]), *size)

    def instance_output(self, ids: Tensor) -> Tensor:
        """Output of the box and mask layers for each id (R,): foreground while they are class-agnostic."""
        class_agnostic = self.instance_head.box_layer.layer.out_features == 4 * 2
        return ids.clamp(max=1) if class_agnostic else ids

    def mask_inputs(
        self, frame: Frame, rois: Tensor, cues: Cues | None, maps: Tensor | None
    ) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """RoI features, cues and details for `MaskHead`; RoI r belongs to map `maps[r]` of `cues`."""
        side = self.config.mask_side
        features = self.roi_features(frame, rois, side)
        if not (self.config.mask_cue or self.config.matching or self.config.edge_channels):
            return features, None, None
        colours = crop_maps(frame.images, rois, 4 * side)
        if cues is None or maps is None:
            details = torch.cat((colours, torch.zeros_like(colours[:, :1])), dim=1)
            matches = features.new_zeros((len(rois), 2, side, side))
        else:
            map_rois = torch.cat((maps[:, None].to(rois.dtype), rois[:, 1:]), dim=1)
            details = torch.cat((colours, crop_maps(cues.previous, map_rois, 4 * side)), dim=1)
            map_rois = torch.cat((map_rois[:, :1], map_rois[:, 1:] / 8), dim=1)
            matches = crop_maps(cues.matches, map_rois, side)
        parts = [F.pixel_unshuffle(details, 4)] if self.config.mask_cue else []
        parts += [matches] if self.config.matching else []
        return features, torch.cat(parts, dim=1) if parts else None, details

    def segment(
        self, frame: Frame, rois: Tensor, ids: Tensor, cues: Cues | None = None, maps: Tensor | None = None
    ) -> Tensor:
        """Mask logits (R, S, S) inside the RoIs (R, 5) for the ids (R,)."""
        if not len(rois):  # some of torch's operators cannot do without rows
            side = self.config.mask_side * (4 if self.config.edge_channels else 2)
            return torch.zeros((0, side, side), device=rois.device)
        features, cue_features, details = self.mask_inputs(frame, rois, cues, maps)
        logits: Tensor = self.mask_head(features, self.instance_output(ids), cue_features, details)
        return logits

    def match_keys(self, frame_appearance: Sequence[Tensor]) -> Tensor:
        """Unit keys (B, h w, D) for reference matching of appearance at stride 8; needs `config.matching`."""
        if self.matcher is None:
            raise ValueError(f"preset {self.config.preset} has no reference matching")
        keys: Tensor = self.matcher.keys(frame_appearance[MATCH_LEVEL])
        return keys

    def reference(self, appearance: Sequence[Tensor], labels: Tensor, count: int) -> Reference:
        """Reference made of annotated frames: appearance of B of them, labels (B, H, W) with ids 0..count or 255."""
        height, width = labels.shape[-2:]
        padded = F.pad(labels, (0, -width % SIZE_DIVISOR, 0, -height % SIZE_DIVISOR), value=255)
        size = appearance[MATCH_LEVEL].shape[-2:]
        return Reference(self.match_keys(appearance), label_shares(padded, count, (size[0], size[1])))

    def match(self, appearance: Sequence[Tensor], reference: Reference) -> Tensor:
        """Share of each label (B, 1 + K, h, w) in [0, 1] at stride 8."""
        height, width = appearance[MATCH_LEVEL].shape[-2:]
        if self.matcher is None:
            raise ValueError(f"preset {self.config.preset} has no reference matching")
        shares: Tensor = self.matcher(self.match_keys(appearance), reference)
        maps: Tensor = shares.transpose(1, 2).unflatten(2, (height, width))
        return maps
