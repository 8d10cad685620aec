"""What a person says of an object on one picture: clicks, a box, the mask so far; and how the head sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Box = tuple[float, float, float, float]

CHANNELS = 5
ADDED, TAKEN, SO_FAR, BOX, OTHERS = range(CHANNELS)
RADIUS = 5  # of the disc that stands for a click, pixels of the head's input


@dataclass(frozen=True)
class Click:
    """A place in pixels, fractions allowed, that belongs to the object, or (`added` False) does not."""

    x: float
    y: float
    added: bool = True


@dataclass(frozen=True, eq=False)
class Prompt:
    """All that is known of an object on a picture (H, W): `box` is x1 y1 x2 y2 in pixels, masks are (H, W).

    `so_far` is the object's present mask, bool or probabilities in [0, 1]; `others` are the pixels of other objects.
    """

    clicks: tuple[Click, ...] = ()
    box: Box | None = None
    so_far: NDArray[np.float32] | Mask | None = None
    others: Mask | None = None

    @property
    def empty(self) -> bool:
        """Whether nobody has clicked or drawn a box."""
        return not self.clicks and self.box is None

    def clicked(self, click: Click) -> Prompt:
        """The same with one click more."""
        return replace(self, clicks=(*self.clicks, click))


def draw_prompt(prompt: Prompt, height: int, width: int) -> NDArray[np.float32]:
    """The head's channels (CHANNELS, height, width) in [0, 1] for a prompt in pixels of that size."""
    planes = np.zeros((CHANNELS, height, width), np.float32)
    draw_clicks(planes, prompt.clicks)
    if prompt.so_far is not None:
        planes[SO_FAR] = prompt.so_far
    if prompt.box is not None:
        left, top, right, bottom = (round(value) for value in prompt.box)
        planes[BOX, max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 1
    if prompt.others is not None:
        planes[OTHERS] = prompt.others
    return planes


def draw_clicks(planes: NDArray[np.float32], clicks: Sequence[Click]) -> None:
    """Add the discs of clicks to channels (CHANNELS, H, W)."""
    height, width = planes.shape[1:]
    for click in clicks:
        left, right = max(int(click.x) - RADIUS, 0), min(int(click.x) + RADIUS + 1, width)
        top, bottom = max(int(click.y) - RADIUS, 0), min(int(click.y) + RADIUS + 1, height)
        if left >= right or top >= bottom:
            continue
        across = np.arange(left, right) - int(click.x)
        down = np.arange(top, bottom) - int(click.y)
        disc = down[:, None] ** 2 + across[None, :] ** 2 <= RADIUS**2
        planes[ADDED if click.added else TAKEN, top:bottom, left:right][disc] = 1
