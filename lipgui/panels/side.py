"""The column on the right: the list of objects, and below it the edges of the chosen one and the review."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from lipgui.panels.objects_panel import ObjectsPanel


class SidePanel(QSplitter):
    """Gives the list of objects what its rows need, and the rest to what is below."""

    def __init__(self, objects: ObjectsPanel, edges: QWidget, review: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setObjectName("sidePanel")
        self._objects = objects
        self._rows = -1  # of the list of objects
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
        """Give the review what the list of objects does not need, when that has changed."""
        if self._objects.model.rowCount() != self._rows:
            self._rows = self._objects.model.rowCount()
            self.setSizes([self._objects.maximumHeight() if self._rows else 1, self.height()])
