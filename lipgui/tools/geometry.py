"""Where the picture lies in the view: zoom, pan and the way between image and view coordinates, without Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

Point = tuple[float, float]
Rect = tuple[int, int, int, int]  # left, top, right, bottom in pixels, the last two exclusive

SMALLEST_SCALE = 0.02
LARGEST_SCALE = 64.0
_KEPT_IN_VIEW = 48.0  # view pixels of the picture that no pan takes away


@dataclass(frozen=True)
class ViewGeometry:
    """View pixel = image coordinate * scale + (left, top); the image pixel (0, 0) covers image coordinates 0 to 1."""

    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0

    def to_image(self, x: float, y: float) -> Point:
        """The image coordinates of a view position."""
        return (x - self.left) / self.scale, (y - self.top) / self.scale

    def to_view(self, x: float, y: float) -> Point:
        """The view position of image coordinates."""
        return x * self.scale + self.left, y * self.scale + self.top

    def zoomed_at(self, x: float, y: float, factor: float) -> ViewGeometry:
        """Scaled by `factor` with the image point under the view position (x, y) kept where it is."""
        scale = min(max(self.scale * factor, SMALLEST_SCALE), LARGEST_SCALE)
        factor = scale / self.scale
        return ViewGeometry(scale, x - (x - self.left) * factor, y - (y - self.top) * factor)

    def panned(self, right: float, down: float) -> ViewGeometry:
        """Moved by view pixels."""
        return replace(self, left=self.left + right, top=self.top + down)

    def kept_in_view(self, image: tuple[int, int], view: tuple[int, int]) -> ViewGeometry:
        """Moved so that a part of the image, (width, height), stays inside the view, (width, height)."""
        return replace(
            self,
            left=_kept(self.left, image[0] * self.scale, view[0]),
            top=_kept(self.top, image[1] * self.scale, view[1]),
        )

    def view_rect(self, rect: Rect, margin: int = 1) -> Rect:
        """The whole view pixels that an image rectangle touches, grown by `margin`."""
        left, top = self.to_view(rect[0], rect[1])
        right, bottom = self.to_view(rect[2], rect[3])
        return (
            math.floor(left) - margin,
            math.floor(top) - margin,
            math.ceil(right) + margin,
            math.ceil(bottom) + margin,
        )


def _kept(start: float, length: float, room: float) -> float:
    kept = min(_KEPT_IN_VIEW, length, room)
    return min(max(start, kept - length), room - kept)


def fitted(image: tuple[int, int], view: tuple[int, int], margin: int = 12) -> ViewGeometry:
    """The geometry that shows a whole image, (width, height), in the middle of a view, (width, height)."""
    room = max(view[0] - 2 * margin, 1), max(view[1] - 2 * margin, 1)
    scale = min(room[0] / max(image[0], 1), room[1] / max(image[1], 1))
    scale = min(max(scale, SMALLEST_SCALE), LARGEST_SCALE)
    return centred(image, view, scale)


def centred(image: tuple[int, int], view: tuple[int, int], scale: float) -> ViewGeometry:
    """The geometry that shows an image at `scale` in the middle of the view, its corner on a whole pixel."""
    left = round((view[0] - image[0] * scale) / 2)
    top = round((view[1] - image[1] * scale) / 2)
    return ViewGeometry(scale, left, top)


def joined(first: Rect | None, second: Rect | None) -> Rect | None:
    """The smallest rectangle around both; None is the empty one."""
    if first is None or second is None:
        return second if first is None else first
    return min(first[0], second[0]), min(first[1], second[1]), max(first[2], second[2]), max(first[3], second[3])
