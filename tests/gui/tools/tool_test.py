"""What may be painted, and small geometry shared by the tools."""

from __future__ import annotations

import numpy as np
import pytest

from lipgui.tools.tool import Permission, bounds, clamped, inside

LABELS = np.array([[0, 1, 2, 3]], np.uint8)


@pytest.mark.parametrize(
    ("permission", "erase", "allowed"),
    [
        (Permission(1), False, [1, 0, 1, 1]),
        (Permission(1), True, [0, 1, 0, 0]),
        (Permission(0), False, [0, 1, 1, 1]),
        (Permission(0), True, [0, 1, 1, 1]),
        (Permission(1, "background"), False, [1, 0, 0, 0]),
        (Permission(1, "background"), True, [0, 1, 0, 0]),
        (Permission(1, "selected", target=2), False, [0, 0, 1, 0]),
        (Permission(0, "selected", target=2), False, [0, 0, 1, 0]),
        (Permission(1, "selected", target=1), False, [0, 0, 0, 0]),
        (Permission(1, "selected", target=1), True, [0, 1, 0, 0]),
        (Permission(1, locked=frozenset({2})), False, [1, 0, 0, 1]),
        (Permission(1, locked=frozenset({1})), False, [0, 0, 0, 0]),
        (Permission(1, locked=frozenset({1})), True, [0, 0, 0, 0]),
        (Permission(0, locked=frozenset({2, 3})), False, [0, 1, 0, 0]),
        (Permission(1, "selected", target=2, locked=frozenset({2})), False, [0, 0, 0, 0]),
    ],
)
def test_what_may_change(permission: Permission, erase: bool, allowed: list[int]) -> None:
    assert permission.allows(LABELS, erase).tolist() == [[bool(each) for each in allowed]]


def test_applied_changes_a_copy() -> None:
    mask = np.array([[True, True, False, True]])
    assert Permission(2, locked=frozenset({3})).applied(LABELS, mask, False).tolist() == [[2, 2, 2, 3]]
    assert Permission(1).applied(LABELS, mask, True).tolist() == [[0, 0, 2, 3]]
    assert LABELS.tolist() == [[0, 1, 2, 3]]


def test_bounds() -> None:
    mask = np.zeros((5, 6), bool)
    assert bounds(mask) is None
    mask[1, 2] = mask[3, 4] = True
    assert bounds(mask) == (2, 1, 5, 4)


def test_on_the_picture() -> None:
    assert inside((4, 6), (5.9, 3.9))
    assert not inside((4, 6), (6.0, 1.0))
    assert not inside((4, 6), (-0.1, 1.0))
    assert inside((4, 6), clamped((4, 6), (100.0, -5.0)))
