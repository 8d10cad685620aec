"""Two-way propagation (beyond the paper): results from both sides fused by quality, agreement and distance."""

from __future__ import annotations

from math import sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.masks import Labels
from lipcore.propagation.result import FrameResult, InstanceResult

Box = tuple[float, float, float, float]

BACKGROUND = 0.75  # what a side's claim that there is background counts, beside its claim that there is an object
HELD_BACKGROUND = 0.4  # the same, where both annotated frames show the object
TORN_BACKGROUND = 0.1  # the same, where each side has found another part of the object
TORN = 0.25  # IoU of the two masks below which they are parts of one object
EDGE = 0.04  # of the root of an object's area: half the width of the bands in which two sights of its edge differ
SEEN_QUALITY = 0.5  # expected IoU from which one side's sight of an object counts although the other has lost it


def fuse(
    forward: FrameResult,
    backward: FrameResult,
    left: int,
    right: int,
    held: frozenset[int] = frozenset(),
    beside: frozenset[int] = frozenset(),
) -> FrameResult:
    """One result for a frame between the annotated frames `left` and `right`, run from either side.

    Pixels on which both agree stay. Elsewhere a side's claim counts by its predicted quality and by how near its
    annotated frame is, and the stronger claim wins; background counts less where a part of an object is at stake.
    `held` are the objects that annotated frames on both sides show: one that a single side sees is there, if that side
    is sure of it, or if it is among `beside`, the objects that are there in the frame before and in the one after. The
    instances say how far the two sides agree.
    """
    position = (forward.frame - left) / (right - left)
    sides = (forward, 1 - position), (backward, position)  # the forward run starts at the left
    one, other = forward.labels, backward.labels
    claims = [_claims(result, weight) for result, weight in sides]
    labels = np.where(claims[1][other] > claims[0][one], other, one).astype(np.uint8)
    agreements = {}
    for object_id in sorted({item.object_id for item in (*forward.instances, *backward.instances)}):
        agreements[object_id] = agreement = _agreement(one == object_id, other == object_id)
        factor = _background(object_id, (forward, backward), agreement, held, beside)
        edge = _edge(one == object_id, other == object_id) if agreement > 0 else np.zeros(one.shape, np.bool_)
        for (mine, weight), (theirs, rest) in (sides, sides[::-1]):
            claim = weight * (0.5 + 0.5 * _quality(mine, object_id))
            against = rest * _certainty(theirs, object_id)
            place = (mine.labels == object_id) & (theirs.labels == 0)
            labels[place] = object_id if claim > factor * against else 0
            labels[place & edge] = object_id if claim > against else 0
    return FrameResult(
        forward.frame,
        labels,
        tuple(_instances(labels, (forward, backward), position, agreements)),
        forward.seconds + backward.seconds,
        sought=_both(forward.sought, backward.sought),
    )


def _claims(result: FrameResult, weight: float) -> NDArray[np.float32]:
    """What a side's claim of each id counts, (256,)."""
    claims = np.full(256, weight, np.float32)
    for instance in result.instances:
        claims[instance.object_id] *= 0.5 + 0.5 * instance.quality
    return claims


def _background(
    object_id: int,
    sides: tuple[FrameResult, FrameResult],
    agreement: float,
    held: frozenset[int],
    beside: frozenset[int],
) -> float:
    """What it counts that one side sees background where the other sees a part of the object."""
    if object_id not in held:
        return BACKGROUND
    qualities = [_quality(side, object_id) for side in sides if _sees(side, object_id)]
    if len(qualities) == 1:
        return 0.0 if max(qualities) >= SEEN_QUALITY or object_id in beside else BACKGROUND
    return TORN_BACKGROUND if agreement < TORN else HELD_BACKGROUND


def _sees(result: FrameResult, object_id: int) -> bool:
    return any(item.object_id == object_id for item in result.instances)


def _quality(result: FrameResult, object_id: int) -> float:
    return next((item.quality for item in result.instances if item.object_id == object_id), 0.0)


def _certainty(result: FrameResult, object_id: int) -> float:
    """How sure a side is of what it does not see of an object: 1 where it does not see it at all."""
    return 0.5 + 0.5 * _quality(result, object_id) if _sees(result, object_id) else 1.0


def _agreement(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """IoU of two masks (H, W), 1 if both are empty."""
    whole = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / whole) if whole else 1.0


def _edge(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where two masks (H, W) of an object differ in thin bands: they see another edge there, not another part."""
    differ = (one != other).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(differ)
    window = slice(max(0, top - 1), top + height + 1), slice(max(0, left - 1), left + width + 1)
    _, places = cv2.connectedComponents(differ[window], connectivity=4)
    depths = cv2.distanceTransform(differ[window], cv2.DIST_L2, cv2.DIST_MASK_3)
    thin = np.ones(places.max() + 1, np.bool_)
    thin[places[depths > EDGE * sqrt(max(np.count_nonzero(one), np.count_nonzero(other)))]] = False
    edge = differ > 0
    edge[window] &= thin[places]
    return np.asarray(edge, np.bool_)


def _instances(
    labels: Labels, sides: tuple[FrameResult, FrameResult], position: float, agreements: dict[int, float]
) -> list[InstanceResult]:
    """What is left of every object in the fused label map.

    Its id score is lowered by what the sides do not share, the more so the farther both annotated frames are. Its
    quality is that of the side whose mask it resembles most, as far as it resembles it, lowered by the root of the
    same, or that of both by their shares where each found a part; its box is around the sides that have a share in it.
    """
    found = []
    for object_id, agreement in agreements.items():
        mask = labels == object_id
        area = np.count_nonzero(mask)
        seen = [
            (side.labels == object_id, weight, item)
            for side, weight in zip(sides, (1 - position, position), strict=True)
            for item in side.instances
            if item.object_id == object_id
        ]
        if not area or not seen:
            continue
        best = max(seen, key=lambda entry: (_agreement(mask, entry[0]) * entry[2].quality, entry[1]))
        shares = [(np.count_nonzero(mask & own) / area, item) for own, _, item in seen]
        trust = 1 - 2 * min(position, 1 - position) * (1 - agreement)
        quality, box = _agreement(mask, best[0]) * best[2].quality * sqrt(trust), best[2].box
        if len(seen) == 2 and agreement < TORN:
            quality = sum(share * item.quality for share, item in shares) / sum(share for share, _ in shares)
            box = _around([item.box for share, item in shares if share > 0])
        found.append(InstanceResult(object_id, box, best[2].score * trust, quality, agreement))
    return found


def _around(boxes: list[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _both(one: frozenset[int] | None, other: frozenset[int] | None) -> frozenset[int] | None:
    return None if one is None or other is None else one | other
