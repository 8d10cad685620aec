"""With every text translated, nothing of the window stays in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLabel, QSpinBox, QTreeView, QWidget

from lipgui.main_window import MainWindow
from tests.e2e.conftest import Hands

SAME_EVERYWHERE = re.compile(
    r".*moving_square.*|px|LIP|Object \d( \(2\))?|\d+×|.* px|CUDA|coco|All|[\d:.,% ×~#-]*|Ctrl\+.*"
)
OF_QT = {"Close", "Cancel", "&Close", "&Cancel", "Apply", "OK"}  # Qt's own texts come with Qt's translations


class Quoting(QTranslator):
    """Translates every text of LIP to itself in quotes."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        return f"«{source}»" if not context.startswith("Q") else None


@pytest.fixture(autouse=True)
def quoting(qapp: QApplication) -> Iterator[None]:
    translator = Quoting()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def texts(widget: QWidget) -> Iterator[str]:
    """What a widget and its children show and tell."""
    for action in widget.findChildren(QAction):
        yield from (action.text(), action.toolTip())
    for each in [widget, *widget.findChildren(QWidget)]:
        yield from (each.toolTip(), each.accessibleName(), each.accessibleDescription())
        if isinstance(each, QAbstractButton | QLabel):
            yield each.text()
        elif isinstance(each, QComboBox):
            yield from (each.itemText(row) for row in range(each.count()))
        elif isinstance(each, QSpinBox):
            yield from (each.suffix(), each.specialValueText())
        elif isinstance(each, QTreeView):
            model = each.model()
            yield from (str(model.index(row, 0).data()) for row in range(model.rowCount()))


def untranslated(widget: QWidget) -> set[str]:
    plain = {re.sub("<[^>]*>", "", text).strip() for text in texts(widget)}
    return {text for text in plain - OF_QT if "«" not in text and not SAME_EVERYWHERE.fullmatch(text)}


def test_the_window_speaks_the_users_language(hands: Hands) -> None:
    assert untranslated(hands.window) == set()


def test_so_does_everything_once_a_video_is_open(opened: Hands) -> None:
    told: list[str] = []
    opened.window.canvas.told.connect(told.append)
    for name in ("eraser", "polygon", "lasso", "scissors", "fill", "grabcut", "superpixels", "brush"):
        opened.do(f"tool_{name}")
    assert len(told) == 8
    assert all("«" in text for text in told)
    opened.paint_square()
    stack = opened.window.document.stack
    assert stack.undoText() == "«Paint»"
    opened.do("grow")
    opened.do("split_object")
    assert [stack.text(row)[0] for row in range(stack.count())] == ["«"] * stack.count()
    assert untranslated(opened.window) == set()


@pytest.mark.parametrize("action", ["preferences", "edit_shortcuts", "show_shortcuts", "report"])
def test_so_do_the_dialogs(opened: Hands, action: str) -> None:
    opened.do(action)
    dialog = next(each for each in window_dialogs(opened.window) if each.isVisible())
    assert "«" in dialog.windowTitle()
    assert untranslated(dialog) == set()
    dialog.close()


def test_what_is_refused_is_told_in_the_users_language(opened: Hands) -> None:
    notice = opened.window.stage.notice
    for action in ("fill_holes", "copy_previous", "swap_objects", "tune", "roll_back"):
        opened.do(action)
        assert notice.text.startswith("«"), action
        notice.dismiss()
    opened.do("lock_object")
    opened.do("clear_frame")
    assert "«" in notice.text


def window_dialogs(window: MainWindow) -> list[QDialog]:
    return window.findChildren(QDialog)
