"""Masks of clicks for the canvas: the click model, loaded when it is first needed, and what it saw of the frame."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lipcore.prompts import Prompt
from lipgui.basics.settings import Preferences

if TYPE_CHECKING:  # torch is imported in a job's thread
    from lipcore.interactive.answering import ClickModel, Look

Frame = NDArray[np.uint8]
Loader = Callable[[str], "ClickModel"]


def bundled_click_model(device: str) -> ClickModel:
    """The bundled weights on a device; imports torch, so it is called in a job's thread."""
    from lipcore.interactive.answering import load_click_model
    from lipcore.machine.device import choose_device

    return load_click_model(device=choose_device(device))


class ClickAnswers:
    """Answers prompts on the frame in view; its methods are called from jobs' threads, one at a time."""

    def __init__(self, load: Loader = bundled_click_model) -> None:
        self._load, self._device = load, "auto"
        self._lock = Lock()
        self._model: ClickModel | None = None
        self._look: Look | None = None

    def use(self, preferences: Preferences) -> None:
        """Use this device from the next answer on."""
        if preferences.device != self._device:
            self._device, self._model, self._look = preferences.device, None, None

    def ready(self, frame: Frame) -> bool:
        """Whether answers on this frame come at once."""
        look = self._look
        return look is not None and look.frame is frame

    def look(self, frame: Frame) -> None:
        """Load the model if need be, and compute the features of a frame (H, W, 3) uint8 RGB; LipError."""
        with self._lock:
            self._looked(frame)

    def answer(self, frame: Frame, prompt: Prompt, closely: bool) -> NDArray[np.float32]:
        """Probabilities (H, W) float32 in [0, 1] of the object, in pixels of the frame; LipError."""
        with self._lock:
            model, look = self._looked(frame)
            return model.answer(look, prompt, closely)

    def _looked(self, frame: Frame) -> tuple[ClickModel, Look]:
        model = self._model or self._load(self._device)
        look = self._look
        if look is None or look.frame is not frame or self._model is None:
            look = model.look(frame)
        self._model, self._look = model, look
        return model, look
