"""Pictures with one object to be clicked: cut out, turned, coloured anew, with what a person might say first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from lipcore.augment.light import change_light
from lipcore.errors import LipError
from lipcore.interactive.clicker import next_click, overlap
from lipcore.masks import IGNORE
from lipcore.prompts import Click, Mask, Prompt
from lipcore.training.data.store import Still, TrainingData

Generator = np.random.Generator
_GREY = 127  # outside the picture; zero to the trunk
_TRIES = 20


@dataclass(frozen=True)
class SampleConfig:
    """How pictures are cut and prompts drawn. Lengths are pixels of the cut picture."""

    side: int = 256
    smallest_area: int = 80  # of an object, in pixels of the source picture
    extents: tuple[float, float] = (45.0, 235.0)  # square root of the area of an object's box, drawn logarithmically
    scales: tuple[float, float] = (0.4, 3.0)
    least_filled: float = 0.8  # of the cut's side by the longer side of the picture
    turn: float = 12.0  # degrees to either side
    video_fraction: float = 0.2
    first_click: float = 0.55  # prompts that are one click; of the others
    present_mask: float = 0.3  # begin with a mask that is partly wrong, and one click on the error
    boxed: float = 0.35  # have a box, with or without clicks; the rest have several clicks
    others: float = 0.4  # prompts that are told of other objects


@dataclass(frozen=True, eq=False)
class ClickSample:
    """A picture (S, S, 3) uint8 RGB, the object `truth`, where it is `known`, both (S, S) bool, and what is said."""

    picture: NDArray[np.uint8]
    truth: Mask
    known: Mask
    prompt: Prompt


class ClickSampler:
    """Samples of training data; `sample(index)` is a pure function of the seed and the index."""

    def __init__(self, data: TrainingData, config: SampleConfig, seed: int) -> None:
        """LipError without any picture."""
        self.config, self.seed = config, seed
        self._stills = data.stills
        self._frames = [(video, number) for video in data.videos for number in range(len(video))]
        if not len(self._stills) and not self._frames:
            raise LipError("There is no picture to train on.")

    def sample(self, index: int) -> ClickSample:
        """Sample number `index`; LipError if hardly any picture shows an object that is large enough."""
        random = np.random.default_rng((self.seed, index))
        for _ in range(_TRIES):
            still = self._draw(random)
            ids, areas = np.unique(still.labels, return_counts=True)
            large = [int(i) for i, area in zip(ids, areas, strict=True) if 0 < i < IGNORE]
            large = [i for i in large if areas[ids == i][0] >= self.config.smallest_area]
            if large:
                found = cut_out(still, large[int(random.integers(len(large)))], random, self.config)
                if found is not None:
                    return found
        raise LipError("The pictures show no objects that are large enough to click on.")

    def _draw(self, random: Generator) -> Still:
        from_video = self._frames and (random.random() < self.config.video_fraction or not len(self._stills))
        if from_video:
            video, number = self._frames[int(random.integers(len(self._frames)))]
            return video[number]
        return self._stills[int(random.integers(len(self._stills)))]


def cut_out(still: Still, object_id: int, random: Generator, config: SampleConfig) -> ClickSample | None:
    """A cut of a picture about an object, with a prompt; None if next to nothing of the object is in it."""
    side = config.side
    matrix, scale = _placement(still.labels == object_id, random, config)
    picture = still.image
    if scale < 0.6:  # a smaller picture first, or fine patterns would flicker
        picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        fitted = matrix @ np.diag((1 / scale, 1 / scale, 1.0))
    else:
        fitted = matrix
    grey = (_GREY, _GREY, _GREY)
    picture = np.asarray(cv2.warpAffine(picture, fitted, (side, side), borderValue=grey), np.uint8)
    labels = cv2.warpAffine(still.labels, matrix, (side, side), flags=cv2.INTER_NEAREST, borderValue=IGNORE)
    truth, known = labels == object_id, labels != IGNORE
    if np.count_nonzero(truth) < 0.003 * side * side or np.count_nonzero(truth) > 0.9 * side * side:
        return None
    tensor = torch.from_numpy(picture).permute(2, 0, 1)[None].float()
    picture = change_light(tensor, random)[0].permute(1, 2, 0).contiguous().numpy()
    others = known & ~truth & (labels > 0)
    return ClickSample(picture, truth, known, first_prompt(truth, known, others, random, config))


def _placement(mask: Mask, random: Generator, config: SampleConfig) -> tuple[NDArray[np.float64], float]:
    """The motion (2, 3) from the picture to the cut, and its scale."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    x1, x2, y1, y2 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    extent = float(np.sqrt((x2 - x1) * (y2 - y1)))
    low, high = np.log(config.extents)
    filling = config.least_filled * config.side / max(mask.shape)
    scale = float(np.clip(np.exp(random.uniform(low, high)) / extent, max(config.scales[0], filling), config.scales[1]))
    angle = np.radians(random.uniform(-config.turn, config.turn))
    mirrored = -1.0 if random.random() < 0.5 else 1.0
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    linear = np.array(((cosine * mirrored, -sine), (sine * mirrored, cosine)))
    side = config.side
    height, width = mask.shape
    corners = linear @ np.array(((0, width, 0, width), (0, 0, height, height)), float)
    place = linear @ ((x1 + x2) / 2, (y1 + y2) / 2)
    shift = np.zeros(2)
    for axis in range(2):
        reach = max(side / 2 - scale * (x2 - x1, y2 - y1)[axis] / 2, 0.1 * side)
        wanted = side / 2 + random.uniform(-reach, reach) - place[axis]
        low, high = side - corners[axis].max(), -corners[axis].min()  # between these the picture fills the cut
        shift[axis] = np.clip(wanted, low, high) if low <= high else (low + high) / 2
    return np.column_stack((linear, shift)), scale


