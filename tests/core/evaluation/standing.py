"""A data set in DAVIS layout with one moving square, and a segmenter that leaves every mask where it was painted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import torch

from lipcore.masks import write_label_map
from lipcore.propagation.result import FrameResult
from tests.helpers import FakeSegmenter, Labels, write_moving_square


def write_davis(root: Path, sequence: str = "square", frames: int = 12, name: str = "val") -> Labels:
    """Pictures, masks and a list of 2016 and 2017; the true masks (T, H, W) uint8."""
    square = write_moving_square(root / "JPEGImages" / "480p" / sequence, frames)
    folder = root / "Annotations" / "480p" / sequence
    folder.mkdir(parents=True)
    for frame, labels in enumerate(square.truth):
        write_label_map(folder / f"{frame:05d}.png", labels)
    for year in ("2016", "2017"):
        (root / "ImageSets" / year).mkdir(parents=True, exist_ok=True)
        with (root / "ImageSets" / year / f"{name}.txt").open("a") as file:
            file.write(f"{sequence}\n")
    return square.truth


class StandingSegmenter(FakeSegmenter):
    """Gives each frame the mask of the nearest annotated frame that the direction allows, where it was."""

    preset, device, trained = "small", torch.device("cpu"), True

    def propagate(
        self, video: object, annotations: Mapping[int, Labels], frames: range, direction: str = "forward", *_: object
    ) -> Iterator[FrameResult]:
        self.ranges.append((frames, direction))
        for frame in frames:
            known = [other for other in annotations if direction == "both" or other <= frame]
            source = min(known, key=lambda other: (abs(other - frame), other))
            labels = annotations[source]
            yield FrameResult(frame, labels, tuple(self._instances(labels)), 0.25)
