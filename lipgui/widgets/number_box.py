"""A box for a whole number; its text does not touch the border, which a style sheet alone cannot see to."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget

_MARGIN = 5  # logical pixels


class NumberBox(QSpinBox):
    """A QSpinBox with some room on the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lineEdit().setTextMargins(_MARGIN, 0, 0, 0)
