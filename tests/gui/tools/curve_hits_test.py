from __future__ import annotations

from lipcore.curves.curve import Curve, Key
from lipgui.tools.curve_hits import encloses, grip_of, hit_curves, points_in
from tests.core.curves.shapes import square


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
