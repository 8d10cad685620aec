"""Colours mixed of those of the theme."""

from __future__ import annotations

from PySide6.QtGui import QColor


def blend(over: QColor, under: QColor, amount: float) -> QColor:
    """`amount` (0..1) of `over` on `under`."""
    return QColor.fromRgbF(
        over.redF() * amount + under.redF() * (1 - amount),
        over.greenF() * amount + under.greenF() * (1 - amount),
        over.blueF() * amount + under.blueF() * (1 - amount),
    )
