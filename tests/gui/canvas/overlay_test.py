"""Label maps as coloured pixels, on maps small enough to write down."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.palette import davis_palette
from lipgui.canvas.overlay import ONION_WIDTH, OverlayStyle, contours, onion_pixels, overlay_pixels, without

LABELS = np.zeros((9, 9), np.uint8)
LABELS[2:7, 2:7] = 1
RED = 0xFF800000  # the first colour of DAVIS


def test_tint_fills_and_lines() -> None:
    pixels = overlay_pixels(LABELS, OverlayStyle(davis_palette(), "tint", 0.5, line_width=1))
    assert pixels[4, 4] == 0x80400000  # premultiplied: half of 128 at alpha 128
    assert pixels[2, 2] == pixels[6, 4] == RED
    assert pixels[0, 0] == 0
    assert 0 < pixels[1, 1] >> 24 < 255  # the shadow outside


def test_contour_leaves_the_inside_clear() -> None:
    pixels = overlay_pixels(LABELS, OverlayStyle(davis_palette(), "contour", line_width=1))
    assert pixels[4, 4] == pixels[3, 3] == 0
    assert pixels[2, 2] == RED


def test_cutout_hides_all_but_the_objects() -> None:
    pixels = overlay_pixels(LABELS, OverlayStyle(davis_palette(), "cutout"))
    assert (pixels[LABELS == 1] == 0).all()
    assert (pixels[LABELS == 0] >> 24 == 255).all()


def test_raw_is_empty() -> None:
    assert not overlay_pixels(LABELS, OverlayStyle(davis_palette(), "raw")).any()


def test_hidden_objects_look_like_background() -> None:
    both = LABELS.copy()
    both[7:, 7:] = 2
    for mode in ("tint", "contour", "cutout"):
        style = OverlayStyle(davis_palette(), mode, hidden=frozenset({2}))  # type: ignore[arg-type]
        assert np.array_equal(overlay_pixels(both, style), overlay_pixels(LABELS, style))
    assert without(LABELS, frozenset()) is LABELS


@pytest.mark.parametrize("opacity", [0.0, 1.0])
def test_opacity_has_its_ends(opacity: float) -> None:
    pixels = overlay_pixels(LABELS, OverlayStyle(davis_palette(), "tint", opacity, line_width=1))
    assert pixels[4, 4] == (RED if opacity else 0)


def test_touching_objects_have_lines_on_both_sides() -> None:
    labels = np.array([[1, 1, 1, 2, 2, 2]] * 3, np.uint8)
    assert contours(labels, 1).tolist() == [[False, False, True, True, False, False]] * 3


def test_the_margin_is_only_looked_at() -> None:
    style = OverlayStyle(davis_palette(), line_width=2)
    whole = overlay_pixels(LABELS, style)
    assert np.array_equal(overlay_pixels(LABELS, style, margin=2), whole[2:-2, 2:-2])


def test_onion_lines_are_dashed_by_place_on_the_screen() -> None:
    labels = np.zeros((40, 40), np.uint8)
    labels[10:30, 10:30] = 1
    style = OverlayStyle(davis_palette())
    whole = onion_pixels(labels, style)
    edge = contours(labels, ONION_WIDTH) & (labels > 0)
    assert 0 < (whole > 0).sum() < edge.sum()
    assert not whole[~edge].any()
    assert np.array_equal(onion_pixels(labels[7:, 5:], style, 1, (6, 8)), whole[8:-1, 6:-1])
