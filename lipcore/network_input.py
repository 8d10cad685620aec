"""Numpy at the border, tensors inside: frames and label maps at the network's input size, and boxes back again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lipcore.masks import IGNORE


@dataclass(frozen=True)
class InputSize:
    """Height and width of the network's input for a video of `video_height` by `video_width` pixels."""

    video_height: int
    video_width: int
    height: int
    width: int

    @classmethod
    def fit(
        cls, video_height: int, video_width: int, shorter: int, longer: int, max_side: int | None = None
    ) -> InputSize:
        """Scale to `shorter`, then down until the longer side fits `longer` (and `max_side`); keeps the aspect."""
        scale = min(
            shorter / min(video_height, video_width), min(longer, max_side or longer) / max(video_height, video_width)
        )
        return cls(video_height, video_width, max(32, round(video_height * scale)), max(32, round(video_width * scale)))

    def image(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A frame (H, W, 3) uint8 at the input size."""
        shrinking = self.height < self.video_height
        resized = cv2.resize(
            frame, (self.width, self.height), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
        )
        return np.asarray(resized, np.uint8)

    def labels(self, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A label map (H, W) uint8 at the input size."""
        resized = cv2.resize(labels, (self.width, self.height), interpolation=cv2.INTER_NEAREST_EXACT)
        return np.asarray(resized, np.uint8)

    def box_in_video(self, box: Sequence[float]) -> tuple[float, float, float, float]:
        """A box in pixels of the input as x1 y1 x2 y2 in pixels of the video."""
        across, down = self.video_width / self.width, self.video_height / self.height
        x1, y1, x2, y2 = (float(value) for value in box)
        return x1 * across, y1 * down, x2 * across, y2 * down


def image_tensor(image: NDArray[np.uint8], device: torch.device) -> Tensor:
    """An image (H, W, 3) uint8 as a tensor (1, 3, H, W) float32 in [0, 1] on a device."""
    tensor = torch.from_numpy(np.ascontiguousarray(image))
    if device.type == "cuda":
        tensor = tensor.pin_memory()  # from pinned memory alone it is copied while the GPU still works
    return tensor.to(device, non_blocking=True).permute(2, 0, 1)[None].float() / 255


@dataclass(frozen=True)
class ObjectSlots:
    """The one owner of the relation between object ids of a project and output slots 1..K of the network.

    Slots go by where the objects are, not by their ids: what starts at random is drawn per slot, and masks must not
    depend on how a person happened to number the objects.
    """

    ids: tuple[int, ...]  # ids[k] has slot k + 1

    @classmethod
    def of(cls, annotations: Sequence[NDArray[np.uint8]]) -> ObjectSlots:
        """Slots for every id (1..254) that some annotation shows, in the order in which they are met when reading."""
        places: dict[int, tuple[int, int]] = {}
        for number, labels in enumerate(annotations):
            for value in (int(each) for each in np.unique(labels)):
                if value not in (0, IGNORE) and value not in places:
                    places[value] = number, int((labels.ravel() == value).argmax())
        return cls(tuple(sorted(places, key=places.__getitem__)))

    def __len__(self) -> int:
        return len(self.ids)

    def to_slots(self, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Label map of object ids as one of slots; ids without a slot become 0, 255 stays."""
        table = np.zeros(256, np.uint8)
        table[list(self.ids)] = np.arange(1, len(self.ids) + 1)
        table[IGNORE] = IGNORE
        mapped: NDArray[np.uint8] = table[labels]
        return mapped

    def to_ids(self, slots: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Label map of slots 0..K as one of object ids."""
        mapped: NDArray[np.uint8] = np.array((0, *self.ids), np.uint8)[slots]
        return mapped
