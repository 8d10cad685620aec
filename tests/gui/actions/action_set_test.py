"""The window's actions with their keys."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lipgui.actions.action_set import ActionSet, find_clash, join_keys, split_keys
from lipgui.actions.table import ACTIONS


def test_clashes_are_found_however_a_key_is_written(qapp: QApplication) -> None:
    clash = find_clash({"first": "F; Ctrl+A", "second": "ctrl+a"})
    assert clash is not None
    assert (clash.first, clash.second) == ("first", "second")
    assert find_clash({"first": "F", "second": "Shift+F", "third": ""}) is None
    assert split_keys(join_keys([])) == []


def test_own_keys_replace_the_default_ones_and_are_told(actions: ActionSet) -> None:
    actions.bind({"tune": "Ctrl+T; K"})
    assert actions.keys()["tune"] == "Ctrl+T; K"
    assert "(Ctrl+T, K)" in actions["tune"].toolTip()
    actions.bind({})
    default = next(row.keys for row in ACTIONS if row.name == "tune")
    assert actions.keys()["tune"] == default
    actions.bind({"tune": ""})
    assert actions["tune"].shortcuts() == []
    assert "(" not in actions["tune"].toolTip().splitlines()[0]


def test_no_two_actions_have_the_same_default_key(actions: ActionSet) -> None:
    assert find_clash(actions.keys()) is None
    assert all(QKeySequence(key).toString() for keys in actions.keys().values() for key in split_keys(keys))


def test_a_chosen_action_is_told_by_its_name(actions: ActionSet, qtbot: QtBot) -> None:
    with qtbot.waitSignal(actions.triggered) as told:
        actions.trigger("loop")
    assert told.args == ["loop", True]
    actions.enable(["undo", "loop"], False)
    with qtbot.assertNotEmitted(actions.triggered):
        actions.trigger("undo")


def test_of_a_group_only_one_is_on(actions: ActionSet) -> None:
    group = [row.name for row in ACTIONS if row.group == "tool"]
    for name in group:
        actions.trigger(name)
        assert [each for each in group if actions[each].isChecked()] == [name]


def test_a_menus_actions_come_in_order_with_lines_between_groups(actions: ActionSet) -> None:
    names = [None if each is None else each.objectName() for each in actions.grouped("file")]
    assert names[:6] == ["open_video", "open_folder", "open_project", "open_sample", None, "save"]
    assert names[-1] == "quit"
