"""Why a finished use of a tool changed nothing."""

from __future__ import annotations

import pytest

from lipgui.canvas.words import nothing_changed
from lipgui.tools.tool import Permission


@pytest.mark.parametrize(
    ("permission", "erase", "said"),
    [
        (Permission(1), True, "only takes from the selected object"),
        (Permission(1, rule="everything"), False, "painted already, or locked"),
        (Permission(1, rule="background"), False, "background only"),
        (Permission(1, rule="selected", target=7), False, "object 7 only"),
    ],
)
def test_the_reason_is_said(qapp: object, permission: Permission, erase: bool, said: str) -> None:
    assert said in nothing_changed(permission, erase)
