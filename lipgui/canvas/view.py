"""A widget that shows a frame under its overlay and knows zoom and pan; it has no tools."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QGraphicsView, QWidget

from lipgui.canvas.boxes import InstanceLabel
from lipgui.canvas.compositor import SoftPicture
from lipgui.canvas.overlay import OverlayMode, OverlayStyle
from lipgui.canvas.picture import PictureItem
from lipgui.tools.geometry import Point, ViewGeometry, fitted


class PictureView(QWidget):
    """Frame, overlay, boxes and onion skin, drawn by one item that composes no more than what an update names."""

    zoomChanged = Signal(float)  # screen pixels per image pixel; 1.0 is 100 %
    viewChanged = Signal()  # the picture lies or looks otherwise
    viewportMade = Signal(QWidget)  # from now on it receives the mouse

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        palette = np.zeros((256, 3), np.uint8)
        self.picture = PictureItem(OverlayStyle(palette), self.font())
        self._view: QGraphicsView | None = None
        self._mode: OverlayMode = "tint"
        self._raw_held = False
        self._fits = True  # until the user zooms or pans, the picture follows the size of the widget

    def sizeHint(self) -> QSize:
        """Room for a video of common size."""
        return QSize(960, 540)

    def minimumSizeHint(self) -> QSize:
        """The least that is of use."""
        return QSize(200, 140)

    @property
    def viewport(self) -> QWidget:
        """The widget that receives the mouse."""
        return self.make_view().viewport()

    @property
    def geometry_of_view(self) -> ViewGeometry:
        """How the picture lies in the viewport."""
        return self.picture.geometry

    @property
    def has_frame(self) -> bool:
        """Whether a frame is shown."""
        return self.picture.compositor.frame is not None

    @property
    def overlay(self) -> OverlayMode:
        """The chosen overlay mode, also while the raw frame is held."""
        return self._mode

    @property
    def zoom(self) -> float:
        """Screen pixels per image pixel."""
        return self.picture.geometry.scale * self.devicePixelRatioF()

    def make_view(self) -> QGraphicsView:
        """What draws the picture, made when first shown or asked for: pyqtgraph takes a third of a start to import."""
        if self._view is None:
            import pyqtgraph

            self._view = pyqtgraph.GraphicsView(self)
            self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._view.setGeometry(self.rect())
            self._view.scene().addItem(self.picture)
            self._view.lower()  # what lies over the picture may be there already
            self._view.show()
            self._set_background()
            self.viewportMade.emit(self._view.viewport())
        return self._view

    def viewport_position(self, x: float, y: float) -> QPoint:
        """The viewport position of the centre of the image pixel (x, y)."""
        return QPointF(*self.picture.geometry.to_view(x + 0.5, y + 0.5)).toPoint()

    def image_point(self, position: QPointF) -> Point:
        """The image coordinates x, y of a viewport position."""
        return self.picture.geometry.to_image(position.x(), position.y())

    def pointer_area(self) -> QRectF:
        """The view rectangle in which the picture shows, empty without one."""
        shape = self._shape()
        if shape is None:
            return QRectF()
        left, top = self.picture.geometry.to_view(0, 0)
        right, bottom = self.picture.geometry.to_view(*shape)
        return QRectF(left, top, right - left, bottom - top).intersected(QRectF(self.rect()))

    def pixel_size(self) -> float:
        """View pixels of one image pixel."""
        return self.picture.geometry.scale

    def show_picture(self, frame: NDArray[np.uint8]) -> None:
        """Show a frame (H, W, 3) uint8 RGB; one of another size is fitted to the view."""
        compositor = self.picture.compositor
        old = compositor.frame
        compositor.set_frame(np.ascontiguousarray(frame))
        if old is None or old.shape != frame.shape:
            compositor.onion = None
            self.fit()
        self.picture.update()

    def show_instances(self, instances: Sequence[InstanceLabel]) -> None:
        """Show these boxes with their texts, instead of those before."""
        if tuple(instances) == self.picture.instances:
            return
        for shown in (self.picture.instances, tuple(instances)):
            self.picture.instances = shown
            for each in self.picture.placed():
                self.picture.update(each.area)

    def show_onion(self, labels: NDArray[np.uint8] | None) -> None:
        """Show dashed contours of another frame's labels (H, W) uint8, or none."""
        compositor = self.picture.compositor
        old = compositor.onion
        if labels is None or old is None:
            changed = labels is not old
        else:
            changed = not np.array_equal(labels, old)
        compositor.onion = None if labels is None else np.array(labels, np.uint8)
        if changed:
            self.picture.update()

    def show_soft(self, soft: SoftPicture | None) -> None:
        """Show what soft edges make of the frame, or its masks as they are."""
        if soft is not None or self.picture.compositor.is_soft:
            self.picture.compositor.set_soft(soft)
            self.picture.update()

    def show_before(self, labels: NDArray[np.uint8] | None, wipe: float = 0.5) -> None:
        """Show earlier masks (H, W) uint8 in the part `wipe` 0..1 of the picture's width from the left, or none."""
        compositor = self.picture.compositor
        if labels is not None or compositor.before is not None:
            compositor.before, compositor.wipe = labels, wipe
            self.picture.update()

    def show_masks(self, labels: NDArray[np.uint8]) -> None:
        """Show a label map (H, W) uint8 that nobody paints on."""
        self.picture.compositor.labels = labels
        self.picture.update()

    def show_hidden(self, object_ids: Set[int]) -> None:
        """Do not show these objects."""
        if self.picture.style.hidden != object_ids:
            self._restyle(replace(self.picture.style, hidden=frozenset(object_ids)))

    def set_overlay(self, mode: OverlayMode) -> None:
        """Choose how masks are shown."""
        self._mode = mode
        self._restyle(replace(self.picture.style, mode="raw" if self._raw_held else mode))

    def set_opacity(self, opacity: float) -> None:
        """Choose the opacity of the tint, 0..1."""
        self._restyle(replace(self.picture.style, opacity=min(max(opacity, 0.0), 1.0)))

    def set_backdrop(self, colour: QColor) -> None:
        """Choose what objects lie on where they are shown over a colour."""
        self._restyle(replace(self.picture.style, backdrop=(colour.red(), colour.green(), colour.blue())))

    def hold_raw(self, held: bool) -> None:
        """Show the frame alone while held."""
        self._raw_held = held
        self.set_overlay(self._mode)

    def fit(self) -> None:
        """Show the whole picture."""
        self._fits = True
        shape = self._shape()
        if shape is not None:
            self._set_geometry(fitted(shape, self._view_size()))

    def follow(self, other: PictureView) -> None:
        """Let the picture lie and look as in another view."""
        self._fits = False
        self._restyle(other.picture.style)
        self._set_geometry(other.picture.geometry)

    def zoom_100(self) -> None:
        """Show one image pixel on one screen pixel, about the middle of the view."""
        self.zoom_by(1 / self.zoom)

    def zoom_by(self, factor: float, position: QPointF | None = None) -> None:
        """Zoom about a viewport position, or about the middle."""
        if self.has_frame:
            position = QRectF(self.rect()).center() if position is None else position
            self._fits = False
            self._set_geometry(self.picture.geometry.zoomed_at(position.x(), position.y(), factor))

    def pan_by(self, right: float, down: float) -> None:
        """Move the picture by view pixels."""
        if self.has_frame:
            self._fits = False
            self._set_geometry(self.picture.geometry.panned(right, down))

    def showEvent(self, event: QShowEvent) -> None:
        """Have what draws the picture."""
        self.make_view()
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture fitted, or its middle where it was."""
        super().resizeEvent(event)
        if self._view is not None:
            self._view.setGeometry(self.rect())
        old = self.picture.boundingRect().size()
        width, height = self._view_size()
        self.picture.set_size(width, height)
        if self._fits:
            self.fit()
        elif self.has_frame:
            moved = self.picture.geometry.panned((width - old.width()) / 2, (height - old.height()) / 2)
            self._set_geometry(moved)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange):
            self._set_background()
        if event.type() == QEvent.Type.FontChange:
            self.picture.font = self.font()
            self.picture.update()

    def _set_background(self) -> None:
        if self._view is not None:
            window = QApplication.palette().color(QPalette.ColorRole.Window)
            self._view.setBackground(window.darker(125 if window.lightness() > 128 else 140))  # type: ignore[attr-defined]

    def _restyle(self, style: OverlayStyle) -> None:
        self.picture.style = style
        self.picture.update()
        self.viewChanged.emit()

    def _set_geometry(self, geometry: ViewGeometry) -> None:
        shape = self._shape()
        if shape is None:
            return
        geometry = geometry.kept_in_view(shape, self._view_size())
        changed = geometry.scale != self.picture.geometry.scale
        self.picture.geometry = geometry
        self.picture.update()
        self.viewChanged.emit()
        if changed:
            self.zoomChanged.emit(self.zoom)

    def _shape(self) -> tuple[int, int] | None:
        """Width and height of the picture."""
        frame = self.picture.compositor.frame
        return None if frame is None else (frame.shape[1], frame.shape[0])

    def _view_size(self) -> tuple[int, int]:
        return self.width(), self.height()
