"""Features of annotated frames and their augmented copies: the frozen part of fine-tuning, run once."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lipcore.learning.targets import Objects, RoiTargets, objects_of_labels, sample_rois
from lipcore.machine.device import precision
from lipcore.machine.process_memory import give_back
from lipcore.model import Features, LipNetwork, State
from lipcore.model.matching import Keys, Reference
from lipcore.model.memory.told import Teller
from lipcore.model.network import Appearance
from lipcore.tuning.lucid import LucidSource
from lipcore.tuning.told_clip import ToldClip

NOTHING_SEEN = Appearance([], None)  # heads do not ask for what lies before the memory


@dataclass(frozen=True)
class Example:
    """An annotated frame at the network's input size.

    `image` (H, W, 3) uint8 RGB, `labels` (H, W) uint8 slots 0..K, 255 ignore; `partial` if objects may be unlabelled.
    """

    image: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    partial: bool = False


class CachedMatches(NamedTuple):
    """Shares of labels (I, 1 + K, h, w) in [0, 1] at stride 8, zeros where nothing is known."""

    annotated: Tensor  # by an annotated frame
    before: Tensor  # by the frame before


class CachedFrame(NamedTuple):
    """One frame with everything frozen about it, in half of the memory that it takes in use."""

    image: Tensor  # (1, 3, H, W) uint8
    levels: list[Tensor]  # five, after memory and path augmentation, (1, C, h, w) of half precision
    objects: Objects  # of one image
    proposals: Tensor  # (P, 4)
    matches: CachedMatches | None  # of one image, None without matching


class CachedBatch(NamedTuple):
    """Several frames of one size as a batch."""

    features: Features
    objects: Objects
    proposals: list[Tensor]
    matches: CachedMatches | None


class FeatureCache:
    """Cached frames by number."""

    def __init__(self, frames: Sequence[CachedFrame]) -> None:
        self._frames = frames

    def __len__(self) -> int:
        return len(self._frames)

    def rois(self, row: int, count: int, jitter: Sequence[float]) -> RoiTargets:
        """RoIs sampled for the heads in the frame `row`, half of them on objects at most."""
        cached = self._frames[row]
        return sample_rois([cached.proposals], cached.objects, count, 0.5, jitter)

    def batch(self, rows: Sequence[int]) -> CachedBatch:
        """The frames `rows` together."""
        chosen = [self._frames[row] for row in rows]
        levels = zip(*(cached.levels for cached in chosen), strict=True)
        images = torch.cat([cached.image for cached in chosen]).float() / 255
        features = Features(images, NOTHING_SEEN, [torch.cat(level).float() for level in levels])
        objects = Objects(*(torch.cat(parts) for parts in zip(*(cached.objects for cached in chosen), strict=True)))
        found = [cached.matches for cached in chosen if cached.matches is not None]
        matches = CachedMatches(*(torch.cat(parts) for parts in zip(*found, strict=True))) if found else None
        return CachedBatch(features, objects, [cached.proposals for cached in chosen], matches)


def cache_size(examples: int, augmented_clips: int, clip_frames: int) -> int:
    """How many frames `build_cache` makes of so many examples and clips."""
    return examples + augmented_clips * clip_frames


def build_cache(
    network: LipNetwork, examples: Sequence[Example], augmented_clips: int, clip_frames: int, seed: int, static: bool
) -> Generator[int, None, FeatureCache]:
    """Run the frozen parts on all examples and on `augmented_clips` clips of `clip_frames` frames made of them.

    An annotated frame is matched with all other ones, as frames are in use. A single one, and every copy, is matched
    with a copy that is not its own: matches with the frame itself are better than any in use. With `static` the
    memory's input is zero in every frame.
    Yields after every piece of work how many frames are ready, and returns the cache.
    """
    slots = network.config.instance_outputs - 1
    teller: Teller | None = None
    if network.config.memory_told and not static:
        torch.manual_seed(seed)
        teller = Teller.drawn(1, slots, network.config.memory_told, network.device, seed=0)
    cached: list[CachedFrame] = []
    random = np.random.default_rng(seed)
    shares = [len(part) for part in np.array_split(np.arange(augmented_clips), len(examples))]
    known = _annotated(network, examples, slots) if len(examples) > 1 else []
    for place, (example, count) in enumerate(zip(examples, shares, strict=True)):
        clips = [_tensors(example, network.device)]
        if count:
            source = LucidSource(example.image, example.labels, network.device)
            for group in source.groups(count, random, clip_frames):
                clips += zip(group.images, group.labels, strict=True)
                yield len(cached)
            give_back()  # making clips takes far more than what comes next
        partial = torch.tensor([example.partial], device=network.device)
        seen = _appearances(network, clips[0][0])
        first = _reference(network, seen[0], clips[0][1][:1], slots)
        yield len(cached)
        for number, (images, maps) in enumerate(clips):
            following, reference = [], first
            if number + 1 < len(clips):
                following = _appearances(network, clips[number + 1][0])
                reference = _reference(network, following[0], clips[number + 1][1][:1], slots)
                yield len(cached)
            if number == 0 and known:
                others = known[:place] + known[place + 1 :]
                reference = Reference(*(torch.cat(parts, dim=1) for parts in zip(*others, strict=True)))
            cached += _run(network, images, seen, maps, reference, partial, slots, static, teller)
            seen = following
            yield len(cached)
    return FeatureCache(cached)


def _tensors(example: Example, device: torch.device) -> tuple[Tensor, Tensor]:
    """Image (1, 3, H, W) uint8 and labels (1, H, W) of an example."""
    image = torch.from_numpy(np.ascontiguousarray(example.image)).to(device).permute(2, 0, 1)[None]
    return image, torch.from_numpy(np.ascontiguousarray(example.labels)).to(device)[None]


def _annotated(network: LipNetwork, examples: Sequence[Example], slots: int) -> list[Reference]:
    """The cells of every example; none where nothing is matched."""
    found = []
    for example in examples:
        image, labels = _tensors(example, network.device)
        found.append(_reference(network, _appearances(network, image)[0], labels, slots))
    return [reference for reference in found if reference is not None]


@torch.no_grad()
def _appearances(network: LipNetwork, images: Tensor) -> list[Appearance]:
    """Appearance of every frame of a clip (T, 3, H, W) uint8: no frame's depends on another.

    A GPU encodes them together; a CPU is not faster so, and holds fewer intermediate results one by one.
    """
    if images.device.type == "cpu" and len(images) > 1:
        return [each for image in images.split(1) for each in _appearances(network, image)]
    with precision(images.device):
        together = network.encode(images.float() / 255)
    keys = together.keys
    return [
        Appearance(
            [level[row : row + 1] for level in together.levels],
            Keys(keys.values[row : row + 1], keys.size) if keys is not None else None,
        )
        for row in range(len(images))
    ]


@torch.no_grad()
def _reference(network: LipNetwork, appearance: Appearance, labels: Tensor, slots: int) -> Reference | None:
    return network.reference(appearance, labels, slots) if network.config.matching else None


@torch.no_grad()
def _run(
    network: LipNetwork,
    images: Tensor,
    appearances: Sequence[Appearance],
    labels: Tensor,
    reference: Reference | None,
    partial: Tensor,
    slots: int,
    static: bool,
    teller: Teller | None,
) -> list[CachedFrame]:
    """Cached frames of one clip (T, 3, H, W) uint8, from the zero state, or from the rested one if that is told."""
    cached = []
    state: State | None = None
    before: Reference | None = None
    told = ToldClip(network, teller, images, labels, partial, slots) if teller is not None else None
    size = (images.shape[-2], images.shape[-1])
    for number, (image, appearance) in enumerate(zip(images.split(1), appearances, strict=True)):
        matches = None
        with precision(images.device):
            if reference is not None:
                matches = _matched(network, appearance, reference, before)
                before = Reference(_keys(appearance), matches.annotated.flatten(2).transpose(1, 2))
            if told is not None:
                levels = told.levels(number, appearance, matches.annotated if matches is not None else None)
            else:
                levels, state = network.recur(appearance.levels, None if static else state)
            features = Features(image.float() / 255, appearance, levels)
            proposals = network.proposal_head.choose(network.propose(features), size)[0]
        objects = objects_of_labels(labels[number : number + 1], partial, slots)
        cached.append(CachedFrame(image, [_halved(level) for level in levels], objects, proposals, matches))
    return cached


def _halved(level: Tensor) -> Tensor:
    """The same values in half precision, the finer of the two, unless some are too large for it."""
    if level.dtype != torch.float32 or float(level.abs().amax()) > torch.finfo(torch.float16).max:
        return level
    return level.half()


def _matched(
    network: LipNetwork, appearance: Appearance, reference: Reference, before: Reference | None
) -> CachedMatches:
    annotated = network.match(appearance, reference)
    if before is None:
        return CachedMatches(annotated, torch.zeros_like(annotated))
    return CachedMatches(annotated, network.match_near(appearance, before))


def _keys(appearance: Appearance) -> Tensor:
    assert appearance.keys is not None
    return appearance.keys.values
