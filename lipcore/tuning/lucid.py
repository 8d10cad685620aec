"""First-frame augmentation ("lucid" clips): an annotated frame taken apart and put together moved, for tuning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lipcore.augment.batch import ClipBatch, in_threads
from lipcore.augment.light import change_light
from lipcore.augment.motion import Generator, Pose, hold_at_borders, motion_from_pose, random_bend
from lipcore.augment.render import (
    Background,
    Layer,
    chain,
    cut_out,
    dilate,
    fill_with_texture,
    invert,
    render,
)
from lipcore.errors import LipError
from lipcore.masks import IGNORE

GROUP = 8  # clips made at once: half a second on a CPU


@dataclass(frozen=True, eq=False)
class _Piece:
    """One object cut out of the frame: layer pixels, where they come from, its box x1 y1 x2 y2 in the frame."""

    label: int
    pixels: Tensor
    origin: tuple[int, int]
    box: tuple[float, float, float, float]


class LucidSource:
    """An annotated frame, taken apart once into its objects and the background behind them, to make clips from.

    `image` (H, W, 3) uint8 RGB; `labels` (H, W) uint8, 0 background, 255 ignore. LipError if they differ in size.
    """

    def __init__(self, image: NDArray[np.uint8], labels: NDArray[np.uint8], device: torch.device | str = "cpu") -> None:
        if image.shape[:2] != labels.shape:
            raise LipError(f"Cannot use these masks: their size is {labels.shape}, the frame's {image.shape[:2]}.")
        self.device = torch.device(device)
        self.size = (labels.shape[0], labels.shape[1])
        ids = [int(number) for number in np.unique(labels) if 0 < number < IGNORE]
        self._pieces = [self._piece(image, labels == number, number) for number in ids]
        objects = (labels > 0) & (labels < IGNORE)
        holes = dilate(objects, 4)
        images = torch.from_numpy(np.ascontiguousarray(image)).to(self.device).permute(2, 0, 1)[None].float()
        known = torch.from_numpy(~holes).to(self.device)[None, None].float()
        rest = np.where(labels == IGNORE, IGNORE, 0).astype(np.float32)
        self._images = fill_with_texture(images.contiguous(), known)
        self._labels = torch.from_numpy(rest).to(self.device)[None, None]

    def clips(self, count: int, generator: Generator, frames: int = 2) -> ClipBatch:
        """`count` clips of the frame's size, labels with the frame's own ids, the same for the same generator state.

        The first frame is close to the original; up to the last one every object moves, is scaled by 0.8..1.25 (some by
        0.6..1.6), turned by up to 20 degrees and bent, in a random depth order, before a slightly moving camera.
        """
        return self._made([int(seed) for seed in generator.integers(2**62, size=count)], frames)

    def groups(self, count: int, generator: Generator, frames: int = 2) -> Iterator[ClipBatch]:
        """The same clips as `clips` makes, a few at a time, so that one may stop in between."""
        seeds = [int(seed) for seed in generator.integers(2**62, size=count)]
        for start in range(0, count, GROUP):
            yield self._made(seeds[start : start + GROUP], frames)

    def _made(self, seeds: list[int], frames: int) -> ClipBatch:
        def one(seed: int) -> tuple[Tensor, Tensor]:
            return self._clip(np.random.default_rng(seed), frames)

        made = in_threads(one, seeds) if self.device.type == "cpu" else [one(seed) for seed in seeds]
        return ClipBatch(
            torch.stack([images for images, _ in made]),
            torch.stack([labels for _, labels in made]),
            torch.zeros(len(seeds), dtype=torch.bool, device=self.device),
            torch.zeros(len(seeds), 256, dtype=torch.int64, device=self.device),
        )

    def _piece(self, image: NDArray[np.uint8], mask: NDArray[np.bool_], label: int) -> _Piece:
        pixels, origin = cut_out(image, mask, self.device)
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        box = (float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))
        return _Piece(label, pixels, origin, box)

    def _clip(self, generator: Generator, frames: int) -> tuple[Tensor, Tensor]:
        height, width = self.size
        reference = float(np.sqrt(height * width))
        camera_pose = Pose(
            width / 2 + _course(generator, frames, generator.normal(0, 0.06) * reference),
            height / 2 + _course(generator, frames, generator.normal(0, 0.04) * reference),
            _course(generator, frames, generator.normal(-0.05, 0.06)),
            _course(generator, frames, generator.normal(0, 0.05)),
        )
        mirrored = bool(generator.random() < 0.25)
        camera = motion_from_pose(camera_pose, (width / 2, height / 2), mirrored)
        order = generator.permutation(len(self._pieces))
        layers = [self._layer(self._pieces[place], camera, generator, frames, reference) for place in order]
        images, labels = render(Background(self._images, self._labels, camera), layers, self.size)
        return change_light(images, generator, 0.7), labels

    def _layer(
        self, piece: _Piece, camera: NDArray[np.float64], generator: Generator, frames: int, reference: float
    ) -> Layer:
        left, top, right, bottom = piece.box
        centre = ((left + right) / 2, (top + bottom) / 2)
        extent = max(right - left, bottom - top)
        largest = np.log(1.25) if generator.random() < 0.7 else np.log(1.6)
        reach = 0.15 * extent + 0.06 * reference
        pose = Pose(
            np.clip(centre[0] + _course(generator, frames, generator.normal(0, reach)), 0, self.size[1]),
            np.clip(centre[1] + _course(generator, frames, generator.normal(0, 0.7 * reach)), 0, self.size[0]),
            _course(generator, frames, generator.uniform(-largest, largest)),
            _course(generator, frames, np.deg2rad(generator.uniform(-20, 20))),
        )
        pose = hold_at_borders(pose, piece.box, self.size)
        placed = motion_from_pose(pose, (centre[0] - piece.origin[0], centre[1] - piece.origin[1]))
        bend = random_bend(generator, frames, extent, 0.06)
        gains = torch.as_tensor(np.exp(generator.normal(0, 0.04, 3)), dtype=torch.float32, device=self.device)
        colours = (piece.pixels[:, :3] * gains.view(1, 3, 1, 1)).clamp_(0, 255)
        pixels = torch.cat([colours, piece.pixels[:, 3:]], dim=1)
        return Layer(pixels, piece.label, chain(camera, invert(placed)), bend)


def _course(generator: Generator, frames: int, change: float) -> NDArray[np.float64]:
    """A smooth course (T,) from a fifth of a change to about the whole change."""
    if frames == 1:
        return np.full(1, change)
    time = np.linspace(0, 1, frames)
    return change * (generator.uniform(-0.2, 0.2) + time ** generator.uniform(0.7, 1.5))
