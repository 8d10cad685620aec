"""Provenance: where the pixels of one cell (frame, object) come from."""

from __future__ import annotations

from enum import IntEnum


class Provenance(IntEnum):
    """Who made the pixels of one object in one frame; the numbers are stored in projects."""

    NONE = 0  # nobody: the cell was never touched
    MODEL = 1  # propagation
    USER = 2  # painted or imported
    CORRECTED = 3  # propagation, then repaired by hand
    VERIFIED = 4  # looked at and declared right


def is_annotated(provenance: int) -> bool:
    """Whether a person made or checked the cell: tuning learns from it, and propagation leaves it alone."""
    return provenance >= Provenance.USER


def after_stroke(provenance: int) -> Provenance:
    """Provenance of a cell after the user painted in it."""
    return Provenance.USER if provenance in (Provenance.NONE, Provenance.USER) else Provenance.CORRECTED
