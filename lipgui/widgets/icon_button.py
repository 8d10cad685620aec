"""A flat button with an icon that follows theme and font live, and a tool tip with its shortcut."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeySequence, QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from lipgui.actions.table import ACTIONS
from lipgui.basics.icons import icon, scales

_DEFAULT_KEYS = {row.name: row.keys for row in ACTIONS}
_NATIVE = QKeySequence.SequenceFormat.NativeText


def tell_keys(window: QWidget, keys: Mapping[str, str]) -> None:
    """Let every button in `window` that stands for an action tell its keys: {action: keys, "; " between several}."""
    for button in window.findChildren(IconButton):
        if button.action_name in keys:
            button.show_keys(keys[button.action_name])


def menu_text(text: str, keys: str) -> str:
    """The text of a menu's entry with the first of `keys`, "; " between several."""
    key = QKeySequence(keys.split("; ")[0]).toString(_NATIVE) if keys else ""
    return f"{text}\t{key}" if key else text


class IconButton(QToolButton):
    """`text` names the button for screen readers and, with `worded`, also shows beside the icon.

    `action` is the window's action it stands for, whose keys the tool tip tells; `hint` is another way to do it.
    """

    def __init__(
        self,
        name: str,
        text: str,
        hint: str = "",
        worded: bool = False,
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.action_name = action
        self._name, self._hint = name, hint
        self._keys = _DEFAULT_KEYS.get(action, "")
        self._drawn: object = None
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.describe(text)
        self.show_words(worded)
        self._draw()

    def describe(self, text: str) -> None:
        """Set the name; the tool tip adds the keys of the window's action and the hint."""
        self.setText(text)
        self.setAccessibleName(text)
        keys = ", ".join(QKeySequence(key).toString(_NATIVE) for key in self._keys.split("; ") if key)
        more = [part for part in (keys, self._hint) if part]
        self.setToolTip(f"{text} ({'; '.join(more)})" if more else text)

    def show_keys(self, keys: str) -> None:
        """The action is bound to `keys` now, "; " between several; the window owns them, the button only tells."""
        self._keys = keys
        self.describe(self.text())

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

    def refresh_icon(self) -> None:
        """Draw again if another screen wants a finer drawing."""
        self._draw()

    def _draw(self) -> None:
        side = round(self.fontMetrics().height() * 1.1)
        colours = [
            self.palette().color(role).rgba() for role in (QPalette.ColorRole.ButtonText, QPalette.ColorRole.Highlight)
        ]
        key = (self._name, side, scales(), *colours)
        if key != self._drawn:
            self._drawn = key
            self.setIcon(icon(self._name, self.palette()))
            self.setIconSize(QSize(side, side))
