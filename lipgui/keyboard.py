"""Keys that a widget with the keyboard needs itself, before the window's shortcuts take them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QWidget

_PRESS = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
_MOVE = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}
_PAGE = {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class KeyboardGuard(QObject):
    """Lets Space press a button and arrows move a slider or list, so that the window works without a mouse.

    It watches the window alone: Qt offers it each key that the widget with the keyboard has left.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim a key for the widget it is meant for."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            widget = self._window.focusWidget()
            if widget is not None and _needs(widget, event):
                event.accept()
                return True
        return False


def _needs(widget: QWidget, event: QKeyEvent) -> bool:
    key, plain = event.key(), event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    if not plain:
        return False
    if isinstance(widget, QAbstractButton):
        return key in _PRESS
    if isinstance(widget, QAbstractSlider):
        return key in _MOVE | _PAGE
    if isinstance(widget, QComboBox):
        return key in _MOVE | _PRESS
    if isinstance(widget, QAbstractItemView):
        return key in _PAGE | _PRESS | {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}
    return False
