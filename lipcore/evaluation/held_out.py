"""J and F on held-out training videos after a short tuning: what a network in training is worth to a user so far."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lipcore.evaluation.measures import boundary_measure, region_similarity
from lipcore.masks import IGNORE, object_ids
from lipcore.model import LipNetwork
from lipcore.presets import find_preset
from lipcore.segmenter import Segmenter
from lipcore.training.data.store import Still
from lipcore.video import ArrayVideo

VIDEOS, FRAMES = 4, 12  # that are looked at, at most
ITERATIONS = 40
LARGEST_SIDE = 448  # of the network's input


def held_out_scores(network: LipNetwork, videos: Sequence[Sequence[Still]]) -> dict[str, float]:
    """Mean "J" and "F", 0..1, over the objects of the first videos that show any; nan without such videos.

    Each is tuned on its first frame and propagated through the next; a copy of the network is used, always in the same
    way, so that figures of two networks compare. Ignored pixels do not count for J and are background for F.
    """
    regions, boundaries = [], []
    judged = 0
    for stills in videos:
        frames = [stills[number] for number in range(min(FRAMES, len(stills)))]
        if judged == VIDEOS or len(frames) < 2 or not object_ids(frames[0].labels):
            continue
        judged += 1
        for number, found in _propagated(network, frames).items():
            truth = frames[number].labels
            ignored = truth == IGNORE
            for object_id in object_ids(frames[0].labels):
                masks = truth == object_id, (found == object_id) & ~ignored
                regions.append(region_similarity(*masks, ignored))
                boundaries.append(boundary_measure(*masks))
    if not regions:
        return {"J": math.nan, "F": math.nan}
    return {"J": float(np.mean(regions)), "F": float(np.mean(boundaries))}


def _propagated(network: LipNetwork, frames: Sequence[Still]) -> Mapping[int, NDArray[np.uint8]]:
    """Label maps of all frames but the first, which is given."""
    segmenter = Segmenter(copy.deepcopy(network), network.device, max_side=LARGEST_SIDE)
    segmenter.states.budget = 0  # every frame is run once
    video = ArrayVideo([frame.image for frame in frames], "held-out")
    annotations = {0: frames[0].labels}
    config = replace(find_preset(segmenter.preset).tuning("fast"), iterations=ITERATIONS)
    for _ in segmenter.tune(video, annotations, config=config):
        pass
    return {result.frame: result.labels for result in segmenter.propagate(video, annotations) if result.frame}
