"""Propagation by one frame: from a picture and what is known of the frame before to label map, boxes and id scores."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from lipcore.flow import backward_flow, grey, warp
from lipcore.machine.device import precision
from lipcore.masks import IGNORE
from lipcore.model import Cues, Features, LipNetwork, State
from lipcore.model.backbone import SIZE_DIVISOR
from lipcore.model.boxes import BOX_WIDENING, boxes_of_masks, clip_boxes, pairwise_iou, widen_boxes
from lipcore.model.heads import ShortcutLinear
from lipcore.model.matching import MATCH_STRIDE, Reference, label_shares
from lipcore.model.memory.told import Teller
from lipcore.model.network import Appearance
from lipcore.model.paste import mask_patches
from lipcore.network_input import InputSize, image_tensor
from lipcore.propagation.quality import expected_iou
from lipcore.propagation.stages.candidates import (
    Candidates,
    component_boxes,
    detect,
    joined,
    no_boxes,
    painted_boxes,
    track_boxes,
    whole_object,
)
from lipcore.propagation.stages.components import Component, drop_stray_components, matched_components
from lipcore.propagation.stages.constraints import Choice, Previous, choose, resolve_overlaps
from lipcore.propagation.stages.edge_cut import cut_edges
from lipcore.propagation.stages.evidence import ColourModel, with_evidence
from lipcore.propagation.stages.id_adaptation import IdAdaptationConfig, IdExamples, adapt_id_layer, id_examples

CERTAIN_QUALITY = 0.5  # expected IoU of every object from which a frame is matched by the next one


@dataclass(frozen=True)
class PropagationConfig:
    """Switches of propagation; the defaults are the paper's rules."""

    static_memory: bool = False  # the memory input stays zero (the paper's ablation)
    id_adaptation: IdAdaptationConfig | None = field(default_factory=IdAdaptationConfig)
    untuned_masks: float = 0.0  # beyond the paper: with one annotated frame, share of the untuned mask head in a mean
    track_proposals: bool = False  # beyond the paper: the objects' last boxes join the proposals
    mask_cue: bool = False  # beyond the paper: the last mask is a cue for the next
    flow: bool = False  # beyond the paper: tracks and mask cue are carried along by optical flow
    matching: bool = False  # beyond the paper: annotated frames are a cue and propose boxes
    frame_before: float = 0.0  # beyond the paper: share of the vote that matching gives to the frame before
    whole_objects: bool = False  # beyond the paper: RoIs grow by the matched components that lie in them
    track_preference: float = 0.0  # added to the merit of candidates, times their IoU with the track
    colour_weight: float = 0.0  # beyond the paper: log-odds of colours, as annotated frames show them, times this
    drop_strays: bool = False  # beyond the paper: pieces of a mask that nothing supports are taken away
    mask_margin: float = 0.0  # beyond the paper: how far over one half the pixels of a mask must be
    edge_cut: bool = False  # beyond the paper: edges follow the colours at full resolution


class Tracks(NamedTuple):
    """What the frame before says of K objects."""

    boxes: Tensor  # (K, 4) pixels of the network's input
    scores: Tensor  # (K,) id scores, 0 where not seen
    masks: Tensor  # (K, H, W) in [0, 1]
    qualities: Tensor  # (K,) expected IoU of the masks in [0, 1]


class PropagationState(NamedTuple):
    """Everything that one frame hands to the next; a value."""

    memory: State | None
    tracks: Tracks
    before: Reference | None  # cells of this frame with their labels, if it is certain
    grey: NDArray[np.uint8]  # (H, W) luminance, for optical flow
    id_layer: ShortcutLinear
    examples: IdExamples  # what the id layer saw on the annotated frame


class FrameOutput(NamedTuple):
    """What is found in a frame."""

    slots: NDArray[np.uint8]  # (H, W) of the video, 0 background, 1..K
    boxes: Tensor  # (K, 4) pixels of the network's input
    scores: Tensor  # (K,) id scores, 0 where an object is not seen
    qualities: Tensor  # (K,) expected IoU of the masks in [0, 1]


class Sight(NamedTuple):
    """What is seen in a frame by itself, whatever came before: it may be looked at ahead."""

    frame: NDArray[np.uint8]  # (H, W, 3) at the size of the video
    image: NDArray[np.uint8]  # the same at the size of the network's input
    grey: NDArray[np.uint8]  # its luminance, for optical flow
    images: Tensor  # (1, 3, H, W) in [0, 1]
    appearance: Appearance
    annotated: Tensor | None  # shares of labels (1 + K, h, w) at stride 8, by the annotated frames
    colours: Tensor | None  # log-odds (K, H, W) of the objects' colours


