"""A flat button with an icon that follows theme and font live, and a tool tip with its shortcut."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from lipgui.icons import icon


class IconButton(QToolButton):
    """`text` names the button for screen readers and, with `worded`, also shows beside the icon."""

    def __init__(
        self, name: str, text: str, shortcut: str = "", worded: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._drawn: object = None
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.describe(text, shortcut)
        self.show_words(worded)
        self._draw()

    def describe(self, text: str, shortcut: str = "") -> None:
        """Set the name and the tool tip; the shortcut is only told, the window's action owns the key."""
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(f"{text} ({shortcut})" if shortcut else text)

    def show_words(self, worded: bool) -> None:
        """Show the text beside the icon, or the icon alone."""
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if worded else Qt.ToolButtonStyle.ToolButtonIconOnly
        if style != self.toolButtonStyle():
            self.setToolButtonStyle(style)

    def worded_width(self) -> int:
        """Pixels it needs with its text beside the icon."""
        extra = 0 if self.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon else self._words_width()
        return self.sizeHint().width() + extra

    def bare_width(self) -> int:
        """Pixels it needs with the icon alone."""
        return self.worded_width() - self._words_width()

    def _words_width(self) -> int:
        return self.fontMetrics().horizontalAdvance(self.text()) + self.fontMetrics().averageCharWidth()

    def show_icon(self, name: str) -> None:
        """Change the picture."""
        self._name = name
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Draw again for another theme or font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._draw()

    def _draw(self) -> None:
        side = round(self.fontMetrics().height() * 1.1)
        colours = [
            self.palette().color(role).rgba() for role in (QPalette.ColorRole.ButtonText, QPalette.ColorRole.Highlight)
        ]
        key = (self._name, side, *colours)
        if key != self._drawn:
            self._drawn = key
            self.setIcon(icon(self._name, self.palette()))
            self.setIconSize(QSize(side, side))
