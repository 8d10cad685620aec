"""What of a curve is under the pointer."""

from __future__ import annotations

import pytest

from lipcore.curves.curve import Curve, Key
from lipcore.curves.editing import IN, OUT
from lipgui.tools.curve_hits import encloses, grip_of, hit_curves, hit_grip, hit_handle, points_in
from tests.core.curves.shapes import circle, square


def test_hits() -> None:
    curves = (Curve(1, (Key(0, square(0, 0, 40)),)), Curve(2, (Key(0, square(10, 10, 20)),)))
    assert hit_curves(curves, 0, 0, (1, 2), 1.0) is not None

    def kind(point: tuple[float, float], chosen: int = 0, scale: float = 4.0) -> tuple[str, int] | None:
        hit = hit_curves(curves, 0, chosen, point, scale)
        return None if hit is None else (hit.kind, hit.number)

    assert kind((10.5, 10.5)) == ("point", 2)
    assert kind((20, 10.5)) == ("line", 2)
    assert kind((20, 20), chosen=2) == ("inside", 2)
    assert kind((20, 20), chosen=1) == ("inside", 1)
    assert kind((45, 20)) is None
    assert encloses(square(0, 0), (5, 5))
    assert not encloses(square(0, 0), (11, 5))
    assert points_in(square(0, 0), (11, 11), (5, -1)) == {1, 2}
    grip = grip_of(square(2, 4), 2.0)
    assert (grip.centre, grip.knob) == ((7, 9), (7, -9))


@pytest.mark.parametrize("scale", [0.5, 1.0, 8.0])
def test_a_grip_is_hit_within_reach_on_the_screen_at_any_zoom(scale: float) -> None:
    grip = grip_of(square(10, 10, 100), scale)
    near, far = 6 / scale, 12 / scale
    for index, (x, y) in enumerate(grip.corners):
        hit = hit_grip(grip, 3, (x - near, y), scale)
        assert hit is not None
        assert (hit.kind, hit.number, hit.index) == ("corner", 3, index)
        assert hit_grip(grip, 3, (x, y + (far if index > 1 else -far)), scale) is None
    hit = hit_grip(grip, 3, (grip.knob[0], grip.knob[1] + near), scale)
    assert hit is not None
    assert hit.kind == "knob"
    assert grip.stem == ((60, 10), grip.knob)


def test_only_handles_of_chosen_points_are_hit() -> None:
    shape = circle(50, 50, 20)
    places = {handle: (shape.places[0] + shape.points[0, handle]).tolist() for handle in (IN, OUT)}
    for handle, place in places.items():
        hit = hit_handle(shape, 1, frozenset({0}), tuple(place), 1.0)
        assert hit is not None
        assert (hit.kind, hit.index, hit.handle) == ("handle", 0, handle)
        assert hit_handle(shape, 1, frozenset({2}), tuple(place), 1.0) is None
    assert hit_handle(square(0, 0), 1, frozenset({0}), (0, 0), 1.0) is None


def test_a_point_goes_before_a_line_and_the_line_tells_where() -> None:
    curves = (Curve(1, (Key(0, square(0, 0, 40)),)), Curve(2, (Key(0, square(2, -20, 40)),)))
    hit = hit_curves(curves, 0, 1, (10, 1), 1.0)
    assert hit is not None
    assert (hit.kind, hit.number, hit.index) == ("line", 1, 0)
    assert hit.at == pytest.approx(0.25, abs=0.02)
