"""A tool at work on a frame: preview, permission and the edit at the end."""

from __future__ import annotations

import numpy as np
import pytest

from lipgui.tools.tool import Permission
from lipgui.tools.tool_session import ToolSession, make_tools

SHAPE = (20, 30)


@pytest.fixture
def session() -> ToolSession:
    session = ToolSession(make_tools()["brush"])
    session.brush_size = 3
    session.set_frame(np.zeros((*SHAPE, 3), np.uint8), False)
    return session


def test_every_tool_has_its_name() -> None:
    tools = make_tools()
    assert list(tools) == [
        "click",
        "brush",
        "eraser",
        "polygon",
        "curve",
        "lasso",
        "scissors",
        "fill",
        "grabcut",
        "superpixels",
    ]
    assert all(tool.hint.endswith(".") for tool in tools.values())


def test_the_preview_changes_only_what_is_dirty(session: ToolSession) -> None:
    shown = session.shown
    session.tool.press(session.scene(), (10.5, 10.5), False)
    assert session.refresh() == (9, 9, 12, 12)
    assert session.shown is shown
    assert session.shown.sum() == 9
    assert not session.labels.any()
    assert session.refresh() is None


def test_the_edit_is_what_may_change(session: ToolSession) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[:, 10:] = 2
    session.set_labels(labels)
    session.permission = Permission(1, locked=frozenset({2}))
    session.tool.press(session.scene(), (9.5, 10.5), False)
    session.tool.release(session.scene(), (9.5, 10.5))
    edit = session.take_edit()
    assert edit is not None
    assert (edit.tool, edit.erase, edit.mask.sum()) == ("brush", False, 6)
    assert not session.tool.active


def test_no_edit_without_a_pixel(session: ToolSession) -> None:
    assert session.take_edit() is None
    session.set_labels(np.ones(SHAPE, np.uint8))
    session.tool.press(session.scene(), (9.5, 10.5), False)
    assert session.take_edit() is None


def test_labels_that_equal_the_preview_change_nothing(session: ToolSession) -> None:
    session.tool.press(session.scene(), (10.5, 10.5), False)
    session.refresh()
    edit = session.take_edit()
    assert edit is not None
    labels = np.where(edit.mask, 1, 0).astype(np.uint8)
    assert session.set_labels(labels) is None
    labels[0, 0] = 3
    assert session.set_labels(labels) == (0, 0, 1, 1)


def test_another_permission_changes_the_preview(session: ToolSession) -> None:
    session.tool.press(session.scene(), (10.5, 10.5), False)
    session.refresh()
    session.permission = Permission(5)
    assert session.refresh_all() == (9, 9, 12, 12)
    assert session.shown[10, 10] == 5


def test_another_tool_drops_the_preview(session: ToolSession) -> None:
    session.tool.press(session.scene(), (10.5, 10.5), False)
    session.refresh()
    assert session.change_tool(make_tools()["lasso"]) == (9, 9, 12, 12)
    assert not session.shown.any()


def test_a_frame_of_another_size_starts_afresh(session: ToolSession) -> None:
    session.tool.press(session.scene(), (10.5, 10.5), False)
    assert session.set_frame(np.zeros((5, 6, 3), np.uint8), False)
    assert session.labels.shape == session.shown.shape == (5, 6)
    assert not session.tool.active
    assert session.refresh() is None


def test_the_same_frame_again_disturbs_nothing(session: ToolSession) -> None:
    session.tool.press(session.scene(), (10.5, 10.5), False)
    assert not session.set_frame(session.frame.copy(), True)
    assert session.tool.active