def first_prompt(truth: Mask, known: Mask, others: Mask, random: Generator, config: SampleConfig) -> Prompt:
    """What a person says first of an object: a click, a box, several clicks, or a click on a wrong mask."""
    told = Prompt(others=others if others.any() and random.random() < config.others else None)
    kind = random.random()
    if kind < config.first_click:
        return told.clicked(click_inside(truth, random, central=random.random() < 0.5))
    kind = (kind - config.first_click) / (1 - config.first_click)
    if kind < config.present_mask:
        wrong = spoilt(truth, others, random)
        click = next_click(truth, wrong, known)
        if click is not None and overlap(truth, wrong, known) < 0.95:
            return replace(told, so_far=wrong).clicked(click)
    elif kind < config.present_mask + config.boxed:
        told = replace(told, box=_box(truth, random))
        if random.random() < 0.5:
            return told
    prompt = told
    if random.random() < 0.7 or prompt.box is None:
        for _ in range(int(random.integers(1, 4))):
            prompt = prompt.clicked(click_inside(truth, random))
    outside = others if others.any() and random.random() < 0.5 else _ring(truth) & known & ~truth
    if outside.any():
        for _ in range(int(random.integers(0, 4))):
            prompt = prompt.clicked(replace(click_inside(outside, random), added=False))
    return prompt


def click_inside(mask: Mask, random: Generator, central: bool = False) -> Click:
    """A click somewhere on a mask (H, W) bool that is not empty, rarely at its rim; or at its middle."""
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    distances = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
    floor = distances.max() * (0.95 if central else random.uniform(0, 0.5))
    places = np.flatnonzero(mask & (distances >= floor))
    y, x = divmod(int(places[int(random.integers(len(places)))]), mask.shape[1])
    return Click(float(x), float(y))


def spoilt(truth: Mask, others: Mask, random: Generator) -> Mask:
    """The mask of an object (H, W) as it may be before a correction: too small, too large, cut, or with a neighbour."""
    rows, columns = np.nonzero(truth)
    extent = float(np.sqrt(len(rows)))
    wrong = truth.astype(np.uint8)
    radius = max(1, round(extent * random.uniform(0.02, 0.12)))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    if random.random() < 0.5:
        wrong = np.asarray((cv2.erode if random.random() < 0.5 else cv2.dilate)(wrong, disc), np.uint8)
    kind = random.random()
    if kind < 0.35:  # a part is missing
        angle = random.uniform(0, 2 * np.pi)
        along = columns * np.cos(angle) + rows * np.sin(angle)
        limit = np.quantile(along, random.uniform(0.4, 0.9))
        y, x = np.indices(truth.shape)
        wrong[x * np.cos(angle) + y * np.sin(angle) > limit] = 0
    elif kind < 0.85:  # something is too much
        if others.any() and random.random() < 0.6:
            wrong |= others.astype(np.uint8)
        else:
            number = int(random.integers(len(rows)))
            size = np.maximum(extent * random.uniform(0.15, 0.6, 2), 2).astype(int)
            offset = random.normal(0, 0.5 * extent, 2)
            centre = int(columns[number] + offset[0]), int(rows[number] + offset[1])
            cv2.ellipse(wrong, centre, (int(size[0]), int(size[1])), random.uniform(0, 180), 0, 360, 1, -1)
    else:  # it lags behind
        right, down = random.normal(0, 0.12 * extent, 2).round()
        shift = np.array(((1, 0, right), (0, 1, down)), np.float64)
        wrong = np.asarray(cv2.warpAffine(wrong, shift, (truth.shape[1], truth.shape[0])))
    return np.asarray(wrong > 0, np.bool_)


def _box(truth: Mask, random: Generator) -> tuple[float, float, float, float]:
    """A box around a mask as a hand draws it."""
    rows, columns = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    x1, x2, y1, y2 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    slack = random.normal(0.02, 0.05, 4) * ((x2 - x1), (y2 - y1), (x2 - x1), (y2 - y1))
    return float(x1 - slack[0]), float(y1 - slack[1]), float(x2 + slack[2]), float(y2 + slack[3])


def _ring(truth: Mask) -> Mask:
    """What lies about an object, up to some way off."""
    radius = max(4, round(0.4 * float(np.sqrt(np.count_nonzero(truth)))))
    side = 2 * radius + 1
    return np.asarray(cv2.dilate(truth.astype(np.uint8), np.ones((side, side), np.uint8)) > 0, np.bool_)
