"""The column on the right: the list of objects, and below it the edges of the chosen one and the review."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from lipgui.panels.objects_panel import ObjectsPanel


class SidePanel(QSplitter):
    """Gives the list of objects what its rows need, and the rest to what is below."""

    def __init__(self, objects: ObjectsPanel, edges: QWidget, review: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setObjectName("sidePanel")
        self._objects, self._edges = objects, edges
        self._shared: object = None  # how many rows the list of objects had, and whether edges were below
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(edges)
        below.addWidget(review, 1)
        self.addWidget(objects)
        self.addWidget(lower)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)

    @Slot()
    def share(self) -> None:
        """Give the review what the list of objects does not need, when that or what is below has changed."""
        rows = self._objects.model.rowCount()
        if (rows, self._edges.isHidden()) != self._shared:
            self._shared = rows, self._edges.isHidden()
            needed = self._objects.maximumHeight() if rows else 1
            self.setSizes([needed, max(1, self.height() - needed)])

    def event(self, event: QEvent) -> bool:
        """Share anew once the edges have come or gone."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._shared is not None:
            self.share()
        return done
