"""The notice: what it offers may have become impossible, which is a sentence, too."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipgui.widgets.notice import Message, Notice


def test_a_choice_that_is_impossible_by_now_is_said(qtbot: QtBot) -> None:
    notice = Notice()
    qtbot.addWidget(notice)

    def impossible() -> None:
        raise LipError("Paint at least one object on a frame first.")

    notice.show_message(Message("The network has not learned these objects yet.", (("Propagate untuned", impossible),)))
    notice.button.click()
    assert notice.label.text() == "Paint at least one object on a frame first."
    assert not notice.isHidden()
