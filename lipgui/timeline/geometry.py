"""Where frames and lanes lie on the timeline, as pure values: no widget, no painter."""

from __future__ import annotations

from dataclasses import dataclass, replace

MAXIMUM_PIXELS_PER_FRAME = 96.0


@dataclass(frozen=True)
class FrameAxis:
    """Maps frames to x in logical pixels; frame f covers [left(f), left(f + 1))."""

    frame_count: int = 0
    width: float = 1.0  # pixels
    pixels_per_frame: float = 1.0
    first: float = 0.0  # frame, with fraction, at x = 0

    @classmethod
    def fitted(cls, frame_count: int, width: float) -> FrameAxis:
        """The axis that shows every frame."""
        width = max(1.0, width)
        scale = width / frame_count if frame_count else 1.0
        return cls(frame_count, width, min(scale, MAXIMUM_PIXELS_PER_FRAME), 0.0)

    @property
    def smallest_scale(self) -> float:
        """Pixels per frame at which the whole video fits."""
        return FrameAxis.fitted(self.frame_count, self.width).pixels_per_frame

    @property
    def visible_frames(self) -> float:
        """How many frames fit in the width."""
        return self.width / self.pixels_per_frame

    @property
    def largest_first(self) -> float:
        """The greatest value `first` may take."""
        return max(0.0, self.frame_count - self.visible_frames)

    @property
    def is_fitted(self) -> bool:
        """Whether every frame is in view."""
        return self.pixels_per_frame <= self.smallest_scale * 1.0001

    def left(self, frame: float) -> float:
        """x of the left edge of `frame`; may lie outside the view."""
        return (frame - self.first) * self.pixels_per_frame

    def centre(self, frame: float) -> float:
        """x of the middle of `frame`."""
        return self.left(frame + 0.5)

    def frame_at(self, x: float) -> int:
        """The frame under `x`, held inside the video (0 if there is none)."""
        frame = int((x / self.pixels_per_frame + self.first) // 1)
        return max(0, min(self.frame_count - 1, frame))

    def zoomed(self, factor: float, x: float) -> FrameAxis:
        """Scaled by `factor` while the frame under `x` stays there."""
        scale = min(max(self.pixels_per_frame * factor, self.smallest_scale), MAXIMUM_PIXELS_PER_FRAME)
        under = x / self.pixels_per_frame + self.first
        return replace(self, pixels_per_frame=scale, first=under - x / scale).clamped()

    def panned(self, pixels: float) -> FrameAxis:
        """The content moved right by `pixels`."""
        return replace(self, first=self.first - pixels / self.pixels_per_frame).clamped()

    def starting_at(self, first: float) -> FrameAxis:
        """The same scale with `first` at the left edge."""
        return replace(self, first=first).clamped()

    def resized(self, width: float) -> FrameAxis:
        """The same frames for another width; stays fitted if it was."""
        if self.is_fitted:
            return FrameAxis.fitted(self.frame_count, width)
        return replace(self, width=max(1.0, width)).clamped()

    def spanning(self, first: int, last: int) -> FrameAxis:
        """Zoomed to the frames `first` to `last` with a little room beside them."""
        count = last - first + 1
        scale = self.width / (count * 1.1)
        scale = min(max(scale, self.smallest_scale), MAXIMUM_PIXELS_PER_FRAME)
        middle = first + count / 2
        return replace(self, pixels_per_frame=scale, first=middle - self.width / scale / 2).clamped()

    def showing(self, frame: int) -> FrameAxis:
        """Turned like a page so that `frame` is in view; itself if it already is."""
        room = max(0.0, min(0.1 * self.visible_frames, (self.visible_frames - 1) / 2))
        if self.left(frame) < 0:
            return self.starting_at(min(frame, frame + 1 + room - self.visible_frames))
        if self.left(frame + 1) > self.width + 0.5:
            return self.starting_at(frame - room)
        return self

    def clamped(self) -> FrameAxis:
        """Kept within the video."""
        scale = min(max(self.pixels_per_frame, self.smallest_scale), MAXIMUM_PIXELS_PER_FRAME)
        axis = replace(self, pixels_per_frame=scale)
        return replace(axis, first=min(max(self.first, 0.0), axis.largest_first))


def tick_steps(pixels_per_frame: float, label_width: float) -> tuple[int, int]:
    """Frames between labelled and between small ruler ticks, so that labels of `label_width` pixels do not touch."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            step = digit * power
            if step * pixels_per_frame >= label_width:
                small = {1: power // 10 * 2 or 1, 2: power // 2 or 1, 5: power}[digit]
                return step, small if small * pixels_per_frame >= 4 else step
        power *= 10


@dataclass(frozen=True)
class LaneLayout:
    """Where the lanes lie below the ruler, in logical pixels of the view."""

    count: int = 0
    lane_height: int = 20
    ruler_height: int = 20
    label_width: int = 100
    scroll: int = 0  # pixels hidden above the first visible lane

    def lane_top(self, lane: int) -> int:
        """y of the upper edge of `lane`; may lie under the ruler or below the view."""
        return self.ruler_height + lane * self.lane_height - self.scroll

    def lane_at(self, y: float) -> int | None:
        """The lane under `y`, or None over the ruler and below the last lane."""
        if y < self.ruler_height:
            return None
        lane = int((y - self.ruler_height + self.scroll) // self.lane_height)
        return lane if 0 <= lane < self.count else None

    def visible_lanes(self, height: float) -> range:
        """Lanes of which something shows in a view `height` pixels high."""
        first = self.scroll // self.lane_height
        last = int((height - self.ruler_height + self.scroll - 1) // self.lane_height)
        return range(max(0, first), max(0, min(self.count, last + 1)))

    def largest_scroll(self, height: float) -> int:
        """The greatest useful `scroll` of a view `height` pixels high."""
        return max(0, int(self.count * self.lane_height - (height - self.ruler_height)))

    def scrolled_to(self, lane: int, height: float) -> LaneLayout:
        """Scrolled as little as needed to show all of `lane`."""
        top = lane * self.lane_height
        scroll = min(self.scroll, top)
        scroll = max(scroll, top + self.lane_height - int(height - self.ruler_height))
        return replace(self, scroll=max(0, min(scroll, self.largest_scroll(height))))
