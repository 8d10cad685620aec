"""The timeline: transport, range actions and a lane per object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QScrollBar, QWidget

from lipgui.basics.frame_selection import FrameSelection
from lipgui.timeline.bar import TimelineBar
from lipgui.timeline.cells import LaneLabel
from lipgui.timeline.legend import Legend
from lipgui.timeline.mouse import ZOOM_PER_NOTCH, InteractiveLanes
from lipgui.timeline.playing.player import Player
from lipgui.timeline.words import selection_text
from lipgui.widgets.icon_button import menu_text

__all__ = ["LaneLabel", "Timeline"]


class Timeline(QWidget):
    """Shows what is known about each (frame, object) and lets the user move, play and choose ranges."""

    frameRequested = Signal(int)
    inOutChanged = Signal(int, int)
    clearRangeRequested = Signal(int, int, object)
    rerunRangeRequested = Signal(int, int, object)
    verifyRangeRequested = Signal(int, int, object)
    loopToggled = Signal(bool)
    objectRequested = Signal(int)  # the lane of this object was chosen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Timeline"))
        self.keys: Mapping[str, str] = {}  # of the window's actions by name, told in the menu
        self.lanes = InteractiveLanes()
        self.bar = TimelineBar()
        self.transport = self.bar.transport
        self.player = Player(self)
        self.legend = Legend()
        self._across = QScrollBar(Qt.Orientation.Horizontal)
        self._down = QScrollBar(Qt.Orientation.Vertical)
        self._lay_out()
        self._connect()
        self._show_selection(None)

    # What to show (none of these emits a signal)

    def show_video(self, frame_count: int, frame_rate: float) -> None:
        """Start over with a video of `frame_count` frames at `frame_rate` frames per second."""
        self.player.stop()
        self.player.set_rate(frame_rate)
        self.bar.show_video(frame_count, frame_rate)
        self.lanes.show_video(frame_count, frame_rate)
        self._show_selection(None)

    def show_frame(self, index: int) -> None:
        """Move the playhead."""
        self.lanes.set_frame(index)
        self.transport.show_frame(index)
        self.player.frame_shown(index)

    def show_objects(self, labels: Sequence[LaneLabel]) -> None:
        """One lane per label, in this order."""
        self.lanes.show_objects(labels)
        self._show_selection(self.selection)
        self._show_scrolling()

    def show_selected(self, object_id: int) -> None:
        """Light up the lane of an object (0: none)."""
        self.lanes.show_selected(object_id)

    def show_cells(self, provenances: NDArray[np.uint8], scores: NDArray[np.float32], areas: NDArray[np.int32]) -> None:
        """Take (T, 256) arrays by reference: provenance 0..4, score 0..1 or nan, pixels of the mask."""
        self.lanes.show_cells(provenances, scores, areas)

    def update_cells(self, first: int, last: int) -> None:
        """Read the frames `first` to `last` (inclusive) of those arrays, and of the doubts, again."""
        self.lanes.update_cells(first, last)

    def show_doubts(self, doubts: NDArray[np.float32], threshold: float = 0.5) -> None:
        """Take a (T, 256) array by reference: 0 sure .. 1 doubtful; from `threshold` on a cell is marked.

        After changing some frames of the array, `update_cells` is enough and much cheaper.
        """
        self.lanes.show_doubts(doubts, threshold)

    def show_in_out(self, first: int, last: int) -> None:
        """Show the working range, both ends inclusive."""
        self.lanes.show_overlay(replace(self.lanes.overlay, in_out=(first, last)))

    def show_progress(self, first: int, last: int) -> None:
        """Show which frames the running job has done; `last < first` takes the line away."""
        self.lanes.show_overlay(replace(self.lanes.overlay, progress=(first, last) if first <= last else None))

    # What the window's actions call

    @property
    def selection(self) -> FrameSelection | None:
        """The selected range."""
        return self.lanes.overlay.selection

    def toggle_play(self) -> None:
        """Play from the playhead to the out point, or stop."""
        self.set_playing(not self.player.playing)

    def set_playing(self, playing: bool) -> None:
        """Play or stop."""
        if not playing:
            self.player.stop()
            return
        frame, (first, last) = self.lanes.overlay.frame, self.lanes.overlay.in_out
        if not first <= frame <= last:
            first, last = 0, self.lanes.axis.frame_count - 1
        self.player.start(frame, first, last)
        self.transport.show_playing(self.player.playing)

    def set_in_here(self) -> None:
        """Let the working range begin at the playhead."""
        frame, last = self.lanes.overlay.frame, self.lanes.overlay.in_out[1]
        self.lanes.set_in_out(frame, last if last >= frame else self.lanes.axis.frame_count - 1)

    def set_out_here(self) -> None:
        """Let the working range end at the playhead."""
        frame, first = self.lanes.overlay.frame, self.lanes.overlay.in_out[0]
        self.lanes.set_in_out(first if first <= frame else 0, frame)

    def clear_in_out(self) -> None:
        """Let the working range be the whole video."""
        self.lanes.set_in_out(0, max(0, self.lanes.axis.frame_count - 1))

    def clear_selection(self) -> None:
        """Select nothing."""
        self.lanes.select(None)

    def zoom_in(self) -> None:
        """Zoom in at the playhead."""
        self.lanes.zoom(ZOOM_PER_NOTCH**2)

    def zoom_out(self) -> None:
        """Zoom out at the playhead."""
        self.lanes.zoom(ZOOM_PER_NOTCH**-2)

    def fit(self) -> None:
        """Show every frame."""
        self.lanes.fit()

    def range_menu(self) -> QMenu:
        """The menu for the selected range; the caller shows and deletes it."""
        menu = QMenu(self)
        selection = self.selection
        if selection is not None:
            heading = selection_text(selection, self.lanes.labels).replace("&", "&&")
            menu.addAction(heading).setEnabled(False)
            menu.addSeparator()
            menu.addAction(
                menu_text(self.tr("Clear"), self.keys.get("clear_range", "")),
                lambda: self._emit(self.clearRangeRequested),
            )
            menu.addAction(self.tr("Re-run"), lambda: self._emit(self.rerunRangeRequested))
            menu.addAction(
                menu_text(self.tr("Mark verified"), self.keys.get("verify_range", "")),
                lambda: self._emit(self.verifyRangeRequested),
            )
            menu.addSeparator()
            menu.addAction(
                self.tr("Set in and out points"), lambda: self.lanes.set_in_out(selection.first, selection.last)
            )
            menu.addAction(
                self.tr("Zoom to selection"),
                lambda: self.lanes.set_axis(self.lanes.axis.spanning(selection.first, selection.last)),
            )
            menu.addAction(self.tr("Select nothing"), self.clear_selection)
            menu.addSeparator()
        menu.addAction(self.tr("Show all frames"), self.fit)
        menu.addAction(self.tr("Remove in and out points"), self.clear_in_out)
        return menu

    # Inside

    def _lay_out(self) -> None:
        gap = self.fontMetrics().height() // 3
        foot = QHBoxLayout()
        foot.setContentsMargins(gap, 1, 0, 1)
        foot.setSpacing(2 * gap)
        foot.addWidget(self.legend)
        foot.addWidget(self._across, 1)
        foot.addStretch()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.bar, 0, 0, 1, 2)
        grid.addWidget(self.lanes, 1, 0)
        grid.addWidget(self._down, 1, 1)
        grid.addLayout(foot, 2, 0, 1, 2)
        grid.setRowStretch(1, 1)

    def _connect(self) -> None:
        self.lanes.frameRequested.connect(self._go_to)
        self.transport.frameRequested.connect(self._go_to)
        self.player.frameRequested.connect(self._request)
        self.player.playingChanged.connect(self.transport.show_playing)
        self.transport.playToggled.connect(self.set_playing)
        self.transport.speedChanged.connect(lambda speed: self.player.set_speed(speed, self.lanes.overlay.frame))
        self.transport.loopToggled.connect(self.player.set_loop)
        self.transport.loopToggled.connect(self.loopToggled)
        self.lanes.selectionChanged.connect(self._show_selection)
        self.lanes.inOutChanged.connect(self.inOutChanged)
        self.lanes.objectRequested.connect(self.objectRequested)
        self.lanes.menuRequested.connect(self._pop_up)
        self.lanes.axisChanged.connect(self._show_scrolling)
        self.lanes.layoutChanged.connect(self._show_scrolling)
        self.bar.clear_button.clicked.connect(lambda: self._emit(self.clearRangeRequested))
        self.bar.rerun_button.clicked.connect(lambda: self._emit(self.rerunRangeRequested))
        self.bar.verify_button.clicked.connect(lambda: self._emit(self.verifyRangeRequested))
        self.bar.in_button.clicked.connect(self.set_in_here)
        self.bar.out_button.clicked.connect(self.set_out_here)
        self.bar.zoom_in_button.clicked.connect(self.zoom_in)
        self.bar.zoom_out_button.clicked.connect(self.zoom_out)
        self.bar.fit_button.clicked.connect(self.fit)
        self._across.valueChanged.connect(lambda value: self.lanes.set_axis(self.lanes.axis.starting_at(value)))
        self._down.valueChanged.connect(self.lanes.scroll_lanes)

    def _go_to(self, frame: int) -> None:
        """The user goes to `frame`; playing goes on from there."""
        self.player.frame_shown(frame)
        self._request(frame)

    def _request(self, frame: int) -> None:
        self.lanes.set_frame(frame)
        self.transport.show_frame(frame)
        self.frameRequested.emit(frame)

    def _show_selection(self, selection: FrameSelection | None) -> None:
        text = selection_text(selection, self.lanes.labels)
        self.bar.show_selection(text)
        self.lanes.setAccessibleDescription(text)

    def _show_scrolling(self) -> None:
        axis, layout = self.lanes.axis, self.lanes.layout_of_lanes
        with QSignalBlocker(self._across), QSignalBlocker(self._down):
            visible = max(1, int(axis.visible_frames))
            self._across.setPageStep(visible)
            self._across.setSingleStep(max(1, visible // 10))
            self._across.setRange(0, int(np.ceil(axis.largest_first)))
            self._across.setValue(round(axis.first))
            self._down.setPageStep(max(1, self.lanes.height() - layout.ruler_height))
            self._down.setSingleStep(layout.lane_height)
            self._down.setRange(0, layout.largest_scroll(self.lanes.height()))
            self._down.setValue(layout.scroll)
        self._across.setVisible(axis.largest_first > 0)
        self._down.setVisible(self._down.maximum() > 0)

    def _emit(self, signal: SignalInstance) -> None:
        if self.selection is not None:
            signal.emit(self.selection.first, self.selection.last, self.selection.objects)

    def _pop_up(self, position: QPoint) -> None:
        menu = self.range_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)
