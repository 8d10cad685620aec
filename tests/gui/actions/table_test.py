"""The table of actions: keys that are keys and are taken once, pictures that are there, tools that are tools."""

from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence

from lipcore.resources import resource
from lipgui.actions.action_set import find_clash
from lipgui.actions.table import ACTIONS, MENUS, NEED_A_VIDEO
from lipgui.tools.tool_session import make_tools


def test_no_two_actions_have_the_same_name_or_key() -> None:
    assert Counter(row.name for row in ACTIONS).most_common(1)[0][1] == 1
    assert find_clash({row.name: row.keys for row in ACTIONS}) is None


def test_keys_in_the_table_are_keys(qapp: object) -> None:
    for row in ACTIONS:
        for key in filter(None, row.keys.split("; ")):
            assert not QKeySequence(key).isEmpty(), row.name


def test_menus_and_pictures_in_the_table_are_there() -> None:
    menus = {name for name, _ in MENUS}
    for row in ACTIONS:
        assert not row.menu or row.menu.split(" ")[0] in menus, row.name
        assert not row.icon or resource(f"icons/{row.icon}.svg").is_file(), row.name


def test_every_tool_is_chosen_by_an_action() -> None:
    assert {row.name for row in ACTIONS if row.group == "tool"} == {f"tool_{name}" for name in make_tools()}


def test_without_a_video_one_can_open_one_and_find_help() -> None:
    names = {row.name for row in ACTIONS}
    assert set(NEED_A_VIDEO) < names
    possible = names - set(NEED_A_VIDEO)
    assert {"open_video", "open_folder", "open_project", "open_sample", "quit", "preferences"} <= possible
    assert not possible & {"save", "export", "tune", "tool_brush", "next_frame", "select_1"}
