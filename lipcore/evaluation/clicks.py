"""Number of clicks: how many a simulated person needs until a mask is good enough, by LIP and by GrabCut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.evaluation.davis import truth_files
from lipcore.files import list_images, safe_child
from lipcore.interactive.answering import ClickModel, Look
from lipcore.interactive.clicker import next_click, overlap
from lipcore.masks import IGNORE, object_ids, read_label_map
from lipcore.prompts import RADIUS, Click, Mask, Prompt
from lipcore.training.data.store import TrainingData, read_image

MOST_CLICKS = 20
EVERY = 10  # frames of a sequence from one that is measured to the next
SMALLEST_AREA = 100  # pixels of an object that is measured
_GRABCUT_PIXELS = 100_000
_GRABCUT_ROUNDS = 3
_FIRST_SHARE = 0.1  # of the picture's shorter side: GrabCut's first guess is a disc of this radius


@dataclass(frozen=True, eq=False)
class Case:
    """One object of one picture: frame (H, W, 3) uint8 RGB, the truth and where it is known, (H, W) bool."""

    name: str
    frame: NDArray[np.uint8]
    truth: Mask
    known: Mask


@dataclass(frozen=True)
class ClickScore:
    """Overlaps, 0..1, of one case after 1, 2, ... clicks; fewer than MOST_CLICKS once the mask was good enough."""

    name: str
    overlaps: tuple[float, ...]

    def clicks_to(self, wanted: float) -> int:
        """Clicks until the overlap was at least `wanted`; MOST_CLICKS if it never was."""
        return next((number for number, reached in enumerate(self.overlaps, 1) if reached >= wanted), MOST_CLICKS)

    def after(self, clicks: int) -> float:
        """The overlap after so many clicks, or the last one."""
        return self.overlaps[min(clicks, len(self.overlaps)) - 1]


class Clicked(Protocol):
    """What makes masks of clicks on one frame, which are given one after another."""

    def click(self, click: Click) -> Mask:
        """The mask (H, W) bool after one click more."""
        ...


class HeadClicked:
    """LIP's interactive head."""

    def __init__(self, model: ClickModel, frame: NDArray[np.uint8]) -> None:
        self._model = model
        self._look: Look = model.look(frame)
        self._prompt = Prompt()

    def click(self, click: Click) -> Mask:
        """The mask (H, W) bool after one click more."""
        self._prompt = self._prompt.clicked(click)
        found = self._model.answer(self._look, self._prompt)
        self._prompt = replace(self._prompt, so_far=found)
        return np.asarray(found > 0.5, np.bool_)


class GrabCutClicked:
    """OpenCV's GrabCut, whose hints are the same clicks as discs; a large disc about the first one is its guess."""

    def __init__(self, frame: NDArray[np.uint8]) -> None:
        self._shape = frame.shape[:2]
        self._scale = min(1.0, float(np.sqrt(_GRABCUT_PIXELS / (frame.shape[0] * frame.shape[1]))))
        size = round(frame.shape[1] * self._scale), round(frame.shape[0] * self._scale)
        self._picture = np.ascontiguousarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA))
        self._trimap = np.full(self._picture.shape[:2], cv2.GC_PR_BGD, np.uint8)
        self._clicks: list[Click] = []

    def click(self, click: Click) -> Mask:
        """The mask (H, W) bool after one click more."""
        if not self._clicks:
            radius = round(_FIRST_SHARE * min(self._trimap.shape))
            cv2.circle(self._trimap, self._place(click), radius, cv2.GC_PR_FGD, -1)
        self._clicks.append(click)
        for each in self._clicks:
            cv2.circle(self._trimap, self._place(each), RADIUS, cv2.GC_FGD if each.added else cv2.GC_BGD, -1)
        models = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.setRNGSeed(0)
        cv2.grabCut(self._picture, self._trimap, (0, 0, 1, 1), *models, _GRABCUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
        found = np.isin(self._trimap, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
        return np.asarray(cv2.resize(found, self._shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.5, np.bool_)

    def _place(self, click: Click) -> tuple[int, int]:
        return int(click.x * self._scale), int(click.y * self._scale)


def count_clicks(case: Case, clicked: Clicked, enough: float) -> ClickScore:
    """Click on the largest error until the overlap is `enough`, at most MOST_CLICKS times."""
    mask = np.zeros_like(case.truth)
    reached: list[float] = []
    while len(reached) < MOST_CLICKS and (not reached or reached[-1] < enough):
        click = next_click(case.truth, mask, case.known)
        if click is None:
            break
        mask = clicked.click(click)
        reached.append(overlap(case.truth, mask, case.known))
    return ClickScore(case.name, tuple(reached))


def davis_cases(davis_root: Path, names: Sequence[str]) -> Iterator[Case]:
    """Every object on every tenth frame of sequences in DAVIS layout; LipError if a file cannot be read."""
    for name in names:
        pictures = {path.stem: path for path in list_images(safe_child(davis_root / "JPEGImages" / "480p", name))}
        for path in truth_files(davis_root, name)[::EVERY]:
            if path.stem not in pictures:
                raise LipError(f"Cannot click on {name}: there is no picture of its mask {path.name}.")
            yield from _cases(f"{name}/{path.stem}", read_image(pictures[path.stem]), read_label_map(path))


def still_cases(data: TrainingData) -> Iterator[Case]:
    """Every still's largest object."""
    for still in data.stills:
        cases = list(_cases(still.source, still.image, still.labels))
        if cases:
            yield max(cases, key=lambda case: int(np.count_nonzero(case.truth)))


def mean_clicks(scores: Iterable[ClickScore], wanted: float) -> float:
    """The mean number of clicks to an overlap (NoC)."""
    return float(np.mean([score.clicks_to(wanted) for score in scores]))


def _cases(name: str, frame: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Iterator[Case]:
    known = labels != IGNORE
    for number in object_ids(labels):
        truth = labels == number
        if np.count_nonzero(truth) >= SMALLEST_AREA:
            yield Case(f"{name}/{number}", frame, truth, known)
