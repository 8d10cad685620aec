"""How doubtful each cell is, and why: predicted quality, two runs that disagree, sudden changes from frame to frame."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.project.project import Project
from lipcore.project.provenance import Provenance

Numbers = NDArray[np.float32]

# Chosen on eight held-out videos and four composites of them so that bad masks are found (docs/accuracy.md).
SURE_SCORE, DOUBTFUL_SCORE = 0.8, 0.6  # expected IoU that gives no doubt, and full doubt; half of it lies at 0.7
AGREEING_RUNS = 0.75  # IoU of the masks of both directions that gives no doubt
AGREEING_BOXES = 0.8  # IoU of the network's box and the mask's own box that gives no doubt
STEADY_BOXES = 0.6  # IoU of the mask's boxes in two frames that gives no doubt
STEADY_AREA = 1.25  # ratio of areas in two frames that gives no doubt
JUMPING_AREA = 1.5  # ratio that gives full doubt
HALF = 0.6  # ratio of areas below which half of the object counts as gone
VANISHED = 0.8  # doubt where an object was seen in the frame before and not in this one
KEPT = 0.75  # doubt where a correction found another mask and the old one was kept
NAMED = 0.3  # from which on a sign that says what is wrong is told, and not that the quality is low
THRESHOLD = 0.5  # doubt from which a cell counts as doubtful, unless a person says otherwise
_OTHERS = 0.1  # what the other signs add to the rank of the strongest one


class Sign(IntEnum):
    """What speaks against a mask."""

    QUALITY = 0  # the network expects it to be bad
    DIRECTIONS = 1  # the forward and the backward run disagree
    LEAK = 2  # it is suddenly larger, or larger than the object's box
    PART = 3  # it is suddenly smaller, or smaller than the object's box
    HALF_GONE = 4  # it is suddenly much smaller
    LEAP = 5  # it is suddenly elsewhere
    GONE = 6  # it was there in the frame before
    KEPT = 7  # a correction found another one


class Side(IntEnum):
    """Where on the mask it is wrong."""

    NOWHERE = 0
    LEFT = 1
    TOP = 2
    RIGHT = 3
    BOTTOM = 4


class Doubt(NamedTuple):
    """A doubtful cell: how much it is doubted, 0..1, and why; `rank` tells doubts of 1 apart."""

    frame: int
    object_id: int
    doubt: float
    rank: float
    sign: Sign
    side: Side


class CellArrays(Protocol):
    """The arrays of a project that doubt is made of."""

    @property
    def provenances(self) -> NDArray[np.uint8]:
        """(T, 256)."""

    @property
    def scores(self) -> Numbers:
        """(T, 256)."""

    @property
    def boxes(self) -> Numbers:
        """(T, 256, 4)."""

    @property
    def areas(self) -> NDArray[np.int32]:
        """(T, 256)."""

    @property
    def agreements(self) -> Numbers:
        """(T, 256)."""


class Doubts:
    """Doubt of every cell of T frames: `values` 0..1, `ranks`, `signs` and `sides`, all (T, 256).

    `own_boxes` (T, 256, 4) are those of the masks themselves; `measure` reads a frame's.
    """

    def __init__(self, frame_count: int) -> None:
        self.own_boxes = np.full((frame_count, 256, 4), np.nan, np.float32)
        self.values = np.zeros((frame_count, 256), np.float32)
        self.ranks = np.zeros((frame_count, 256), np.float32)
        self.signs = np.zeros((frame_count, 256), np.uint8)
        self.sides = np.zeros((frame_count, 256), np.uint8)

    @classmethod
    def of(cls, project: Project) -> Doubts:
        """The doubts of a whole project; reads every mask. LipError for one that is damaged."""
        doubts = cls(project.frame_count)
        for frame in np.flatnonzero(project.areas[:, 1:255].any(axis=1)).tolist():
            doubts.measure(project, frame)
        doubts.update(project, 0, project.frame_count - 1)
        return doubts

    def measure(self, project: Project, frame: int) -> None:
        """Read the boxes of a frame's masks."""
        present = [each for each in project.objects if project.areas[frame, each]]
        self.own_boxes[frame] = mask_boxes(project.labels(frame), present) if present else np.nan

    def update(self, cells: CellArrays, first: int, last: int) -> None:
        """Make the doubts of frames `first` to `last` anew. Only what the network made can be doubtful."""
        here, before = slice(first, last + 1), np.maximum(np.arange(first, last + 1) - 1, 0)
        own, earlier, boxes = self.own_boxes[here], self.own_boxes[before], cells.boxes[here]
        seen, seen_before = cells.areas[here] > 0, cells.areas[before] > 0
        both = seen & seen_before
        ratio = np.ones(seen.shape, np.float32)
        np.divide(cells.areas[here], cells.areas[before], out=ratio, where=both, casting="unsafe")
        jump = (np.abs(np.log(ratio)) - np.log(STEADY_AREA)) / np.log(JUMPING_AREA / STEADY_AREA)
        is_back = self._is_back(cells, first, last)
        leap = np.where(is_back, 0, (STEADY_BOXES - box_iou(own, earlier)) / STEADY_BOXES)
        jump = np.where(is_back, 0, jump)
        misfit = (AGREEING_BOXES - box_iou(boxes, own)) / AGREEING_BOXES
        outgrown, outgrown_side = _farthest(own, boxes)
        shrunk, shrunk_side = _farthest(boxes, own)
        score = np.nan_to_num(cells.scores[here], nan=SURE_SCORE)
        signs: dict[tuple[Sign, str | None], NDArray[np.floating]] = {
            (Sign.QUALITY, None): np.where(seen, (SURE_SCORE - score) / (SURE_SCORE - DOUBTFUL_SCORE), 0),
            (Sign.DIRECTIONS, None): np.where(seen, (AGREEING_RUNS - cells.agreements[here]) / AGREEING_RUNS, 0),
            (Sign.LEAK, "box"): np.where(seen & (outgrown >= shrunk), misfit, 0),
            (Sign.PART, "box"): np.where(seen & (outgrown < shrunk), misfit, 0),
            (Sign.LEAK, "time"): np.where(both & (ratio > 1), jump, 0),
            (Sign.PART, "time"): np.where(both & (ratio < 1) & (ratio >= HALF), jump, 0),
            (Sign.HALF_GONE, "time"): np.where(both & (ratio < HALF), jump, 0),
            (Sign.LEAP, None): np.where(both, leap, 0),
            (Sign.GONE, None): np.where(seen_before & ~seen, np.float32(VANISHED), 0),
        }
        parts = np.nan_to_num(np.stack(list(signs.values())), nan=0.0)
        named = parts.copy()
        named[0] = np.where(parts[1:].max(axis=0) >= NAMED, 0, parts[0])
        strongest = named.argmax(axis=0)
        kinds = np.array([sign for sign, _ in signs], np.uint8)[strongest]
        grown_side, lost_side = _farthest(own, earlier)[1], _farthest(earlier, own)[1]
        where: dict[tuple[Sign, str | None], NDArray[np.uint8]] = {
            (Sign.LEAK, "box"): outgrown_side,
            (Sign.PART, "box"): shrunk_side,
            (Sign.LEAK, "time"): grown_side,
            (Sign.PART, "time"): lost_side,
            (Sign.HALF_GONE, "time"): lost_side,
        }
        sides = np.stack([where.get(key, np.zeros(seen.shape, np.uint8)) for key in signs])
        model = cells.provenances[here] == Provenance.MODEL
        worst = parts.max(axis=0)
        others = np.clip(parts, 0, 1).sum(axis=0) - np.clip(worst, 0, 1)
        self.values[here] = np.where(model, np.clip(worst, 0, 1), 0)
        self.ranks[here] = np.where(model, worst + _OTHERS * others, 0)
        self.signs[here] = kinds
        self.sides[here] = np.take_along_axis(sides, strongest[None], axis=0)[0]

    def _is_back(self, cells: CellArrays, first: int, last: int) -> NDArray[np.bool_]:
        """Where a mask is as it was two frames ago, so that a change since the frame before undoes another change."""
        here, ago = slice(first, last + 1), np.maximum(np.arange(first, last + 1) - 2, 0)
        areas, before = cells.areas[here].astype(np.float64), cells.areas[ago].astype(np.float64)
        steady = (np.minimum(areas, before) > 0) & (np.maximum(areas, before) < STEADY_AREA * np.minimum(areas, before))
        alike: NDArray[np.bool_] = steady & (box_iou(self.own_boxes[here], self.own_boxes[ago]) >= STEADY_BOXES / 2)
        alike[: max(0, 2 - first)] = False
        return alike

    def doubtful(self, threshold: float = THRESHOLD, kept: Iterable[tuple[int, int]] = ()) -> list[Doubt]:
        """The worst cell of every frame with one at least this doubtful, in order of frames.

        `kept` are the cells, frame and object, of which a correction found another mask.
        """
        worst = self.values.argmax(axis=1)
        frames = np.flatnonzero(self.values.max(axis=1, initial=0) >= threshold).tolist()
        found = {frame: self.of_cell(frame, int(worst[frame])) for frame in frames}
        for frame, object_id in kept:
            if frame not in found or found[frame].doubt < KEPT:
                found[frame] = Doubt(frame, object_id, KEPT, KEPT, Sign.KEPT, Side.NOWHERE)
        return [found[frame] for frame in sorted(found)]

    def of_cell(self, frame: int, object_id: int) -> Doubt:
        """The doubt of one cell."""
        value, rank = float(self.values[frame, object_id]), float(self.ranks[frame, object_id])
        sign, side = Sign(int(self.signs[frame, object_id])), Side(int(self.sides[frame, object_id]))
        return Doubt(frame, object_id, value, rank, sign, side)


