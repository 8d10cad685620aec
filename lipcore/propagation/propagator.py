"""One step of propagation: from a frame and what is known of the frame before to label map, boxes and id scores."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from lipcore.device import precision
from lipcore.model import Cues, Frame, LipNetwork, State
from lipcore.model.boxes import BOX_WIDENING, boxes_of_masks, clip_boxes, widen_boxes
from lipcore.model.heads import ShortcutLinear
from lipcore.model.matching import Reference
from lipcore.model.paste import paste_masks
from lipcore.network_input import InputSize, image_tensor
from lipcore.propagation.candidates import detect, match_boxes, match_support, track_boxes
from lipcore.propagation.components import drop_stray_components
from lipcore.propagation.constraints import Previous, choose, resolve_overlaps
from lipcore.propagation.edges import refine_edges
from lipcore.propagation.evidence import ColourModel, match_evidence, with_evidence
from lipcore.propagation.flow import backward_flow, grey, warp
from lipcore.propagation.id_adaptation import IdAdaptationConfig, IdExamples, adapt_id_layer, id_examples


@dataclass(frozen=True)
class PropagationConfig:
    """Switches of propagation; the defaults are the paper's rules."""

    static_memory: bool = False  # the memory input stays zero (the paper's ablation)
    id_adaptation: IdAdaptationConfig | None = field(default_factory=IdAdaptationConfig)
    track_proposals: bool = False  # beyond the paper: the objects' last boxes join the proposals
    mask_cue: bool = False  # beyond the paper: the last mask is a cue for the next
    flow: bool = False  # beyond the paper: tracks and mask cue are carried along by optical flow
    matching: bool = False  # beyond the paper: annotated frames are a cue and propose boxes
    track_preference: float = 0.0  # added to the merit of candidates, times their IoU with the track
    match_weight: float = 0.0  # beyond the paper: log-odds of the matches are added to the mask's, times this
    colour_weight: float = 0.0  # beyond the paper: so are the log-odds of colours as annotated frames show them
    drop_strays: bool = False  # beyond the paper: pieces of a mask that nothing supports are taken away
    edge_refinement: bool = False  # beyond the paper: edges follow the colours at full resolution


class Tracks(NamedTuple):
    """What the frame before says of K objects."""

    boxes: Tensor  # (K, 4) pixels of the network's input
    scores: Tensor  # (K,) id scores, 0 where not seen
    masks: Tensor  # (K, H, W) in [0, 1]


class PropagationState(NamedTuple):
    """Everything that one frame hands to the next; a value."""

    memory: State | None
    tracks: Tracks
    grey: NDArray[np.uint8]  # (H, W) luminance, for optical flow
    id_layer: ShortcutLinear
    anchors: IdExamples  # what the id layer saw on the annotated frame


class FrameOutput(NamedTuple):
    """What is found in a frame."""

    slots: NDArray[np.uint8]  # (H, W) of the video, 0 background, 1..K
    boxes: Tensor  # (K, 4) pixels of the network's input
    scores: Tensor  # (K,) id scores, 0 where an object is not seen


