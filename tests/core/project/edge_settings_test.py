"""EdgeSettings: what may be, and the way to JSON and back."""

from __future__ import annotations

import json

import pytest

from lipcore.errors import LipError
from lipcore.project.edge_settings import EdgeSettings


def test_the_default_is_hard() -> None:
    assert EdgeSettings().is_hard
    assert EdgeSettings(contrast=2).is_hard
    assert not any(each.is_hard for each in (EdgeSettings(width=1), EdgeSettings(shift=-1), EdgeSettings(feather=0.5)))


def test_they_come_back_from_json() -> None:
    edges = EdgeSettings(width=7.5, shift=-2, contrast=1.25, feather=3)
    assert EdgeSettings.from_mapping(json.loads(json.dumps(edges.to_mapping()))) == edges
    assert EdgeSettings.from_mapping({"feather": 2, "colour": "red"}) == EdgeSettings(feather=2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": -1},
        {"width": 65},
        {"shift": 33},
        {"contrast": 0},
        {"feather": float("nan")},
        {"width": "wide"},
        {"shift": True},
        {"feather": None},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(LipError, match=f"The {next(iter(wrong))} of an edge must be a number from"):
        EdgeSettings.from_mapping(wrong)
