"""Two-way propagation (beyond the paper): results from both sides fused by agreement and distance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lipcore.propagation.result import FrameResult, InstanceResult


def fuse(forward: FrameResult, backward: FrameResult, left: int, right: int) -> FrameResult:
    """One result for a frame between the annotated frames `left` and `right`, run from either side.

    Pixels on which both agree stay. Elsewhere each side's claim counts by its id score and by how near its
    annotated frame is; the stronger claim wins, an object's against background too. An object's id score is lowered
    by what the sides do not share of it, the more so the farther both annotated frames are: a sign to look there.
    """
    position = (forward.frame - left) / (right - left)
    claims = [
        np.zeros(256, np.float32) + (1 - position),  # the forward run starts at the left
        np.zeros(256, np.float32) + position,
    ]
    for claim, result in zip(claims, (forward, backward), strict=True):
        for instance in result.instances:
            claim[instance.object_id] *= 0.5 + 0.5 * instance.score
        claim[0] *= 0.75
    takes_backward = claims[1][backward.labels] > claims[0][forward.labels]
    labels = np.where(takes_backward, backward.labels, forward.labels).astype(np.uint8)
    instances = tuple(
        replace(strongest, score=strongest.score * _trust(object_id, forward, backward, position))
        for object_id in sorted({item.object_id for item in (*forward.instances, *backward.instances)})
        if (strongest := _stronger(object_id, forward, backward, position)) is not None
        and bool((labels == object_id).any())
    )
    return FrameResult(forward.frame, labels, instances, forward.seconds + backward.seconds)


def _trust(object_id: int, forward: FrameResult, backward: FrameResult, position: float) -> float:
    """How far both sides' masks of an object agree, 0..1; beside an annotated frame the other side does not count."""
    one, other = forward.labels == object_id, backward.labels == object_id
    whole = np.count_nonzero(one | other)
    agreement = np.count_nonzero(one & other) / whole if whole else 1.0
    return 1 - 2 * min(position, 1 - position) * (1 - agreement)


def _stronger(object_id: int, forward: FrameResult, backward: FrameResult, position: float) -> InstanceResult | None:
    """The instance of an object from the side whose claim is stronger."""
    ranked = [
        (weight * instance.score, number, instance)
        for number, (weight, result) in enumerate(((1 - position, forward), (position, backward)))
        for instance in result.instances
        if instance.object_id == object_id
    ]
    return max(ranked, key=lambda item: item[:2])[2] if ranked else None
