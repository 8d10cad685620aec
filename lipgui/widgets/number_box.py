"""Boxes for numbers; their text does not touch the border, which a style sheet alone cannot see to."""

from __future__ import annotations

from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget

_MARGIN = 5  # logical pixels


class NumberBox(QSpinBox):
    """A QSpinBox with some room on the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lineEdit().setTextMargins(_MARGIN, 0, 0, 0)


class DecimalBox(QDoubleSpinBox):
    """A QDoubleSpinBox with some room on the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lineEdit().setTextMargins(_MARGIN, 0, 0, 0)
