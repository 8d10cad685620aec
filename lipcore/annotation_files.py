"""Annotations given as files: one mask for the first frame, or a folder with a mask for any frames."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.files import natural_key
from lipcore.masks import read_label_map
from lipcore.video import Video


def read_annotations(
    path: Path, video: Video, tell: Callable[[str], None] = lambda sentence: None
) -> dict[int, NDArray[np.uint8]]:
    """Label maps (H, W) uint8 by frame: `path` is one mask, for the first frame, or a folder of `<frame>.png`.

    A mask that is one pixel wider, narrower, higher or lower than the video, as resizing programs make them, is
    stretched to fit, and `tell` is given a sentence about it. LipError for any other size, for masks that belong to
    no frame, and where no mask shows an object.
    """
    if path.is_dir():
        files = sorted(path.glob("*.png"), key=lambda file: natural_key(file.name))
        if not files:
            raise LipError(f"Cannot read annotations: {path} holds no PNG masks.")
        frames = {frame_of(file, video): file for file in files}
    elif path.is_file():
        frames = {0: path}
    else:
        raise LipError(f"Cannot read annotations: {path} does not exist.")
    annotations = {frame: _fitted(read_label_map(file), file, video, tell) for frame, file in frames.items()}
    if not any(bool(((labels > 0) & (labels < 255)).any()) for labels in annotations.values()):
        raise LipError(f"Cannot use the annotations {path}: no mask shows an object.")
    return annotations


def frame_of(file: Path, video: Video) -> int:
    """The frame a mask belongs to: the frame of its name, else the frame with its number."""
    names = list(video.frame_names)
    if file.stem in names:
        return names.index(file.stem)
    if file.stem.isdecimal() and len(file.stem) < 10 and int(file.stem) < len(video):
        return int(file.stem)
    raise LipError(f"The mask {file.name} belongs to no frame of {video.name}, which has {len(video)} frames.")


def _fitted(labels: NDArray[np.uint8], file: Path, video: Video, tell: Callable[[str], None]) -> NDArray[np.uint8]:
    height, width = labels.shape
    if (height, width) == (video.height, video.width):
        return labels
    if abs(height - video.height) > 1 or abs(width - video.width) > 1:
        raise LipError(
            f"The mask {file.name} is {width}x{height}, the video is {video.width}x{video.height}: they must be equal."
        )
    tell(f"The mask {file.name} is {width}x{height}; it was stretched to the video's {video.width}x{video.height}.")
    resized = cv2.resize(labels, (video.width, video.height), interpolation=cv2.INTER_NEAREST_EXACT)
    return np.asarray(resized, np.uint8)
