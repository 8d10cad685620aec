from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from lipgui.basics.theme import DARK, LIGHT, Colours, palette_of
from lipgui.timeline.cells import PRESENT
from lipgui.timeline.colours import TimelineColours, height_table, packed


def contrast(one: QColor, other: QColor) -> float:
    """WCAG contrast ratio, 1..21."""
    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: QColor) -> float:
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_bar_and_mark_stands_out_from_the_lane(theme: Colours, qapp: object) -> None:
    colours = TimelineColours.of(palette_of(theme))
    for colour in (*colours.provenance[1:], colours.doubt):
        assert contrast(colour, colours.lane) >= 3.0, colour.name()
    assert contrast(colours.text, colours.ruler) >= 7.0
    assert contrast(colours.faint_text, colours.ruler) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_provenances_differ_for_the_colour_blind(theme: Colours, qapp: object) -> None:
    """Seen without red-green discrimination (Viénot 1999, linear RGB), no two provenances look alike."""
    protan = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])
    deutan = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])
    colours = TimelineColours.of(palette_of(theme)).provenance[1:]
    linear = np.array([[c.redF(), c.greenF(), c.blueF()] for c in colours]) ** 2.2
    for sight in (np.eye(3), protan, deutan):
        seen = np.clip(linear @ sight.T, 0, 1) ** (1 / 2.2)
        distances = np.linalg.norm(seen[:, None] - seen[None], axis=-1)[np.triu_indices(len(colours), 1)]
        assert distances.min() > 0.12


def test_the_surer_the_model_the_taller_and_stronger(qapp: object) -> None:
    colours = TimelineColours.of(palette_of(LIGHT))
    heights, bars = height_table(), colours.bar_table()
    model = PRESENT + 1
    assert heights[model, 0] < heights[model, 128] < heights[model, 255] == 1.0
    shades = [contrast(QColor.fromRgb(int(bars[model, score])), colours.lane) for score in (0, 128, 255)]
    assert shades[0] < shades[1] < shades[2]
    assert (heights[:PRESENT] == 0).all()
    assert (heights[PRESENT + 2] == 1.0).all()


def test_absent_cells_leave_a_line_only_where_something_is_known(qapp: object) -> None:
    colours = TimelineColours.of(palette_of(DARK))
    feet = colours.foot_table()
    assert feet[0] == packed(colours.lane)
    assert len(set(feet[:5].tolist())) == 5
