"""The lanes as one cached picture in device pixels, of which only changed columns are drawn again."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from lipgui.timeline.cells import PRESENT, LaneCells, LaneLabel, column_frames
from lipgui.timeline.colours import TimelineColours, height_table, packed
from lipgui.timeline.geometry import FrameAxis, LaneLayout
from lipgui.timeline.marks import DOUBT, KEY, MarkStamps, annotated_marks, doubt_marks, thinned

_DOUBT_SPACING = 3  # mark widths for which one triangle stands; the line on top shows every doubtful frame
_GAP_FROM = 7.0  # device pixels per frame from which frames are drawn apart


class LaneLayer:
    """Draws cells into an image the size of the area of the lanes; `picture` brings it up to date first."""

    def __init__(self, cells: LaneCells, colours: TimelineColours) -> None:
        self._cells = cells
        self._image = QImage()
        self._key: object = None
        self._dirty: list[tuple[int, int]] = []  # ranges of frames, inclusive
        self._heights = height_table()
        self.labels: Sequence[LaneLabel] = ()  # of the lanes, for the keys of curves
        self.set_colours(colours, -1)

    def set_colours(self, colours: TimelineColours, selected_lane: int) -> None:
        """Use other colours, and another selected lane, from the next picture on."""
        self._colours = colours
        self._selected_lane = selected_lane
        self._bars, self._feet = colours.bar_table(), colours.foot_table()
        self._stamps: MarkStamps | None = None
        self.invalidate()

    def invalidate(self) -> None:
        """Draw everything again next time."""
        self._key = None

    def invalidate_frames(self, first: int, last: int) -> None:
        """Draw the frames `first` to `last` (inclusive) again next time."""
        self._dirty.append((first, last))

    def picture(self, axis: FrameAxis, layout: LaneLayout, height: int, ratio: float) -> QImage:
        """The track area below the ruler, axis.width x `height` logical pixels of `ratio` device pixels each."""
        width_device, height_device = max(1, round(axis.width * ratio)), max(1, round(height * ratio))
        key = (axis, layout, height_device, ratio)
        if key != self._key:
            if self._image.width() != width_device or self._image.height() != height_device:
                self._image = QImage(width_device, height_device, QImage.Format.Format_RGB32)
            if self._stamps is None or self._stamps.made_for != (layout.lane_height, ratio):
                self._stamps = MarkStamps(self._colours, layout.lane_height, ratio)
            self._draw(axis, layout, ratio, 0, width_device)
            self._key = key
        elif self._dirty:
            scale = axis.pixels_per_frame * ratio
            margin = self._reach(scale)
            start = min(int(axis.left(first) * ratio) for first, _ in self._dirty) - margin
            stop = max(int(axis.left(last + 1) * ratio) for _, last in self._dirty) + margin + int(scale) + 2
            if max(0, start) < min(width_device, stop):
                self._draw(axis, layout, ratio, max(0, start), min(width_device, stop))
        self._dirty.clear()
        self._image.setDevicePixelRatio(ratio)
        return self._image

    def _draw(self, axis: FrameAxis, layout: LaneLayout, ratio: float, start: int, stop: int) -> None:
        """Draw the device pixel columns `start` to `stop`."""
        image = self._image
        height = image.height()
        lanes = layout.visible_lanes(height / ratio + layout.ruler_height)
        scale = axis.pixels_per_frame * ratio
        columns = self._cells.columns(lanes, axis.first, 1.0 / scale, start, stop)
        pixels = np.frombuffer(image.bits(), np.uint32).reshape(height, image.bytesPerLine() // 4)[:, start:stop]
        cells = columns.codes.astype(np.intp) << 8 | columns.scores
        gaps = _frame_gaps(axis.first, scale, start, stop)
        drawn = 0
        for row, lane in enumerate(lanes):
            top = round((layout.lane_top(lane) - layout.ruler_height) * ratio)
            bottom = round((layout.lane_top(lane + 1) - layout.ruler_height) * ratio)
            background = packed(self._colours.lane_selected if lane == self._selected_lane else self._colours.lane)
            tile = self._lane(cells[row], columns.doubtful[row], bottom - top, ratio, background, gaps)
            low, high = max(0, top), min(height, bottom)
            pixels[low:high] = tile[low - top : high - top]
            drawn = high
        pixels[drawn:] = packed(self._colours.background)
        end = max(0, int(np.ceil(axis.left(self._cells.frame_count) * ratio)) - start)
        pixels[:, end:] = packed(self._colours.background)
        self._draw_marks(axis, layout, lanes, ratio, start, stop)

    def _lane(
        self,
        cells: NDArray[np.intp],
        doubtful: NDArray[np.bool_],
        height: int,
        ratio: float,
        background: int,
        gaps: NDArray[np.intp],
    ) -> NDArray[np.uint32]:
        """(height, W) pixels of one lane: doubt line, bar, foot and the line to the next lane.

        `cells` (W,) is code * 256 + score of each column.
        """
        thick, rule = max(1, round(2 * ratio)), max(1, round(ratio))
        room = height - rule - 2 * thick  # the doubt line and as much again stay free above the tallest bar
        bar = np.ceil(self._heights * room).astype(np.int16).take(cells)
        rows = np.arange(height - rule - 1, -rule - 1, -1, dtype=np.int16)[:, None]  # counted up from the foot
        # background where the mask is 0, the bar's colour where it is 1: several times faster than np.where
        tile: NDArray[np.uint32] = np.multiply(rows < bar, self._bars.take(cells) ^ np.uint32(background))
        tile ^= np.uint32(background)
        codes = cells >> 8
        tile[height - rule - thick : height - rule] = np.where(codes > 0, self._feet.take(codes), np.uint32(background))
        tile[:, gaps] = background
        tile[:thick, doubtful] = packed(self._colours.doubt)
        tile[height - rule :] = packed(self._colours.line)
        return tile

    def _draw_marks(
        self, axis: FrameAxis, layout: LaneLayout, lanes: range, ratio: float, start: int, stop: int
    ) -> None:
        assert self._stamps is not None
        image, stamps = self._image, self._stamps
        scale = axis.pixels_per_frame * ratio
        spacing = stamps.spacing(scale)
        margin = self._reach(scale)
        wide = _DOUBT_SPACING * spacing
        first = max(0, int(axis.first + (start - margin) / scale)) // wide * wide
        last = min(self._cells.frame_count, int(axis.first + (stop + margin) / scale) + 2)
        image.setDevicePixelRatio(1.0)
        painter = QPainter(image)
        painter.setClipRect(start, 0, stop - start, image.height())
        half = stamps.size / 2
        for lane in lanes:
            codes, doubtful = self._cells.codes[lane, first:last], self._cells.doubtful[lane, first:last]
            top = (layout.lane_top(lane) - layout.ruler_height) * ratio
            height = layout.lane_height * ratio
            marks = thinned(doubt_marks(doubtful) + first, wide)
            y = round(top)
            for x in self._mark_lefts(marks, axis, scale, half):
                painter.drawImage(x, y, stamps.images[DOUBT])
            marks = annotated_marks(codes) + first
            label = self.labels[lane] if lane < len(self.labels) else None
            for start_frame, end_frame in label.drawn if label else ():  # what lies between keys has no mark of its own
                marks = marks[(marks < start_frame) | (marks > end_frame)]
            marks = thinned(marks, spacing)
            y = round(top + height / 2 - half)
            kinds = (codes[marks - first] % PRESENT).tolist()
            for x, kind in zip(self._mark_lefts(marks, axis, scale, half), kinds, strict=True):
                painter.drawImage(x, y, stamps.images[kind])
            keys = np.array(sorted(frame for frame in label.keys if first <= frame < last) if label else [], np.intp)
            for x in self._mark_lefts(thinned(keys, spacing), axis, scale, half):
                painter.drawImage(x, y, stamps.images[KEY])
        painter.end()

    def _reach(self, scale: float) -> int:
        """Device pixels within which a changed cell may change a mark: its own, or one that gives way to it."""
        return (
            self._stamps.size + math.ceil((_DOUBT_SPACING * self._stamps.spacing(scale) + 1) * scale)
            if self._stamps
            else 0
        )

    def _mark_lefts(self, frames: NDArray[np.intp], axis: FrameAxis, scale: float, half: float) -> list[int]:
        """Device x of the left of each mark; one whose frame is in view is shown whole, at the edges too."""
        x = (frames + 0.5 - axis.first) * scale
        width = self._image.width()
        x = np.where((x >= 0) & (x <= width), np.clip(x, half, width - half), x)
        return np.rint(x - half).astype(int).tolist()  # type: ignore[no-any-return]


def _frame_gaps(first: float, scale: float, start: int, stop: int) -> NDArray[np.intp]:
    """Columns, from `start`, left free between frames so that single frames can be told apart; none if too narrow."""
    if scale < _GAP_FROM:
        return np.zeros(0, np.intp)
    frames = column_frames(first, 1.0 / scale, start, stop + 1)
    return np.flatnonzero(frames[1:] != frames[:-1])
