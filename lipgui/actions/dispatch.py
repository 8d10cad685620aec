"""From an action's name to the method that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from lipgui.actions.table import ACTIONS

Answers = Mapping[str, Callable[..., object]]
"""The methods that answer actions, by the actions' names; those of checkable actions take the new state."""


class Dispatch:
    """Knows for every row of the table of actions which method answers it; ValueError if one has none or two."""

    def __init__(self, *answers: Answers) -> None:
        self._answers = {name: answer for each in answers for name, answer in each.items()}
        names = [name for each in answers for name in each]
        wrong = {row.name for row in ACTIONS} ^ set(names) | {name for name in names if names.count(name) > 1}
        if wrong:
            raise ValueError(f"These actions need one answer each: {', '.join(sorted(wrong))}.")
        self._checkable = {row.name for row in ACTIONS if row.checkable}

    def do(self, name: str, checked: bool = False) -> None:
        """Do what the action `name` is for; `checked` is the new state of one that can be switched."""
        self._answers[name](*([checked] if name in self._checkable else []))


def numbered(select: Callable[[int], object]) -> Answers:
    """The answers to the family of actions that select an object by its number; 0 is the tenth."""
    names = [row.name for row in ACTIONS if row.name.startswith("select_")]
    return {name: partial(select, int(name.removeprefix("select_")) or 10) for name in names}


def tools(choose: Callable[[str], object]) -> Answers:
    """The answers to the family of actions that choose a tool by its name."""
    names = [row.name for row in ACTIONS if row.name.startswith("tool_")]
    return {name: partial(choose, name.removeprefix("tool_")) for name in names}
