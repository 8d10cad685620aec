from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lipgui.panels.sparkline import Sparkline, heights, smoothed, thinned_points


def test_wide_ranges_are_drawn_on_a_logarithmic_scale() -> None:
    assert heights([1.0, 2.0, 3.0]) == [0.0, 0.5, 1.0]
    assert heights([0.01, 1.0, 100.0]) == pytest.approx([0.0, 0.5, 1.0])
    assert heights([4.0, 4.0]) == [0.5, 0.5]
    assert heights([float("nan"), 1.0, 2.0]) == [1.0, 0.0, 1.0]
    assert heights([float("inf")]) == [0.5]


def test_smoothing_and_thinning_keep_the_ends() -> None:
    assert smoothed([5.0]) == [5.0]
    values = smoothed([1.0, 0.0, 0.0])
    assert values == sorted(values, reverse=True)
    points = [(float(step), 0.0) for step in range(1000)]
    thin = thinned_points(points, 50)
    assert len(thin) <= 52
    assert (thin[0], thin[-1]) == (points[0], points[-1])
    assert thinned_points([], 5) == []


def test_a_diverged_loss_can_be_painted(qtbot: QtBot) -> None:
    curve = Sparkline()
    qtbot.addWidget(curve)
    for number, loss in enumerate([1.0, float("nan"), float("inf"), 0.5]):
        curve.add(number, loss)
    assert not curve.grab().isNull()


def test_a_curve_tells_its_newest_value_and_is_forgotten(qtbot: QtBot) -> None:
    curve = Sparkline()
    qtbot.addWidget(curve)
    curve.resize(curve.sizeHint())
    empty = curve.grab().toImage()
    for number in range(500):
        curve.add(number, 1 / (number + 1))
    assert curve.accessibleDescription() == "iteration 499: 0.002"
    assert curve.count == 500
    assert curve.grab().toImage() != empty
    curve.clear()
    assert curve.count == 0
    assert curve.grab().toImage() == empty
