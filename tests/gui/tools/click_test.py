"""The click tool without a window: what it asks, what it keeps of a mask that was there, what it says."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.errors import LipError
from lipgui.tools.click import ClickTool
from lipgui.tools.tool import Permission, ToolScene
from lipgui.tools.tool_session import ToolSession
from tests.helpers import FakeAnswerer, Labels


def picture() -> Labels:
    """Grey ground with two bright squares that do not touch."""
    frame = np.full((40, 60, 3), 40, np.uint8)
    frame[5:20, 5:20] = frame[5:20, 30:50] = 220
    return frame


def scene(labels: Labels | None = None, frame: Labels | None = None) -> ToolScene:
    return ToolScene(picture() if frame is None else frame, np.zeros((40, 60), np.uint8) if labels is None else labels)


@pytest.fixture
def tool() -> ClickTool:
    tool = ClickTool()
    tool.answerer = FakeAnswerer()
    return tool


def work(tool: ClickTool) -> None:
    """Carry out what the tool has asked for."""
    assert tool.work is not None
    wanted = tool.work
    tool.answer(wanted, wanted())


def click(tool: ClickTool, at: ToolScene, x: float, y: float, erase: bool = False) -> None:
    tool.press(at, (x, y), erase)
    tool.release(at, (x, y))
    if tool.work is not None:
        work(tool)


def test_a_preview_that_is_on_its_way_is_not_asked_for_again(tool: ClickTool) -> None:
    at = scene()
    tool.hover(at, (8, 8))
    first = tool.work
    tool.hover(at, (9, 9))
    assert tool.work is first
    assert not tool.waiting
    work(tool)
    assert tool.mask is not None
    assert tool.mask.sum() == 15 * 15
    tool.hover(at, (9, 9))
    assert tool.work is not None
    work(tool)
    tool.hover(at, (9, 9))  # the same place: it is known what a click gives
    assert tool.work is None


def test_a_click_goes_before_a_preview_whose_answer_comes_too_late(tool: ClickTool) -> None:
    at = scene()
    tool.hover(at, (35, 10))
    late = tool.work
    assert late is not None
    tool.press(at, (8, 8), False)
    tool.release(at, (8, 8))
    assert tool.waiting
    tool.answer(late, late())
    assert tool.mask is None
    work(tool)
    assert tool.mask is not None
    assert not tool.mask[:, 25:].any()


def test_of_a_mask_that_was_there_only_the_part_at_the_click_changes(tool: ClickTool) -> None:
    labels = np.zeros((40, 60), np.uint8)
    labels[30:38, 2:20] = 1  # wrong on purpose, and far from the click
    at = scene(labels)
    click(tool, at, 35, 10)
    assert tool.mask is not None
    assert tool.mask[30:38, 2:20].all()
    assert tool.mask[5:20, 30:50].all()
    assert tool.mask.sum() == 8 * 18 + 15 * 20
    assert tool.taken is not None
    assert not tool.taken.any()
    click(tool, at, 10, 34, erase=True)
    assert not tool.mask[30:38, 2:20].any()
    assert tool.taken.sum() == 8 * 18
    tool.take_back(at)
    assert tool.mask[30:38, 2:20].all()


def test_the_edit_adds_and_takes_away_at_once_by_the_permission() -> None:
    session = ToolSession(ClickTool())
    assert isinstance(session.tool, ClickTool)
    session.tool.answerer = FakeAnswerer()
    session.permission = Permission(1, locked=frozenset({2}))
    session.set_frame(picture(), False)
    labels = np.zeros((40, 60), np.uint8)
    labels[5:20, 5:20] = 1
    labels[5:20, 40:50] = 2
    session.set_labels(labels)
    click(session.tool, session.scene(), 35, 10)
    click(session.tool, session.scene(), 10, 10, erase=True)
    session.refresh()
    assert not (session.shown[:, :25] == 1).any()
    assert (session.shown[5:20, 40:50] == 2).all()
    session.tool.commit(session.scene())
    assert session.tool.finished
    edit = session.take_edit()
    assert edit is not None
    assert edit.taken is not None
    assert edit.taken.sum() == 15 * 15
    assert edit.mask.sum() == 15 * 10
    assert not session.tool.active


def test_clicking_on_another_object_lets_that_one_give_way(tool: ClickTool) -> None:
    labels = np.zeros((40, 60), np.uint8)
    labels[5:20, 5:20], labels[30:35, 30:50] = 2, 3
    at = scene(labels)
    click(tool, at, 8, 8)
    assert isinstance(tool.answerer, FakeAnswerer)
    others = tool.answerer.asked[-1].others
    assert others is not None
    assert np.array_equal(others, labels == 3)


def test_clicks_that_are_not_answered_yet_are_taken_back_one_by_one(tool: ClickTool) -> None:
    at = scene()
    for x in (8, 35):
        tool.press(at, (x, 10), False)
        tool.release(at, (x, 10))
    tool.press(at, (25, 30), True)
    tool.release(at, (25, 30))
    assert [each.erase for each in tool.scribbles] == [False, False, True]
    tool.take_back(at)
    work(tool)
    assert tool.mask is not None
    assert tool.mask.sum() == 15 * 35
    tool.take_back(at)
    work(tool)
    assert tool.mask.sum() == 15 * 15
    tool.take_back(at)
    assert not tool.active


def test_enter_waits_for_a_frame_that_is_still_looked_at(tool: ClickTool) -> None:
    at = scene()
    tool.press(at, (8, 8), False)
    tool.release(at, (8, 8))
    tool.commit(at)
    assert not tool.finished
    work(tool)
    assert tool.finished
    tool.reset()
    tool.press(at, (8, 8), False)
    tool.release(at, (8, 8))
    tool.commit(at)  # this frame was looked at: the answer is due at once
    assert tool.finished


def test_a_small_drag_is_a_click_and_a_large_one_a_box(tool: ClickTool) -> None:
    at = scene()
    tool.press(at, (8, 8), False)
    tool.drag(at, (9, 8))
    tool.release(at, (9, 8))
    work(tool)
    assert isinstance(tool.answerer, FakeAnswerer)
    assert tool.answerer.asked[-1].box is None
    tool.reset()
    tool.press(at, (2, 2), False)
    tool.drag(at, (25, 22))
    assert len(tool.outlines) == 1
    tool.drag(at, (3, 3))  # back again: a box that is too small to mean anything
    tool.release(at, (3, 3))
    assert tool.work is None
    assert not tool.active
    tool.press(at, (2, 2), False)
    tool.drag(at, (25, 22))
    tool.release(at, (25, 22))
    work(tool)
    assert tool.answerer.asked[-1].box == (2, 2, 25, 22)
    assert tool.mask is not None
    assert tool.mask.sum() == 15 * 15


def test_what_goes_wrong_is_said_and_the_earlier_mask_stays(tool: ClickTool) -> None:
    at = scene()
    click(tool, at, 8, 8)
    assert isinstance(tool.answerer, FakeAnswerer)
    tool.answerer.problem = "There is no memory left."
    tool.take_said()
    click(tool, at, 35, 10)
    said = tool.take_said()
    assert said is not None
    assert said.text.format(*said.values) == "There is no memory left."
    assert tool.mask is not None
    assert tool.mask.sum() == 15 * 15
    assert len(tool.scribbles) == 1


def test_without_an_answerer_nothing_happens() -> None:
    tool, at = ClickTool(), scene()
    tool.see(at)
    tool.hover(at, (8, 8))
    click(tool, at, 8, 8)
    assert tool.work is None
    assert not tool.active


def test_bugs_are_not_hidden(tool: ClickTool, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(tool.answerer, "answer", broken)
    tool.hover(scene(), (8, 8))
    assert tool.work is not None
    with pytest.raises(ZeroDivisionError):
        tool.work()
    assert not issubclass(ZeroDivisionError, LipError)
