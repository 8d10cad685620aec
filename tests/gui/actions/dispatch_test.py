"""Every action has one method that answers it, and switches are told their new state."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lipgui.actions.dispatch import Dispatch, numbered, tools
from lipgui.actions.table import ACTIONS


def noting(heard: list[tuple[object, ...]], name: str) -> Callable[..., object]:
    return lambda *given: heard.append((name, *given))


def test_actions_do_what_they_are_given() -> None:
    heard: list[tuple[object, ...]] = []
    dispatch = Dispatch({row.name: noting(heard, row.name) for row in ACTIONS})
    dispatch.do("undo", True)
    dispatch.do("loop", True)
    dispatch.do("loop", False)
    assert heard == [("undo",), ("loop", True), ("loop", False)]


@pytest.mark.parametrize(("more", "less"), [({}, {"undo"}), ({"undo": print}, set()), ({"unknown": print}, set())])
def test_an_action_without_an_answer_or_with_two_is_named(
    more: dict[str, Callable[..., object]], less: set[str]
) -> None:
    answers = {row.name: print for row in ACTIONS if row.name not in less}
    with pytest.raises(ValueError, match="|".join([*more, *less])):
        Dispatch(answers, more)


def test_families_are_answered_by_number_and_name() -> None:
    heard: list[tuple[object, ...]] = []
    selects, chooses = numbered(noting(heard, "select")), tools(noting(heard, "tool"))
    selects["select_3"]()
    selects["select_0"]()
    chooses["tool_brush"]()
    assert heard == [("select", 3), ("select", 10), ("tool", "brush")]