# The reason for a doubt in words, for every sign and side that there are.
WORDS = {
    (Sign.QUALITY, Side.NOWHERE): "the network is not sure of it",
    (Sign.DIRECTIONS, Side.NOWHERE): "the two directions disagree",
    (Sign.LEAK, Side.NOWHERE): "it leaks",
    (Sign.LEAK, Side.LEFT): "it leaks to the left",
    (Sign.LEAK, Side.TOP): "it leaks to the top",
    (Sign.LEAK, Side.RIGHT): "it leaks to the right",
    (Sign.LEAK, Side.BOTTOM): "it leaks to the bottom",
    (Sign.PART, Side.NOWHERE): "a part of it is gone",
    (Sign.PART, Side.LEFT): "a part on the left is gone",
    (Sign.PART, Side.TOP): "a part at the top is gone",
    (Sign.PART, Side.RIGHT): "a part on the right is gone",
    (Sign.PART, Side.BOTTOM): "a part at the bottom is gone",
    (Sign.HALF_GONE, Side.NOWHERE): "half of the object is gone",
    (Sign.HALF_GONE, Side.LEFT): "half of the object is gone, on the left",
    (Sign.HALF_GONE, Side.TOP): "half of the object is gone, at the top",
    (Sign.HALF_GONE, Side.RIGHT): "half of the object is gone, on the right",
    (Sign.HALF_GONE, Side.BOTTOM): "half of the object is gone, at the bottom",
    (Sign.LEAP, Side.NOWHERE): "it jumps to another place",
    (Sign.GONE, Side.NOWHERE): "it was there in the frame before",
    (Sign.KEPT, Side.NOWHERE): "a correction found another mask, which looks worse",
}


