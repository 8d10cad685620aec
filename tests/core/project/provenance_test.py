"""Provenance: who answers for a cell, and what it is after a stroke."""

from __future__ import annotations

import pytest

from lipcore.project.provenance import Provenance, after_stroke, is_annotated


def test_a_person_answers_for_what_was_painted_corrected_or_verified() -> None:
    assert {value.name for value in Provenance if is_annotated(value)} == {"USER", "CORRECTED", "VERIFIED"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Provenance.NONE, Provenance.USER),
        (Provenance.USER, Provenance.USER),
        (Provenance.MODEL, Provenance.CORRECTED),
        (Provenance.CORRECTED, Provenance.CORRECTED),
        (Provenance.VERIFIED, Provenance.CORRECTED),
    ],
)
def test_a_stroke_into_what_somebody_else_made_corrects_it(before: Provenance, after: Provenance) -> None:
    assert after_stroke(before) is after
