"""Colours of the timeline: a small colour-blind safe table, placed on the palette of the theme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPalette

from lipcore.project.provenance import Provenance
from lipgui.basics.colours import blend
from lipgui.timeline.cells import CODES, PRESENT

# none, model, user, corrected, verified; after Okabe and Ito, each at least 3:1 against its background
_ON_LIGHT = ("#8a8f98", "#0072b2", "#c27100", "#a8448a", "#00805d")
_ON_DARK = ("#868c96", "#56b4e9", "#f0ab2e", "#e38fc4", "#3ccf9f")
_DOUBT_ON_LIGHT, _DOUBT_ON_DARK = "#d03b00", "#ff7a45"
LEAST_HEIGHT = 0.3  # of the lane: the bar of a cell the model is not at all sure of


def is_dark(palette: QPalette) -> bool:
    """Whether text is lighter than its background."""
    return palette.color(QPalette.ColorRole.Base).lightness() < palette.color(QPalette.ColorRole.Text).lightness()


@dataclass(frozen=True)
class TimelineColours:
    """Every colour the timeline paints with."""

    dark: bool
    background: QColor  # below the lanes
    lane: QColor
    lane_selected: QColor
    line: QColor  # between lanes, small ticks
    ruler: QColor
    text: QColor
    faint_text: QColor
    accent: QColor
    doubt: QColor
    provenance: tuple[QColor, ...]  # by Provenance value

    @classmethod
    def of(cls, palette: QPalette) -> TimelineColours:
        """The colours for a theme."""
        base = palette.color(QPalette.ColorRole.Base)
        text = palette.color(QPalette.ColorRole.Text)
        window = palette.color(QPalette.ColorRole.Window)
        accent = palette.color(QPalette.ColorRole.Highlight)
        dark = is_dark(palette)
        return cls(
            dark=dark,
            background=blend(text, base, 0.03),
            lane=base,
            lane_selected=blend(accent, base, 0.13),
            line=blend(text, base, 0.12),
            ruler=window,
            text=palette.color(QPalette.ColorRole.WindowText),
            faint_text=blend(palette.color(QPalette.ColorRole.WindowText), window, 0.68),
            accent=accent,
            doubt=QColor(_DOUBT_ON_DARK if dark else _DOUBT_ON_LIGHT),
            provenance=tuple(QColor(name) for name in (_ON_DARK if dark else _ON_LIGHT)),
        )

    def bar_table(self) -> NDArray[np.uint32]:
        """(CODES, 256) 0xffRRGGBB: colour of a present cell by code and score."""
        table = np.zeros((CODES, 256), np.uint32)
        for provenance, colour in enumerate(self.provenance):
            if provenance == Provenance.MODEL:  # only the model is unsure
                shades = [packed(blend(colour, self.lane, 0.35 + 0.65 * score / 255)) for score in range(256)]
                table[PRESENT + provenance] = shades
            else:
                table[PRESENT + provenance] = packed(colour)
        return table

    def foot_table(self) -> NDArray[np.uint32]:
        """(CODES,) 0xffRRGGBB: the thin line at a lane's foot, which also says "known to be absent" and "verified"."""
        table = np.full(CODES, packed(self.lane), np.uint32)
        for provenance, colour in enumerate(self.provenance):
            if provenance:
                table[provenance] = packed(blend(colour, self.lane, 0.75))
            strong = blend(self.text, colour, 0.45) if provenance == Provenance.VERIFIED else colour
            table[PRESENT + provenance] = packed(strong)
        return table


def height_table() -> NDArray[np.float32]:
    """(CODES, 256) height of a cell's bar, 0..1 of the lane: the surer the model, the taller."""
    table = np.zeros((CODES, 256), np.float32)
    table[PRESENT:] = 1.0
    table[PRESENT + Provenance.MODEL] = LEAST_HEIGHT + (1 - LEAST_HEIGHT) * np.arange(256) / 255
    return table


def packed(colour: QColor) -> int:
    """`colour` as 0xffRRGGBB."""
    return colour.rgb() | 0xFF000000
