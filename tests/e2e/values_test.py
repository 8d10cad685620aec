"""Deep pictures in the window: what is shown is said, can be changed, and is kept with the project."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lipgui.controllers.command_line import command_line
from lipgui.controllers.session import opening
from lipgui.dialogs.values_dialog import ValuesDialog
from tests.e2e.conftest import Hands


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "drafts_folder", lambda: tmp_path / "drafts")


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """Three frames of 12 bits in 16; the largest value is 4000."""
    folder = tmp_path / "deep"
    folder.mkdir()
    for number in range(3):
        pixels = np.tile(np.linspace(0, 4000, 64, dtype=np.uint16), (48, 1))
        cv2.imwrite(str(folder / f"{number}.tif"), pixels)
    return folder


def choose(hands: Hands, low: float, high: float) -> None:
    hands.do("set_values")
    dialog = hands.window.findChild(ValuesDialog)
    assert dialog is not None
    dialog.low.setValue(low)
    dialog.high.setValue(high)
    with hands.qtbot.waitSignals([hands.window.document.opened, hands.window.viewing.frameShown], timeout=20_000):
        dialog.accept()


def test_the_range_is_said_changed_and_kept(hands: Hands, deep: Path, qtbot: QtBot) -> None:
    document = hands.window.document
    with qtbot.waitSignal(hands.window.session.announced, timeout=20_000) as announced:
        hands.open(deep)
    assert "The values 0 to 4095 of the pictures are shown as black to white." in announced.args[0].text
    assert int(document.video[0].max()) == round(4000 / 4095 * 255)
    hands.go_to(2)
    choose(hands, 1000, 2000)
    assert document.frame == 2
    assert document.video.values == (1000, 2000)
    assert int(document.video[0].max()) == 255
    assert "--values 1000:2000" in command_line(document.project, None, hands.window.settings.preferences())
    hands.window.filing.save_to(deep.parent / "work.lip")
    hands.window.session.close()
    hands.open(deep.parent / "work.lip")
    assert document.video.values == (1000, 2000)
    hands.do("set_values")
    dialog = hands.window.findChild(ValuesDialog)
    assert dialog is not None
    with qtbot.waitSignals([document.opened, hands.window.viewing.frameShown], timeout=20_000):
        dialog.found_button.click()
    assert document.video.values == (0, 4095)
    assert document.project.values is None


def test_a_draft_keeps_its_range(hands: Hands, deep: Path) -> None:
    hands.open(deep)
    hands.do("new_object")
    choose(hands, 0, 2000)
    hands.window.session.close()
    hands.open(deep)
    assert hands.window.document.video.values == (0, 2000)


def test_white_below_black_cannot_be_chosen(hands: Hands, deep: Path) -> None:
    hands.open(deep)
    hands.do("set_values")
    dialog = hands.window.findChild(ValuesDialog)
    assert dialog is not None
    dialog.high.setValue(-5)
    assert not dialog._ok.isEnabled()
    dialog.reject()


def test_there_is_no_range_to_choose_for_8_bits(opened: Hands) -> None:
    assert not opened.window.actions_by_name["set_values"].isEnabled()