def mask_boxes(labels: NDArray[np.uint8], object_ids: list[int]) -> Numbers:
    """Boxes x1 y1 x2 y2 of the masks in a label map (H, W): (256, 4) float32, nan for ids that do not occur."""
    boxes = np.full((256, 4), np.nan, np.float32)
    for object_id in object_ids:
        left, top, width, height = cv2.boundingRect((labels == object_id).view(np.uint8))
        if width and height:
            boxes[object_id] = (left, top, left + width, top + height)
    return boxes


def box_iou(first: Numbers, second: Numbers) -> Numbers:
    """Intersection over union of boxes (..., 4); nan where a box is missing."""
    corner = np.maximum(first[..., :2], second[..., :2])
    opposite = np.minimum(first[..., 2:], second[..., 2:])
    shared: Numbers = np.prod(np.clip(opposite - corner, 0, None), axis=-1)
    areas = [np.prod(np.clip(each[..., 2:] - each[..., :2], 0, None), axis=-1) for each in (first, second)]
    whole: Numbers = areas[0] + areas[1] - shared
    result: Numbers = np.divide(shared, whole, out=np.full(whole.shape, np.nan, np.float32), where=whole > 0)
    return result


def next_frame(frames: list[int], current: int, step: int) -> int | None:
    """The nearest of the ordered `frames` after (step 1) or before (step -1) `current`."""
    beyond = [frame for frame in frames if (frame > current if step > 0 else frame < current)]
    return (beyond[0] if step > 0 else beyond[-1]) if beyond else None


def _farthest(boxes: Numbers, others: Numbers) -> tuple[Numbers, NDArray[np.uint8]]:
    """How far boxes (..., 4) reach out of `others` at most, in pixels, and on which side; 0 and NOWHERE if nowhere."""
    beyond = np.nan_to_num(np.concatenate((others[..., :2] - boxes[..., :2], boxes[..., 2:] - others[..., 2:]), -1))
    far: Numbers = beyond.max(axis=-1)
    return far, np.where(far > 0, beyond.argmax(axis=-1) + 1, 0).astype(np.uint8)
