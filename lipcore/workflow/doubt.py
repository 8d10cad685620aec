"""How doubtful each cell is: low predicted quality, box and mask that disagree, jumps of area and place; numpy."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.project.provenance import Provenance

Doubts = NDArray[np.float32]

SURE_SCORE, DOUBTFUL_SCORE = 0.9, 0.7  # expected IoU that gives no doubt, and full doubt; half of it lies at 0.8
AGREEING_BOXES = 0.8  # IoU of the network's box and the mask's own box that gives no doubt
STEADY_BOXES = 0.6  # IoU of the mask's boxes in two frames that gives no doubt
STEADY_AREA = 1.25  # ratio of areas in two frames that gives no doubt
JUMPING_AREA = 2.5  # ratio that gives full doubt
VANISHED = 0.8  # doubt where an object was seen in the frame before and not in this one


def mask_boxes(labels: NDArray[np.uint8], object_ids: list[int]) -> NDArray[np.float32]:
    """Boxes x1 y1 x2 y2 of the masks in a label map (H, W): (256, 4) float32, nan for ids that do not occur."""
    boxes = np.full((256, 4), np.nan, np.float32)
    for object_id in object_ids:
        left, top, width, height = cv2.boundingRect((labels == object_id).view(np.uint8))
        if width and height:
            boxes[object_id] = (left, top, left + width, top + height)
    return boxes


def box_iou(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of boxes (..., 4); nan where a box is missing."""
    corner = np.maximum(first[..., :2], second[..., :2])
    opposite = np.minimum(first[..., 2:], second[..., 2:])
    shared: NDArray[np.float32] = np.prod(np.clip(opposite - corner, 0, None), axis=-1)
    areas = [np.prod(np.clip(each[..., 2:] - each[..., :2], 0, None), axis=-1) for each in (first, second)]
    whole: NDArray[np.float32] = areas[0] + areas[1] - shared
    result: NDArray[np.float32] = np.divide(
        shared, whole, out=np.full(whole.shape, np.nan, np.float32), where=whole > 0
    )
    return result


def doubts_of(
    provenances: NDArray[np.uint8],
    scores: NDArray[np.float32],
    boxes: NDArray[np.float32],
    own_boxes: NDArray[np.float32],
    areas: NDArray[np.int32],
    first: int,
    last: int,
) -> Doubts:
    """Doubt 0..1 of the cells of frames `first` to `last`: (last - first + 1, 256) float32.

    The arrays are the project's: provenances, scores and areas (T, 256), boxes and the masks' `own_boxes` (T, 256, 4).
    Only what the network made can be doubtful; a cell a person answers for is 0.
    """
    here = slice(first, last + 1)
    before = np.maximum(np.arange(first, last + 1) - 1, 0)
    model = provenances[here] == Provenance.MODEL
    seen, seen_before = areas[here] > 0, areas[before] > 0
    low_score = (SURE_SCORE - np.nan_to_num(scores[here], nan=SURE_SCORE)) / (SURE_SCORE - DOUBTFUL_SCORE)
    disagreement = (AGREEING_BOXES - box_iou(boxes[here], own_boxes[here])) / AGREEING_BOXES
    leap = (STEADY_BOXES - box_iou(own_boxes[here], own_boxes[before])) / STEADY_BOXES
    both = seen & seen_before
    ratio = np.ones(model.shape, np.float32)
    np.divide(areas[here], areas[before], out=ratio, where=both, casting="unsafe")
    jump = (np.abs(np.log(ratio)) - np.log(STEADY_AREA)) / np.log(JUMPING_AREA / STEADY_AREA)
    parts = [np.where(seen, low_score, 0), np.where(seen, disagreement, 0), np.where(both, leap, 0)]
    parts += [np.where(both, jump, 0), np.where(seen_before & ~seen, VANISHED, 0)]
    worst = np.nanmax(np.nan_to_num(np.stack(parts), nan=0.0), axis=0)
    return np.where(model, np.clip(worst, 0, 1), 0).astype(np.float32)


def doubtful_frames(doubts: Doubts, threshold: float) -> list[int]:
    """Frames with a cell at least this doubtful, in order."""
    return [int(frame) for frame in np.flatnonzero(doubts.max(axis=1, initial=0) >= threshold)]


def next_frame(frames: list[int], current: int, step: int) -> int | None:
    """The nearest of the ordered `frames` after (step 1) or before (step -1) `current`."""
    beyond = [frame for frame in frames if (frame > current if step > 0 else frame < current)]
    return (beyond[0] if step > 0 else beyond[-1]) if beyond else None
