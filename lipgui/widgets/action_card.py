"""A card of the empty window: an icon, what it does in two lines, and its key."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

_ICON = 28
_LEAST = QSize(356, 70)


class ActionCard(QPushButton):
    """A large button for an action; a primary one stands out."""

    def __init__(
        self, action: QAction, title: str, text: str, primary: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.setObjectName("primaryCard" if primary else "card")
        self.setAutoDefault(True)  # Enter presses it, as Space does
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setToolTip(f"{title} ({keys})" if keys else title)
        self.setMinimumSize(_LEAST)
        self._picture = QLabel()
        words, name, words_below, key = QVBoxLayout(), QLabel(title), QLabel(text), QLabel(keys)
        name.setObjectName("cardTitle")
        words_below.setObjectName("faint")
        key.setObjectName("faint")
        words.setSpacing(3)
        words.addStretch(1)
        words.addWidget(name)
        words.addWidget(words_below)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 8, 16, 8)
        row.setSpacing(16)
        row.addWidget(self._picture)
        row.addLayout(words, 1)
        row.addWidget(key)
        for label in (self._picture, name, words_below, key):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(action.trigger)

    def sizeHint(self) -> QSize:
        """As large as what is on it."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """The same."""
        layout = self.layout()
        return _LEAST if layout is None else layout.minimumSize().expandedTo(_LEAST)

    def show_icon(self, icon: QIcon) -> None:
        """Draw the icon, at the resolution of the screen."""
        self._picture.setPixmap(icon.pixmap(QSize(_ICON, _ICON), self.devicePixelRatioF()))
