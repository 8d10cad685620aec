"""Small videos with known answers, and a segmenter that shifts masks, for every test."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Event
from types import ModuleType

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.learning.reports import TuneReport
from lipcore.prompts import Prompt
from lipcore.propagation.result import FrameResult, InstanceResult
from lipcore.video import ArrayVideo

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class MovingSquare:
    """A folder of frames in which a square moves one pixel right and down a frame; `truth` is (T, H, W) uint8."""

    path: Path
    truth: Labels


def write_moving_square(folder: Path, frames: int = 12, height: int = 48, width: int = 64) -> MovingSquare:
    """Write `frames` PNG pictures of a 12 px square (id 1) over noise."""
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(0).integers(0, 60, (height, width, 3), dtype=np.uint8)
    truth = np.zeros((frames, height, width), np.uint8)
    for frame in range(frames):
        picture = noise.copy()
        top, left = 10 + frame, 12 + frame
        picture[top : top + 12, left : left + 12] = (40, 200, 240)
        truth[frame, top : top + 12, left : left + 12] = 1
        cv2.imwrite(str(folder / f"{frame:05d}.png"), picture)
    return MovingSquare(folder, truth)


def blank_video(frames: int = 12, height: int = 48, width: int = 64) -> ArrayVideo:
    """A video whose every frame is a flat colour that names its index."""
    pictures = np.zeros((frames, height, width, 3), np.uint8)
    pictures[:] = (np.arange(frames) % 256).astype(np.uint8)[:, None, None, None]
    return ArrayVideo(pictures)


def shifted(labels: Labels, frames: int) -> Labels:
    """`labels` (H, W) moved `frames` pixels right and down, zeros coming in (left and up where negative)."""
    height, width = labels.shape
    out = np.zeros_like(labels)
    if abs(frames) < min(height, width):
        out[max(frames, 0) : height + min(frames, 0), max(frames, 0) : width + min(frames, 0)] = labels[
            max(-frames, 0) : height - max(frames, 0), max(-frames, 0) : width - max(frames, 0)
        ]
    return out


class FakeSegmenter:
    """Stands in for the network: masks move one pixel right and down a frame, which is exact on `moving_square`."""

    device_name = "test device"
    weights_hash = "0" * 16

    def __init__(self, score: float = 0.9, gate: Event | None = None, gate_after: int = 0) -> None:
        self._state, self._score = b"", score
        self._gate, self._gate_after = gate, gate_after
        self.calls: list[str] = []
        self.tuned_on: list[tuple[int, ...]] = []
        self.ranges: list[tuple[range, str]] = []
        self.masks: list[tuple[int, ...]] = []  # the frames whose masks a run went on from

    def tune(
        self, video: object, annotations: Mapping[int, Labels], quality: str = "balanced", config: object = None
    ) -> Iterator[TuneReport]:
        self.calls.append("tune")
        self.tuned_on.append(tuple(sorted(annotations)))
        for number in range(1, 6):
            self._wait(number)
            self._state = f"{len(self.tuned_on)}:{number}".encode()
            yield TuneReport(number, 5, 1.0 / number, {"mask": 0.5 / number}, 0.01)

    def propagate(
        self,
        video: object,
        annotations: Mapping[int, Labels],
        frames: range,
        direction: str = "forward",
        done: Collection[int] = (),
        masks: Mapping[int, Labels] | None = None,
        **_: object,
    ) -> Iterator[FrameResult]:
        self.calls.append("propagate")
        self.ranges.append((frames, direction))
        self.masks.append(tuple(masks or ()))
        count = 0
        starts = sorted(annotations)
        order = list(frames if direction != "backward" else reversed(frames))
        between = [frame for frame in order if direction == "both" and starts[0] < frame < starts[-1]]
        first = [frame for frame in between if frame not in starts]  # of two ways
        for place, frame in enumerate([*first, *order]):
            if frame in done:
                continue
            earlier = [known for known in annotations if known <= frame]
            later = [known for known in annotations if known >= frame]
            if direction == "forward" or (direction == "both" and earlier):
                source = max(earlier, default=None)
            else:
                source = min(later, default=None)
            if source is None:
                continue
            count += 1
            self._wait(count)
            labels = shifted(annotations[source], frame - source)
            yield FrameResult(frame, labels, tuple(self._instances(labels)), 0.01, is_final=place >= len(first))

    def tuned_weights(self) -> bytes:
        return self._state

    def restore(self, state: bytes) -> None:
        self.calls.append("restore")
        self._state = state

    def _instances(self, labels: Labels) -> Iterator[InstanceResult]:
        for object_id in np.unique(labels):
            if 0 < object_id < 255:
                rows, columns = np.nonzero(labels == object_id)
                box = (float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
                yield InstanceResult(int(object_id), box, self._score, self._score)

    def _wait(self, count: int) -> None:
        if self._gate is not None and count > self._gate_after and not self._gate.wait(20):
            raise TimeoutError("the test never opened the gate")


class FailingSegmenter(FakeSegmenter):
    """Fails with `error` after so many steps of tuning, or frames of propagation; None for never."""

    def __init__(self, error: Exception, steps: int | None = None, frames: int | None = None) -> None:
        super().__init__()
        self._error, self._steps, self._frames = error, steps, frames

    def tune(
        self, video: object, annotations: Mapping[int, Labels], quality: str = "balanced", config: object = None
    ) -> Iterator[TuneReport]:
        yield from islice(super().tune(video, annotations, quality, config), self._steps)
        if self._steps is not None:
            raise self._error

    def propagate(
        self,
        video: object,
        annotations: Mapping[int, Labels],
        frames: range,
        direction: str = "forward",
        done: Collection[int] = (),
        **_: object,
    ) -> Iterator[FrameResult]:
        yield from islice(super().propagate(video, annotations, frames, direction, done), self._frames)
        if self._frames is not None:
            raise self._error


def load_script(path: Path) -> ModuleType:
    """A Python file outside of the packages as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class FakeAnswerer:
    """Finds the piece of like colours around every click, or what in a box is unlike its corner; notes every prompt."""

    def __init__(self) -> None:
        self.asked: list[Prompt] = []
        self.seen: Labels | None = None
        self.gate: Event | None = None  # looking at a frame waits for it
        self.problem = ""  # said instead of an answer

    def ready(self, frame: Labels) -> bool:
        """Whether this frame was looked at last."""
        return self.seen is frame

    def look(self, frame: Labels) -> None:
        """Look at a frame, once the gate is open."""
        if self.gate is not None:
            self.gate.wait(20)
        self.seen = frame

    def answer(self, frame: Labels, prompt: Prompt, closely: bool) -> NDArray[np.float32]:
        """1 where the object is."""
        if self.problem:
            raise LipError(self.problem)
        self.look(frame)
        self.asked.append(prompt)
        found = np.zeros(frame.shape[:2], np.bool_)
        if prompt.so_far is not None:
            found |= np.asarray(prompt.so_far) > 0.5
        if prompt.others is not None:
            frame = np.where(prompt.others[:, :, None], 255 - frame, frame).astype(np.uint8)
        if prompt.box is not None:
            left, top, right, bottom = (round(each) for each in prompt.box)
            part = frame[top:bottom, left:right].astype(int)
            found[top:bottom, left:right] = np.abs(part - part[0, 0]).max(axis=2) > 100
        for click in prompt.clicks:
            piece = _like(frame, int(click.x), int(click.y))
            found = found | piece if click.added else found & ~piece
        return found.astype(np.float32)


def _like(frame: Labels, x: int, y: int) -> NDArray[np.bool_]:
    """The connected piece of frame (H, W, 3) whose colours differ little from its neighbours'."""
    mask = np.zeros((frame.shape[0] + 2, frame.shape[1] + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (1 << 8)
    cv2.floodFill(frame.copy(), mask, (x, y), 0, (80,) * 3, (80,) * 3, flags)
    return np.asarray(mask[1:-1, 1:-1] > 0, np.bool_)


class Clock:
    """Seconds that pass only when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now
