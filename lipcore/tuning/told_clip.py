"""A clip to tune on as a memory that is told labels sees it (beyond the paper)."""

from __future__ import annotations

import torch
from torch import Tensor

from lipcore.flow import backward_flow, grey
from lipcore.learning.cue_noise import doubtful_previous
from lipcore.learning.targets import objects_of_labels
from lipcore.model import LipNetwork, State
from lipcore.model.memory.told import Teller, moved
from lipcore.model.network import Appearance

STRENGTH, DROPPED = 1.0, 0.1  # of the noise on the masks that are told


class ToldClip:
    """Advances a memory over a clip (T, 3, H, W) uint8 with labels (T, H, W), frame by frame in order.

    The first frame is its annotated one. As in use a frame is told its matches and the masks of the frame before,
    which are made doubtful; the first one that of itself, for the heads never see a frame of which all is told.
    """

    def __init__(
        self, network: LipNetwork, teller: Teller, images: Tensor, labels: Tensor, partial: Tensor, slots: int
    ) -> None:
        self._network, self._teller, self._labels = network, teller, labels
        pixels = images.permute(0, 2, 3, 1).cpu().numpy()
        self._greys = [grey(picture) for picture in pixels]
        self._objects = objects_of_labels(labels, partial.expand(len(labels)), slots)
        self._state: State | None = None

    def levels(self, number: int, appearance: Appearance, matches: Tensor | None) -> list[Tensor]:
        """What the heads see of frame `number`; `matches` (1, 1 + K, h, w) with the annotated frame."""
        network = self._network
        masks = self._doubtful(max(number - 1, 0))
        if self._state is None:
            told = self._teller.painted(self._labels[:1])
            state = self._state = network.recur(appearance.levels, None, told)[1]
        else:
            found = backward_flow(self._greys[number], self._greys[number - 1])
            flow = torch.from_numpy(found)[None].to(masks.device)
            state, masks = self._state.moved(flow), moved(masks, flow, 1)
        levels, after = network.recur(appearance.levels, state, self._teller.carried(masks, matches))
        self._state = after if number else self._state
        return levels

    def _doubtful(self, number: int) -> Tensor:
        """The masks (1, K, H, W) of a frame, made doubtful."""
        objects, size = self._objects, (self._labels.shape[-2], self._labels.shape[-1])
        there = objects.present[number]
        masks = doubtful_previous(objects.masks[number], objects.boxes[number], there, size, STRENGTH, DROPPED)
        return masks.transpose(0, 1)