class _Matches(NamedTuple):
    """Shares of labels (1 + K, h, w) in [0, 1] at stride 8."""

    annotated: Tensor  # by the annotated frames
    before: Tensor | None  # by the frame before, if that was certain
    together: Tensor  # by both
    components: list[list[Component]]  # of each object


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
        self._teller: Teller | None = None
        if network.config.memory_told and not config.static_memory:
            objects = network.config.instance_outputs - 1
            self._teller = Teller.drawn(1, objects, network.config.memory_told, network.device, seed=0)
        network.eval()

    @torch.no_grad()
    def look(self, frame: NDArray[np.uint8]) -> Sight:
        """What is seen in a frame, (H, W, 3) uint8 at the size of the video; any thread may ask, for any frame."""
        network, image = self.network, self.size.image(frame)
        with precision(network.device):
            images = image_tensor(image, network.device)
            appearance = network.encode(images)
            annotated = network.match_quickly(appearance, self.reference)[0] if self.reference is not None else None
        evidence = self.colours.evidence(image) if self.colours is not None else None
        colours = torch.from_numpy(evidence).to(network.device) if evidence is not None else None
        return Sight(frame, image, grey(image), images, appearance, annotated, colours)

    @torch.no_grad()
    def start(self, sight: Sight, slots: NDArray[np.uint8]) -> PropagationState:
        """The state after an annotated frame with slots (H, W) of 0..K at the input size."""
        network, image = self.network, sight.image
        count = network.config.instance_outputs - 1
        nothing = torch.zeros(count, image.shape[0], image.shape[1], device=network.device)
        tracks = with_painted(
            Tracks(nothing.new_zeros(count, 4), nothing.new_zeros(count), nothing, nothing.new_zeros(count)),
            slots,
            range(1, count + 1),
        )
        with precision(network.device):
            told = self._teller.painted(_on(network.device, slots)) if self._teller is not None else None
            features, memory = network.step(sight.images, None, sight.appearance, told)
            id_layer = copy.deepcopy(network.instance_head.id_layer)  # tuning changes the network's in place
            seen = torch.nonzero(tracks.scores).squeeze(1)
            candidates = detect(network, features, painted_boxes(tracks.boxes[seen], seen), id_layer)
            before = self._painted_reference(features, slots)
        examples = id_examples(candidates.predictions, candidates.rois, tracks.boxes, tracks.scores > 0)
        return PropagationState(memory, tracks, before, sight.grey, id_layer, examples)

    def _painted_reference(self, features: Features, slots: NDArray[np.uint8]) -> Reference | None:
        """The annotated frame as the frame before."""
        if self.reference is None or not self.config.frame_before:
            return None
        labels = _on(self.network.device, slots)
        return self.network.reference(features.appearance, labels, self.network.config.instance_outputs - 1)

    def correct(self, state: PropagationState, slots: NDArray[np.uint8], certain: Iterable[int]) -> PropagationState:
        """The state with the objects `certain` as the label map `slots` (H, W) shows them, for tracks and matching."""
        chosen, before = list(certain), state.before
        if before is not None:
            before = before._replace(shares=with_painted_shares(before.shares, slots, chosen))
        return state._replace(tracks=with_painted(state.tracks, slots, chosen), before=before)

    @torch.no_grad()
    def advance(
        self, sight: Sight, state: PropagationState, known: Collection[int] | None = None
    ) -> tuple[FrameOutput, PropagationState]:
        """Find the objects in the next frame: `known` slots, or any."""
        config, network = self.config, self.network
        carried = state.tracks.masks
        flow = backward_flow(sight.grey, state.grey) if config.flow else None
        if flow is not None:
            carried = warp(carried, flow)
        with precision(network.device):
            features, memory = self._remember(sight, state.memory, flow, carried)
            matches = self._match(features, state, sight.annotated)
            candidates = self._gather(features, state, carried, matches, known)
            moved, visible = boxes_of_masks(carried > 0.5)
            choice, boxes = self._choose(candidates, state.tracks, moved, visible)
            tracks = self._segment(features, choice, boxes, moved, carried, matches, sight.colours)
        id_layer = self._adapt(candidates, tracks, state)
        before = self._frame_before(features, tracks, state, matches)
        slots = self._labels(tracks.masks, sight.frame)
        output = FrameOutput(slots, tracks.boxes, tracks.scores, self._expected(tracks))
        tracks = tracks._replace(masks=_exclusive(tracks.masks))
        return output, PropagationState(memory, tracks, before, sight.grey, id_layer, state.examples)

    def _remember(
        self, sight: Sight, memory: State | None, flow: NDArray[np.float32] | None, carried: Tensor
    ) -> tuple[Features, State]:
        """The frame as the heads see it, and the memory after it; one that is told labels is told those `carried`."""
        if self.config.static_memory:
            memory = None
        if self._teller is None or memory is None:
            return self.network.step(sight.images, memory, sight.appearance)
        if flow is not None:
            memory = memory.moved(_on(self.network.device, flow))
        told = self._teller.carried(carried[None], sight.annotated[None] if sight.annotated is not None else None)
        return self.network.step(sight.images, memory, sight.appearance, told)

    def _match(self, features: Features, state: PropagationState, annotated: Tensor | None) -> _Matches | None:
        """What the annotated frames and the frame before say of each cell."""
        if annotated is None:
            return None
        if state.before is None:
            return _Matches(annotated, None, annotated, matched_components(annotated))
        before = self.network.match_near(features.appearance, state.before)[0]
        together = torch.lerp(annotated, before, self.config.frame_before)
        return _Matches(annotated, before, together, matched_components(together))

    def _gather(
        self,
        features: Features,
        state: PropagationState,
        carried: Tensor,
        matches: _Matches | None,
        known: Collection[int] | None,
    ) -> Candidates:
        """Candidates from the RPN, the tracks and the matches; none for objects that are not `known` yet."""
        shares = matches.together if matches is not None else None
        own = track_boxes(carried, shares) if self.config.track_proposals else no_boxes(carried)
        if matches is not None:
            own = joined(own, component_boxes(matches.components, carried))
        candidates = detect(self.network, features, own, state.id_layer)
        if known is None:
            return candidates
        allowed = torch.tensor([slot + 1 in known for slot in range(len(carried))], device=carried.device)
        return candidates._replace(scores=candidates.scores * allowed)

    def _choose(self, candidates: Candidates, before: Tracks, moved: Tensor, visible: Tensor) -> tuple[Choice, Tensor]:
        """One candidate for each object, and its boxes (K, 4); `moved` (K, 4) hold the carried masks, if `visible`."""
        expected = before.boxes
        if self.config.flow:
            expected = torch.where(visible[:, None], widen_boxes(moved, BOX_WIDENING), expected)
        bonus = None
        if self.config.track_preference:
            overlap = pairwise_iou(candidates.boxes.transpose(0, 1), expected[:, None])[..., 0].T
            bonus = self.config.track_preference * overlap * visible
        choice = choose(candidates.scores, candidates.boxes, Previous(expected, before.scores), bonus)
        if not len(candidates.boxes):
            return choice, before.boxes
        objects = torch.arange(len(choice.rows), device=choice.rows.device)
        return choice, torch.where(choice.found[:, None], candidates.boxes[choice.rows, objects], before.boxes)

    def _segment(
        self,
        features: Features,
        choice: Choice,
        boxes: Tensor,
        moved: Tensor,
        carried: Tensor,
        matches: _Matches | None,
        colours: Tensor | None,
    ) -> Tracks:
        """Masks of the objects that were found; `boxes` (K, 4) are the chosen ones, `moved` hold the carried masks."""
        config, network = self.config, self.network
        size = (carried.shape[-2], carried.shape[-1])
        seen = torch.nonzero(choice.found).squeeze(1)
        masks, qualities = torch.zeros_like(carried), choice.scores.clone()
        if not len(seen):
            return Tracks(boxes, choice.scores, masks, qualities)
        rois = clip_boxes(boxes[seen], *size)
        if matches is not None and config.whole_objects:
            rois = whole_object(rois, moved[seen], [matches.components[slot] for slot in seen.tolist()], size)
        rows = torch.arange(len(seen), device=seen.device)
        found = network.segment(features, F.pad(rois, (1, 0)), seen + 1, self._cues(carried, matches, seen), rows)
        for slot, patch in zip(seen.tolist(), mask_patches(found.logits.sigmoid(), rois, size), strict=True):
            values, window = patch
            if colours is not None:
                values = with_evidence(values, colours[slot][window], config.colour_weight)
            masks[slot][window] = values
        if config.drop_strays:
            masks = drop_stray_components(masks, carried, matches.together if matches is not None else None)
        if found.quality is not None:
            qualities[seen] = found.quality.sigmoid()
        return Tracks(boxes, choice.scores, masks, qualities)

    def _cues(self, carried: Tensor, matches: _Matches | None, seen: Tensor) -> Cues | None:
        network = self.network.config
        if not (network.mask_cue or network.matching):
            return None
        previous = carried if self.config.mask_cue else torch.zeros_like(carried)
        if matches is None:
            return Cues.of(previous, None, None, seen)
        return Cues.of(previous, matches.annotated, matches.before, seen)

    def _adapt(self, candidates: Candidates, tracks: Tracks, state: PropagationState) -> ShortcutLinear:
        """The id layer after learning from objects that were seen with a high score."""
        config = self.config.id_adaptation
        if config is None:
            return state.id_layer
        boxes = tracks.boxes * (tracks.scores > 0)[:, None]
        examples = id_examples(candidates.predictions, candidates.rois, boxes, tracks.scores > config.high_score)
        return adapt_id_layer(state.id_layer, state.examples, examples, config)

    def _frame_before(
        self, features: Features, tracks: Tracks, state: PropagationState, matches: _Matches | None
    ) -> Reference | None:
        """This frame as the next one's frame before; None where it is uncertain, or an object was lost."""
        if matches is None or not self.config.frame_before:
            return None
        lost = (state.tracks.scores > 0) & (tracks.scores == 0)
        doubtful = (tracks.scores > 0) & (tracks.qualities < CERTAIN_QUALITY)
        if bool((lost | doubtful).any()):
            return None
        keys = features.appearance.keys
        assert keys is not None
        return Reference(keys.values, matches.together.flatten(1).T[None])

    def _expected(self, tracks: Tracks) -> Tensor:
        """The IoU (K,) that masks are expected to have with the objects; the id score without a quality head."""
        if self.network.quality_head is None:
            return tracks.qualities
        return expected_iou(tracks.masks, tracks.qualities, tracks.scores)

    def _labels(self, probabilities: Tensor, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Slots at the size of the video."""
        larger = np.empty((len(probabilities), self.size.video_height, self.size.video_width), np.float32)
        for mask, enlarged in zip(probabilities.cpu().numpy(), larger, strict=True):
            cv2.resize(mask, enlarged.shape[::-1], dst=enlarged)  # bilinear
        slots = resolve_overlaps(larger, 0.5 + self.config.mask_margin)
        return cut_edges(slots, larger, frame) if self.config.edge_cut else slots


def with_painted(tracks: Tracks, slots: NDArray[np.uint8], certain: Iterable[int]) -> Tracks:
    """Tracks with the objects `certain` as the label map `slots` (H, W) shows them, score 1 or, if absent, 0."""
    labels = torch.from_numpy(np.ascontiguousarray(slots)).to(tracks.masks.device)
    boxes, scores, masks, qualities = (part.clone() for part in tracks)
    for slot in certain:
        mask = labels == slot
        box, present = boxes_of_masks(mask[None])
        boxes[slot - 1] = widen_boxes(box[0], BOX_WIDENING)
        scores[slot - 1] = present[0].float()
        masks[slot - 1] = mask.float()
        qualities[slot - 1] = present[0].float()
    return Tracks(boxes, scores, masks, qualities)


def with_painted_shares(shares: Tensor, slots: NDArray[np.uint8], certain: list[int]) -> Tensor:
    """Shares of labels (1, N, 1 + K) of a frame's cells with the objects `certain` as `slots` (H, W) shows them."""
    padding = [(0, -side % SIZE_DIVISOR) for side in slots.shape]
    labels = torch.from_numpy(np.pad(slots, padding, constant_values=IGNORE)).to(shares.device)
    grid = labels.shape[0] // MATCH_STRIDE, labels.shape[1] // MATCH_STRIDE
    painted = label_shares(labels[None], shares.shape[2] - 1, grid)[..., certain]
    others = shares.clone()
    others[..., 0] += others[..., certain].sum(dim=2)
    others *= 1 - painted.sum(dim=2, keepdim=True)
    others[..., certain] = painted
    return others


def _on(device: torch.device, values: NDArray[np.generic]) -> Tensor:
    """An array as a batch of one on a device."""
    return torch.from_numpy(np.ascontiguousarray(values)).to(device)[None]


def _exclusive(probabilities: Tensor) -> Tensor:
    """Masks (K, H, W) of which every pixel keeps its strongest object alone."""
    if len(probabilities) < 2:
        return probabilities
    return probabilities * (probabilities == probabilities.amax(dim=0, keepdim=True))
