"""Learning rates: they grow, fall by steps or along a cosine, and end at a hundredth."""

from __future__ import annotations

import pytest

from lipcore.learning.recipe import Recipe, cosine_rate

RECIPE = Recipe(steps=1000, batch=1, frames=1, shorter_sides=(64,), longer_side=64, learning_rate=0.1, warm_up=10)


def test_a_rate_grows_linearly_at_first() -> None:
    stepped = Recipe(1000, 1, 1, (64,), 64, learning_rate=0.1, warm_up=10, drops=(500,))
    assert [stepped.rate(step) for step in (0, 4, 9, 10)] == pytest.approx([0.01, 0.05, 0.1, 0.1])


def test_with_drops_it_falls_by_ten_at_each() -> None:
    stepped = Recipe(1000, 1, 1, (64,), 64, learning_rate=0.1, warm_up=0, drops=(500, 800))
    assert [stepped.rate(step) for step in (0, 499, 500, 799, 800)] == pytest.approx([0.1, 0.1, 0.01, 0.01, 0.001])


def test_without_drops_it_falls_along_a_cosine_to_a_hundredth() -> None:
    assert RECIPE.rate(0) == pytest.approx(0.01)
    assert RECIPE.rate(500) == pytest.approx(0.1 * (0.01 + 0.99 / 2))
    assert RECIPE.rate(1000) == RECIPE.rate(5000) == pytest.approx(0.001)
    rates = [RECIPE.rate(step) for step in range(10, 1000)]
    assert rates == sorted(rates, reverse=True)


def test_a_rate_of_no_steps_is_a_number() -> None:
    assert cosine_rate(1.0, 0, 0, 0) == pytest.approx(1.0)
