"""A line edit that keeps Enter and Esc from the window's shortcuts while something is typed into it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class EntryLine(QLineEdit):
    """Enter always belongs to the line; Esc does while its text is changed and not yet entered."""

    def event(self, event: QEvent) -> bool:
        """Claim the keys before a shortcut can take them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in _ENTER or (event.key() == Qt.Key.Key_Escape and self.isModified()):
                event.accept()
                return True
        return super().event(event)
