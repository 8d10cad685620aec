"""Scenes behind training clips: real video, a still whose instances move, pasted instances of other pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lipcore.augment.motion import Generator, Pose, drift, hold_at_borders, motion_from_pose, random_bend
from lipcore.augment.render import Background, Layer, chain, cut_out, dilate, fill_with_texture, invert
from lipcore.errors import LipError
from lipcore.masks import IGNORE
from lipcore.training.data.store import Still

LIFTABLE_AREA = 300  # instances with fewer pixels in their own picture are not cut out


@dataclass(frozen=True)
class SceneConfig:
    """Size of the clip (H, W), its frames, how lively it moves (1: everyday video), how many objects it may have."""

    size: tuple[int, int]
    frames: int
    liveliness: float = 1.0
    max_objects: int = 8


@dataclass(eq=False)
class Scene:
    """A background seen by a camera, with layers from back to front; `classes` maps label to class id where known."""

    config: SceneConfig
    device: torch.device
    pictures: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    camera: NDArray[np.float64]
    zoom: float
    classes: dict[int, int]
    unlabelled_objects: bool
    layers: list[Layer] = field(default_factory=list)
    holes: NDArray[np.bool_] | None = None
    places: list[Pose] = field(default_factory=list)

    @property
    def next_label(self) -> int:
        """The id for one more object."""
        return max(self.classes, default=0) + 1

    def background(self) -> Background:
        """The pictures without the instances that were lifted from them, as tensors."""
        images = torch.from_numpy(self.pictures).to(self.device).permute(0, 3, 1, 2).contiguous().float()
        labels = torch.from_numpy(self.labels).to(self.device)[:, None].float()
        if self.holes is not None:
            known = torch.from_numpy(~self.holes).to(self.device)[None, None].float()
            images = fill_with_texture(images, known)
        return Background(images, labels, self.camera)


def open_scene(stills: Sequence[Still], random: Generator, config: SceneConfig, moving: bool, safe: bool) -> Scene:
    """A scene with a still (moved by a smooth camera) or T frames of a video (seen through one crop) as its background.

    The largest `max_objects` instances keep their labels, numbered from 1; all others become 255.
    `safe` centres the view on an object.
    """
    pictures = np.stack([still.image for still in stills]) if same_size(stills) else None
    if pictures is None:
        raise LipError(f"Cannot train on {stills[0].source}: the frames of a video differ in size.")
    labels = np.stack([still.labels for still in stills])
    labels, numbers = renumbered(labels, config.max_objects)
    classes = {new: stills[0].classes.get(old, 0) for old, new in numbers.items()}
    camera, zoom = _camera(random, labels[0], config, moving, safe)
    unlabelled = any(still.unlabelled_objects for still in stills)
    return Scene(config, torch.device("cpu"), pictures, labels, camera, zoom, classes, unlabelled)


def lift_instances(scene: Scene, random: Generator, limit: int = 4) -> int:
    """Let instances of a still background move on their own, over a filled background; gives how many do."""
    labels = scene.labels[0]
    ids = [number for number in scene.classes if _areas(labels)[number] >= LIFTABLE_AREA]
    chosen = [int(number) for number in random.permutation(ids)[: int(random.integers(1, limit + 1))]]
    pace = scene.config.liveliness * random.lognormal(0, 0.6)
    frames = scene.config.frames
    holes = np.zeros(labels.shape, np.bool_)
    for number in chosen:
        mask = labels == number
        layer_pixels, origin = cut_out(scene.pictures[0], mask, scene.device)
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        centre = ((columns[0] + columns[-1] + 1) / 2, (rows[0] + rows[-1] + 1) / 2)
        extent = float(max(np.ptp(rows), np.ptp(columns)) + 1)
        step = 0.012 * pace * (extent + 0.4 * _reference(scene.config) * scene.zoom)
        anchor = random.uniform(-1.5, 1.5)
        pose = Pose(
            centre[0] + drift(random, frames, step, anchor),
            centre[1] + drift(random, frames, 0.7 * step, anchor),
            random.normal(0, 0.05) + drift(random, frames, 0.02 * pace, anchor),
            random.normal(0, 0.04) + drift(random, frames, 0.025 * pace, anchor),
        )
        pose = hold_at_borders(
            pose, (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1), (labels.shape[0], labels.shape[1])
        )
        placed = motion_from_pose(pose, (centre[0] - origin[0], centre[1] - origin[1]))
        bend = random_bend(random, frames, extent, 0.06)
        scene.layers.append(Layer(layer_pixels, number, chain(scene.camera, invert(placed)), bend))
        scene.places.append(pose)
        holes |= dilate(mask, 4)
    if chosen:
        lifted = np.isin(labels, chosen)
        holes &= lifted | (labels == 0) | (labels == IGNORE)
        scene.holes = holes
        scene.labels = np.where(lifted | holes, 0, scene.labels).astype(np.uint8)
    return len(chosen)


def paste_instances(scene: Scene, random: Generator, donor: Callable[[], Still], count: int) -> int:
    """Put up to `count` instances of other pictures in front, each on a course of its own; gives how many."""
    pasted = 0
    for _ in range(min(count, scene.config.max_objects - len(scene.classes))):
        for attempt in range(6):
            still = donor()
            areas = _areas(still.labels)[1:255]
            ids = np.flatnonzero(areas >= LIFTABLE_AREA) + 1
            if not ids.size:
                continue
            number = int(random.choice(ids))
            mask = still.labels == number
            if _liftable(mask) or attempt == 5:
                _paste(scene, random, still, number, mask, first=pasted == 0)
                pasted += 1
                break
    return pasted


def _paste(scene: Scene, random: Generator, still: Still, number: int, mask: NDArray[np.bool_], first: bool) -> None:
    config, frames = scene.config, scene.config.frames
    pixels, _ = cut_out(still.image, mask, scene.device)
    height, width = pixels.shape[-2:]
    reference = _reference(config)
    target = reference * np.exp(random.uniform(np.log(0.18), np.log(0.75)))
    scale = min(target / max(height, width), 1.6)
    anchor = 0.0 if first else float(random.uniform(0, max(frames - 1, 1)))
    frame = min(round(anchor), frames - 1)
    if scene.places and random.random() < 0.3:
        other = scene.places[int(random.integers(len(scene.places)))]
        place = np.array([other.x[frame], other.y[frame]])
    else:
        seen = random.uniform(0.12, 0.88, 2) * (config.size[1], config.size[0])
        place = scene.camera[frame] @ np.array([*seen, 1.0])
    pace = config.liveliness * random.lognormal(0, 0.6)
    step = 0.022 * pace * reference * scene.zoom
    pose = Pose(
        place[0] + drift(random, frames, step, anchor, 0.02 * step),
        place[1] + drift(random, frames, 0.7 * step, anchor, 0.02 * step),
        np.log(scale * scene.zoom) + drift(random, frames, 0.025 * pace, anchor),
        random.normal(0, 0.2) + drift(random, frames, 0.03 * pace, anchor),
    )
    placed = motion_from_pose(pose, (width / 2, height / 2), mirrored=bool(random.random() < 0.5))
    bend = random_bend(random, frames, float(max(height, width)), 0.06)
    label = scene.next_label
    pixels = _matched(pixels, scene.pictures[0], random)
    scene.layers.append(Layer(pixels, label, chain(scene.camera, invert(placed)), bend))
    scene.places.append(pose)
    scene.classes[label] = still.classes.get(number, 0)


def _matched(pixels: Tensor, picture: NDArray[np.uint8], random: Generator) -> Tensor:
    """The layer with its brightness and contrast changed by chance, somewhat nearer to those of the background."""
    mean = torch.as_tensor(picture[::8, ::8].reshape(-1, 3).mean(axis=0), dtype=torch.float32, device=pixels.device)
    own = (pixels[:, :3] * pixels[:, 3:]).sum(dim=(0, 2, 3)) / pixels[:, 3].sum().clamp(min=1)
    gains = torch.as_tensor(np.exp(random.normal(0, 0.08, 3) + random.normal(0, 0.08)), dtype=torch.float32)
    shift = float(random.uniform(0, 0.4)) * (mean - own)
    colours = pixels[:, :3] * gains.to(pixels.device).view(1, 3, 1, 1) + shift.view(1, 3, 1, 1)
    return torch.cat([colours.clamp_(0, 255), pixels[:, 3:]], dim=1)


def _camera(
    random: Generator, labels: NDArray[np.uint8], config: SceneConfig, moving: bool, safe: bool
) -> tuple[NDArray[np.float64], float]:
    """The motion from clip to picture, and picture pixels per clip pixel in the first frame."""
    height, width = labels.shape
    frames = config.frames
    fit = min(height / config.size[0], width / config.size[1])
    most = min(max(height / config.size[0], width / config.size[1]), 1.5 * fit)
    wide = random.random() < 0.3
    zoom = float(
        np.exp(random.uniform(np.log(fit), np.log(most)) if wide else random.uniform(-0.43, 0.03) + np.log(fit))
    )
    zoom = fit if safe else zoom
    half = 0.5 * zoom * np.array([config.size[1], config.size[0]])
    middle = np.array([width / 2, height / 2])
    centre = random.uniform(0, 1, 2) * (width, height)
    ids = np.flatnonzero(_areas(labels)[1:255]) + 1
    if ids.size and (safe or random.random() < 0.85):
        rows, columns = np.nonzero(labels == random.choice(ids))
        jitter = 0.0 if safe else 0.5
        centre = np.array([columns.mean(), rows.mean()]) + jitter * half * random.uniform(-1, 1, 2)
    inside = np.array([width, height]) - 2 * half
    centre = np.where(inside > 0, np.clip(centre, half, np.array([width, height]) - half), middle)
    if moving:
        pace = config.liveliness * random.lognormal(0, 0.6) * (random.random() < 0.85)
        step = 0.012 * pace * _reference(config) * zoom
        shake = 0.003 * random.exponential() * pace
        x = centre[0] + drift(random, frames, step, 0, shake * 100 * zoom)
        y = centre[1] + drift(random, frames, 0.6 * step, 0, shake * 100 * zoom)
        scales = np.exp(np.minimum(np.log(zoom) + drift(random, frames, 0.015 * pace), np.log(max(zoom, fit) * 1.05)))
        pose = Pose(
            _kept_inside(x, width, 0.5 * scales * config.size[1]),
            _kept_inside(y, height, 0.5 * scales * config.size[0]),
            np.log(scales),
            random.normal(0, 0.06) + drift(random, frames, 0.008 * pace, 0, shake),
        )
    else:
        still = np.ones(frames)
        pose = Pose(centre[0] * still, centre[1] * still, np.log(zoom) * still, random.normal(0, 0.06) * still)
    mirrored = bool(random.random() < 0.5)
    return motion_from_pose(pose, (config.size[1] / 2, config.size[0] / 2), mirrored), zoom


def _kept_inside(course: NDArray[np.float64], length: int, half: NDArray[np.float64]) -> NDArray[np.float64]:
    """The course of a view's centre, with no more than some 6 % of the view beyond the picture's ends."""
    low = np.minimum(0.88 * half, length / 2)
    return np.clip(course, low, length - low)


def renumbered(labels: NDArray[np.uint8], limit: int) -> tuple[NDArray[np.uint8], dict[int, int]]:
    """Labels (T, H, W) numbered from 1 by size, the largest `limit` objects alone, and old ids with their new ones."""
    areas = _areas(labels)[:IGNORE]
    areas[0] = 0
    order = [int(number) for number in np.argsort(-areas, kind="stable")[:limit] if areas[number] > 0]
    numbers = {old: new for new, old in enumerate(order, start=1)}
    table = np.full(256, IGNORE, np.uint8)
    table[0] = 0
    for old, new in numbers.items():
        table[old] = new
    return table[labels], numbers


def _liftable(mask: NDArray[np.bool_]) -> bool:
    """Whether an instance is large enough and not cut off by the border of its picture."""
    if int(np.count_nonzero(mask)) < LIFTABLE_AREA:
        return False
    touching = sum(int(np.count_nonzero(edge)) for edge in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
    if not touching:
        return True
    extent = np.count_nonzero(mask.any(axis=1)) + np.count_nonzero(mask.any(axis=0))
    return bool(touching < 0.12 * extent)


def _areas(labels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Pixels of each label (256,)."""
    return cv2.calcHist([labels.reshape(-1, labels.shape[-1])], [0], None, [256], [0, 256]).ravel().astype(np.int64)


def same_size(stills: Sequence[Still]) -> bool:
    """Whether all pictures have one size."""
    return len({still.image.shape for still in stills}) == 1


def _reference(config: SceneConfig) -> float:
    return float(np.sqrt(config.size[0] * config.size[1]))
