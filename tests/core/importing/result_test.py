"""What an import gives: ids that stay where they fit, and objects that are valid whatever they are called."""

from __future__ import annotations

import pytest

from lipcore.importing.result import assign_ids, imported_object


def test_ids_are_kept_if_all_fit_else_renumbered() -> None:
    assert assign_ids(["a", "b"], {"a": 9, "b": 3}, "x") == {"a": 9, "b": 3}
    assert assign_ids(["a", "b"], {"a": 3, "b": 3}, "x") == {"a": 1, "b": 2}
    assert assign_ids(["a", "b"], {"a": 0, "b": True}, "x") == {"a": 1, "b": 2}


@pytest.mark.parametrize("name", ["", " \n", "\ud800", "x" * 5000, 5, None, "a\u2028b", "\x7f"])
def test_any_name_and_colour_give_a_valid_object(name: object) -> None:
    assert 1 <= len(imported_object(3, name, [1, 2, 300]).name) <= 200
