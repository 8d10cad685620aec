"""Colours mixed of those of the theme."""

from __future__ import annotations

from PySide6.QtGui import QColor

from lipgui.basics.colours import blend


def test_blending_runs_from_under_to_over() -> None:
    assert blend(QColor("white"), QColor("black"), 0.0) == QColor("black")
    assert blend(QColor("white"), QColor("black"), 1.0).name() == "#ffffff"
    assert 120 < blend(QColor("white"), QColor("black"), 0.5).red() < 135
