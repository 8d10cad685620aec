"""A tiny segmenter and a short video of two coloured rectangles, for tests of the whole way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch

from lipcore.presets import find_preset
from lipcore.segmenter import Segmenter
from lipcore.tuning.config import TuneConfig
from lipcore.weights.checkpoint import save_checkpoint
from tests.core.model.networks import tiny_network
from tests.core.training.pictures import draw
from tests.helpers import ArrayVideo, Labels

HEIGHT, WIDTH = 64, 96
_FAST: TuneConfig = find_preset("small").tuning("fast")
TINY_BUDGET = replace(_FAST, iterations=3, several_frames_factor=1, augmented_clips=1, clip_frames=2, rois_per_image=16)


def frame_of(number: int, *ids: int) -> tuple[Labels, Labels]:
    """Picture and label map of a frame: the objects `ids` (1, 2, 3) move right by two pixels a frame."""
    boxes = {1: (6, 8, 30, 30), 2: (40, 30, 64, 56), 3: (60, 4, 80, 22)}
    moved = {number_: (x1 + 2 * number, y1, x2 + 2 * number, y2) for number_, (x1, y1, x2, y2) in boxes.items()}
    return draw({number_: moved[number_] for number_ in ids}, HEIGHT, WIDTH)


def moving_video(frames: int = 6, *ids: int) -> tuple[ArrayVideo, list[Labels]]:
    """A video of the objects `ids` (default 1 and 2) and its true label maps."""
    pairs = [frame_of(number, *(ids or (1, 2))) for number in range(frames)]
    return ArrayVideo(np.stack([picture for picture, _ in pairs]), "moving"), [labels for _, labels in pairs]


def tiny_segmenter(seed: int = 0) -> Segmenter:
    """A segmenter with a tiny random network of preset `small`."""
    return Segmenter(tiny_network(), torch.device("cpu"), max_side=WIDTH, seed=seed)


def write_tiny_checkpoint(path: Path) -> Path:
    """The weights of `tiny_segmenter`'s network in a file."""
    save_checkpoint(path, tiny_network(), {})
    return path


def write_moving_frames(folder: Path, frames: int = 6) -> list[Labels]:
    """The pictures of `moving_video` in a folder, as PNG; the true label maps."""
    folder.mkdir(parents=True)
    video, truth = moving_video(frames)
    for number in range(frames):
        cv2.imwrite(str(folder / f"{number:05d}.png"), cv2.cvtColor(video[number], cv2.COLOR_RGB2BGR))
    return truth
