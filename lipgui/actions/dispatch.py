"""From an action's name to the method that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from lipgui.actions.table import ACTIONS

Handler = Callable[..., object]


class Dispatch:
    """Knows for every row of the table of actions which part of the window answers it.

    An action is answered by the method of the same name of the first part that has one; the families `tool_NAME` and
    `select_NUMBER` by one function each.
    """

    def __init__(
        self,
        parts: Sequence[object],
        set_tool: Callable[[str], object],
        select: Callable[[int], object],
        own: Mapping[str, Handler],
    ) -> None:
        self._checkable = {row.name for row in ACTIONS if row.checkable}
        self._handlers: dict[str, Handler] = dict(own)
        for row in ACTIONS:
            family, _, rest = row.name.partition("_")
            if family == "tool":
                self._handlers[row.name] = partial(set_tool, rest)
            elif family == "select":
                self._handlers[row.name] = partial(select, int(rest) or 10)
            elif row.name not in own:
                self._handlers[row.name] = next(
                    getattr(part, row.name) for part in parts if row.name in type(part).__dict__
                )

    def do(self, name: str, checked: bool = False) -> None:
        """Do what the action `name` is for; `checked` is the new state of one that can be switched."""
        self._handlers[name](*([checked] if name in self._checkable else []))

    @property
    def names(self) -> frozenset[str]:
        """The actions that are answered."""
        return frozenset(self._handlers)