class Propagator:
    """A tuned network that advances frame by frame through one video."""

    def __init__(
        self,
        network: LipNetwork,
        size: InputSize,
        config: PropagationConfig,
        reference: Reference | None,
        colours: ColourModel | None = None,
    ) -> None:
        self.network, self.size, self.config = network, size, config
        self.colours = colours if config.colour_weight else None
        self.reference = reference if config.matching else None
        network.eval()

    @torch.no_grad()
    def start(self, image: NDArray[np.uint8], slots: NDArray[np.uint8]) -> PropagationState:
        """The state after an annotated frame: image (H, W, 3) and slots (H, W) of 0..K, both at the input size."""
        network = self.network
        count = network.config.instance_outputs - 1
        nothing = torch.zeros(count, image.shape[0], image.shape[1], device=network.device)
        tracks = with_painted(
            Tracks(nothing.new_zeros(count, 4), nothing.new_zeros(count), nothing), slots, range(1, count + 1)
        )
        with precision(network.device):
            step, memory = network.step(image_tensor(image, network.device), None)
            id_layer = copy.deepcopy(network.instance_head.id_layer)  # tuning changes the network's in place
            seen = torch.nonzero(tracks.scores).squeeze(1)
            candidates = detect(network, step, tracks.boxes[seen], seen, id_layer)
        anchors = id_examples(candidates.predictions, candidates.rois, tracks.boxes, tracks.scores > 0)
        return PropagationState(memory, tracks, grey(image), id_layer, anchors)

    def correct(self, state: PropagationState, slots: NDArray[np.uint8], certain: Iterable[int]) -> PropagationState:
        """The state with the tracks of objects `certain` replaced by what the label map `slots` (H, W) shows."""
        return state._replace(tracks=with_painted(state.tracks, slots, certain))

    @torch.no_grad()
    def advance(
        self, frame: NDArray[np.uint8], state: PropagationState, known: Collection[int] | None = None
    ) -> tuple[FrameOutput, PropagationState]:
        """Find the objects in the next frame, (H, W, 3) uint8 at the size of the video: `known` slots, or any."""
        config, network = self.config, self.network
        image = self.size.image(frame)
        luminance = grey(image)
        carried = state.tracks.masks
        if config.flow:
            carried = warp(carried, backward_flow(luminance, state.grey))
        with precision(network.device):
            step, memory = network.step(
                image_tensor(image, network.device), None if config.static_memory else state.memory
            )
            matches = network.match(step.appearance, self.reference) if self.reference is not None else None
            colours = None
            if self.colours is not None:
                colours = torch.from_numpy(self.colours.evidence(image)).to(network.device)
            tracks, id_layer, probabilities = self._find(step, state, carried, matches, colours, known)
        slots = self._labels(probabilities, frame)
        tracks = tracks._replace(masks=_exclusive(probabilities))
        return FrameOutput(slots, tracks.boxes, tracks.scores), PropagationState(
            memory, tracks, luminance, id_layer, state.anchors
        )

    def _find(
        self,
        step: Frame,
        state: PropagationState,
        carried: Tensor,
        matches: Tensor | None,
        colours: Tensor | None,
        known: Collection[int] | None,
    ) -> tuple[Tracks, ShortcutLinear, Tensor]:
        """Choose one candidate per object and predict its mask: tracks, adapted id layer, masks (K, H, W) in [0, 1]."""
        config, network = self.config, self.network
        height, width = step.images.shape[-2:]
        extra, owners = track_boxes(carried) if config.track_proposals else _no_boxes(carried)
        tracked = owners
        if matches is not None:
            found, finders = match_boxes(matches[0])
            extra, owners = torch.cat((extra, found)), torch.cat((owners, finders))
        candidates = detect(network, step, extra, owners, state.id_layer)
        if matches is not None and len(tracked):
            vouched = match_support(carried, matches[0])[tracked]
            rows = len(candidates.rois) - len(extra) + torch.arange(len(tracked), device=tracked.device)
            candidates.scores[rows, tracked] = torch.maximum(candidates.scores[rows, tracked], vouched)
        if known is not None:
            unknown = [slot for slot in range(len(carried)) if slot + 1 not in known]
            candidates.scores[:, unknown] = 0.0
        moved, visible = boxes_of_masks(carried > 0.5)
        expected = state.tracks.boxes
        if config.flow:
            expected = torch.where(visible[:, None], widen_boxes(moved, BOX_WIDENING), expected)
        bonus = None
        if config.track_preference:
            from_track = _overlap_with(candidates.boxes, expected) * visible
            bonus = config.track_preference * from_track
        choice = choose(candidates.scores, candidates.boxes, Previous(expected, state.tracks.scores), bonus)
        slots = torch.arange(len(choice.rows), device=choice.rows.device)
        boxes = candidates.boxes[choice.rows, slots] if len(candidates.boxes) else state.tracks.boxes

        seen = torch.nonzero(choice.found).squeeze(1)
        probabilities = torch.zeros_like(carried)
        if len(seen):
            rois = clip_boxes(widen_boxes(boxes[seen], BOX_WIDENING), height, width)
            cues = self._cues(carried, matches, seen)
            rows = torch.arange(len(seen), device=seen.device)
            logits = network.segment(step, F.pad(rois, (1, 0)), seen + 1, cues, rows)
            pasted = paste_masks(logits.sigmoid(), rois, (height, width))
            if matches is not None and config.match_weight:
                pasted = with_evidence(
                    pasted, match_evidence(matches[0, 1:][seen], (height, width)), config.match_weight
                )
            if colours is not None:
                pasted = with_evidence(pasted, colours[seen], config.colour_weight)
            probabilities[seen] = pasted
            if config.drop_strays:
                probabilities = drop_stray_components(
                    probabilities, carried, matches[0] if matches is not None else None
                )
        id_layer = state.id_layer
        if config.id_adaptation is not None:
            certain = choice.scores > config.id_adaptation.high_score
            examples = id_examples(candidates.predictions, candidates.rois, boxes * choice.found[:, None], certain)
            id_layer = adapt_id_layer(id_layer, state.anchors, examples, config.id_adaptation)
        kept = torch.where(choice.found[:, None], boxes, state.tracks.boxes)
        return Tracks(kept, choice.scores, probabilities), id_layer, probabilities

    def _cues(self, carried: Tensor, matches: Tensor | None, seen: Tensor) -> Cues | None:
        network = self.network.config
        if not (network.mask_cue or network.matching):
            return None
        previous = carried[seen][:, None] if self.config.mask_cue else torch.zeros_like(carried[seen][:, None])
        if matches is None:
            height, width = carried.shape[-2] // 8 + 4, carried.shape[-1] // 8 + 4
            return Cues(previous, carried.new_zeros((len(seen), 2, height, width)))
        own = matches[0, 1:][seen]
        others = matches[0, 1:].sum(dim=0, keepdim=True) - own
        return Cues(previous, torch.stack((own, others), dim=1))

    def _labels(self, probabilities: Tensor, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Slots at the size of the video."""
        size = (self.size.video_height, self.size.video_width)
        larger = F.interpolate(probabilities[None], size=size, mode="bilinear", align_corners=False)[0]
        slots: NDArray[np.uint8] = resolve_overlaps(larger).cpu().numpy()
        return refine_edges(slots, frame) if self.config.edge_refinement else slots


def with_painted(tracks: Tracks, slots: NDArray[np.uint8], certain: Iterable[int]) -> Tracks:
    """Tracks with the objects `certain` as the label map `slots` (H, W) shows them, score 1 or, if absent, 0."""
    labels = torch.from_numpy(np.ascontiguousarray(slots)).to(tracks.masks.device)
    boxes, scores, masks = (part.clone() for part in tracks)
    for slot in certain:
        mask = labels == slot
        box, present = boxes_of_masks(mask[None])
        boxes[slot - 1] = widen_boxes(box[0], BOX_WIDENING)
        scores[slot - 1] = present[0].float()
        masks[slot - 1] = mask.float()
    return Tracks(boxes, scores, masks)


def _exclusive(probabilities: Tensor) -> Tensor:
    """Masks (K, H, W) of which every pixel keeps its strongest object alone."""
    if len(probabilities) < 2:
        return probabilities
    return probabilities * (probabilities == probabilities.amax(dim=0, keepdim=True))


def _no_boxes(like: Tensor) -> tuple[Tensor, Tensor]:
    return like.new_zeros((0, 4)), torch.zeros(0, dtype=torch.int64, device=like.device)


def _overlap_with(boxes: Tensor, expected: Tensor) -> Tensor:
    """IoU (R, K) of the box (R, K, 4) that each candidate has for an object with the one expected (K, 4)."""
    low = torch.maximum(boxes[..., :2], expected[..., :2])
    high = torch.minimum(boxes[..., 2:], expected[..., 2:])
    shared = (high - low).clamp(min=0).prod(dim=-1)
    areas = (boxes[..., 2:] - boxes[..., :2]).prod(dim=-1) + (expected[..., 2:] - expected[..., :2]).prod(dim=-1)
    return shared / (areas - shared).clamp(min=1e-6)
