"""Masks from clicks on frames, numpy in and out: the whole frame first, then a window about the object."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from lipcore.interactive.head import Features, InteractiveHead, folded
from lipcore.interactive.head_file import load_head
from lipcore.interactive.trunk import load_trunk, normalised, trunk_hash
from lipcore.machine.device import memory_advice, precision
from lipcore.model.backbone import SIZE_DIVISOR
from lipcore.model.compiled import CompiledTrunk
from lipcore.model.efficientnet import EfficientNetLite
from lipcore.network_input import image_tensor
from lipcore.prompts import Click, Prompt, draw_prompt
from lipcore.resources import resource

Frame = NDArray[np.uint8]
Probabilities = NDArray[np.float32]
Window = tuple[int, int, int, int]  # x1 y1 x2 y2 in pixels of the frame

BUNDLED = "weights/lip-clicks.safetensors"


@dataclass(frozen=True)
class AnswerConfig:
    """How frames are shown to the head. Lengths are pixels."""

    longer_side: int = 640  # of the whole frame as the head sees it
    window_side: int = 384  # longer side of a window as the head sees it
    margin: float = 0.4  # about the object, in sizes of the object, that a window shows on both sides together
    smallest_window: int = 96  # side in the frame
    least_gain: float = 1.0  # a window that shows the object less enlarged than this is not worth its time


@dataclass(eq=False)
class Look:
    """A frame (H, W, 3) uint8 RGB with its features, whole and of the last window."""

    frame: Frame
    whole: View
    window: View | None = field(default=None)


@dataclass(frozen=True, eq=False)
class View:
    """A part of a frame as the head sees it: `height` by `width` pixels, padded to multiples of 32 in the features."""

    area: Window
    height: int
    width: int
    features: Features


class ClickModel:
    """The frozen trunk and an interactive head, on one device; `look` once a frame, then `answer` every prompt."""

    def __init__(
        self,
        trunk: EfficientNetLite,
        head: InteractiveHead,
        config: AnswerConfig | None = None,
        device: torch.device | None = None,
    ) -> None:
        """`head` is made ready for use, so that it cannot be trained any more."""
        self.config = config or AnswerConfig()
        self.device = device or torch.device("cpu")
        self.trunk, self._compiled = trunk.to(self.device), CompiledTrunk()
        self.head = folded(head).to(self.device)

    def look(self, frame: Frame) -> Look:
        """The features of a frame (H, W, 3) uint8 RGB; takes far longer than an answer."""
        height, width = frame.shape[:2]
        return Look(frame, self._view(frame, (0, 0, width, height), self.config.longer_side))

    def answer(self, look: Look, prompt: Prompt, closely: bool = True) -> Probabilities:
        """Probabilities (H, W) float32 in [0, 1] that pixels of the frame belong to the object.

        The prompt is in pixels of the frame. With `closely` a window about the object is looked at as well, where the
        object is small in the frame; the window's features are kept for the next answer.
        """
        if prompt.so_far is None or not closely:
            found = self._seen(look.whole, prompt, look.frame.shape)
            if not closely:
                return found
            prompt = replace(prompt, so_far=found)
        else:
            found = None
        area = self._area(look, prompt)
        if area is None:
            return self._seen(look.whole, prompt, look.frame.shape) if found is None else found
        if look.window is None or look.window.area != area:
            look.window = self._view(look.frame, area, self.config.window_side)
        return self._seen(look.window, prompt, look.frame.shape)

    def _area(self, look: Look, prompt: Prompt) -> Window | None:
        """The window about all that the prompt speaks of; the last one while it serves; None for the whole frame."""
        height, width = look.frame.shape[:2]
        around = _around(prompt)
        if around is None:
            return None
        config = self.config
        sides = (max(around[2] - around[0], 1), max(around[3] - around[1], 1))
        if look.window is not None and _serves(look.window.area, around, (height, width), config.margin):
            return look.window.area
        grown = [max(side * (1 + config.margin), config.smallest_window) for side in sides]
        longer = max(grown)
        grown = [max(side, 0.5 * longer) for side in grown]
        centre = (around[0] + around[2]) / 2, (around[1] + around[3]) / 2
        left, top = (int(max(centre[axis] - grown[axis] / 2, 0)) for axis in range(2))
        right, bottom = (int(min(centre[i] + grown[i] / 2 + 1, (width, height)[i])) for i in range(2))
        whole = max(look.whole.height, look.whole.width) / max(height, width)
        close = config.window_side / max(right - left, bottom - top)
        return (left, top, right, bottom) if close > config.least_gain * whole else None

    @torch.no_grad()
    def _view(self, frame: Frame, area: Window, longer: int) -> View:
        left, top, right, bottom = area
        part = frame[top:bottom, left:right]
        scale = longer / max(part.shape[:2])
        height, width = (max(1, round(side * scale)) for side in part.shape[:2])
        smaller = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        picture = np.asarray(cv2.resize(part, (width, height), interpolation=smaller), np.uint8)
        with memory_advice(self.device), precision(self.device):
            pictures = normalised(image_tensor(picture, self.device))
            pictures = F.pad(pictures, (0, -width % SIZE_DIVISOR, 0, -height % SIZE_DIVISOR))
            pictures = pictures.contiguous(memory_format=torch.channels_last)
            levels = self._compiled(self.trunk, pictures) or self.trunk(pictures)
            return View(area, height, width, self.head.look(pictures, levels))

    @torch.no_grad()
    def _seen(self, view: View, prompt: Prompt, shape: tuple[int, ...]) -> Probabilities:
        """The answer on one view, at the size of the frame; outside the view nothing belongs to the object."""
        left, top, right, bottom = view.area
        planes = draw_prompt(_moved(prompt, view), view.height, view.width)
        tensor = torch.from_numpy(planes).to(self.device)[None]
        tensor = F.pad(tensor, (0, -view.width % SIZE_DIVISOR, 0, -view.height % SIZE_DIVISOR))
        with memory_advice(self.device), precision(self.device):
            logits = self.head(view.features, tensor).float()
            logits = F.interpolate(logits, scale_factor=2.0, mode="bilinear", align_corners=False)
        small = logits[0, 0, : view.height, : view.width].float().cpu().numpy()
        fine = cv2.resize(small, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
        result = np.zeros(shape[:2], np.float32)
        result[top:bottom, left:right] = 1 / (1 + np.exp(-np.clip(fine, -30, 30)))
        return result


def load_click_model(config: AnswerConfig | None = None, device: torch.device | None = None) -> ClickModel:
    """The model of the bundled weights; LipError if they are missing or damaged."""
    trunk = load_trunk(resource("weights/lip-small.safetensors"))
    return ClickModel(trunk, load_head(resource(BUNDLED), trunk_hash(trunk)), config, device)


def _moved(prompt: Prompt, view: View) -> Prompt:
    """A prompt of the frame as one of the view."""
    left, top, right, bottom = view.area
    across, down = view.width / (right - left), view.height / (bottom - top)
    clicks = tuple(Click((each.x - left) * across, (each.y - top) * down, each.added) for each in prompt.clicks)
    box = prompt.box
    if box is not None:
        box = (box[0] - left) * across, (box[1] - top) * down, (box[2] - left) * across, (box[3] - top) * down
    so_far = None if prompt.so_far is None else _resized(prompt.so_far[top:bottom, left:right], view)
    others = None if prompt.others is None else _resized(prompt.others[top:bottom, left:right], view) > 0.5
    return Prompt(clicks, box, so_far, others)


def _resized(plane: NDArray[np.float32] | NDArray[np.bool_], view: View) -> Probabilities:
    smaller = cv2.INTER_AREA if view.width < plane.shape[1] else cv2.INTER_LINEAR
    values = plane.astype(np.float32)
    return np.asarray(cv2.resize(values, (view.width, view.height), interpolation=smaller), np.float32)


def _around(prompt: Prompt) -> tuple[float, float, float, float] | None:
    """The smallest box around the mask so far, the clicks that add and the box; None if there is nothing."""
    boxes = [(each.x, each.y, each.x + 1, each.y + 1) for each in prompt.clicks if each.added]
    if prompt.box is not None:
        boxes.append(prompt.box)
    if prompt.so_far is not None:
        mask = np.asarray(prompt.so_far, np.float32) > 0.5
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if len(rows):
            boxes.append((float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)))
    if not boxes:
        return None
    x1, y1, x2, y2 = zip(*boxes, strict=True)
    return min(x1), min(y1), max(x2), max(y2)


def _serves(area: Window, around: tuple[float, float, float, float], shape: tuple[int, int], margin: float) -> bool:
    """Whether a window still shows all of a box with some room on each side, and not too small."""
    height, width = shape
    sides = around[2] - around[0], around[3] - around[1]
    for axis, limit in ((0, width), (1, height)):
        room = 0.1 * margin * sides[axis]
        if around[axis] - room < area[axis] and area[axis] > 0:
            return False
        if around[axis + 2] + room > area[axis + 2] and area[axis + 2] < limit:
            return False
    longer = max(area[2] - area[0], area[3] - area[1])
    return longer <= 2.2 * (1 + margin) * max(*sides, 1)
