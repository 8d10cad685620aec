"""The notice: one sentence over the canvas, with at most one thing to do about it; never modal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from lipgui.widgets.icon_button import IconButton

_PASSING_MS = 7_000


class Notice(QFrame):
    """Shows a message above the canvas; a problem stays until it is closed, news go by themselves."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.button = QPushButton()
        self.close_button = IconButton("close", self.tr("Close this message"))
        self._do: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 6, 5)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        self.button.clicked.connect(self._on_clicked)
        self.close_button.clicked.connect(self.dismiss)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence that is shown, empty if none is."""
        return "" if self.isHidden() else self.label.text()

    def show_problem(self, sentence: str, action: str = "", do: Callable[[], None] | None = None) -> None:
        """Show what went wrong, until it is closed."""
        self._show(sentence, action, do, problem=True)

    def show_news(self, sentence: str, action: str = "", do: Callable[[], None] | None = None) -> None:
        """Show what happened, for some seconds."""
        self._show(sentence, action, do, problem=False)

    def dismiss(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self._do = None
        self.hide()
        self.closed.emit()

    def _show(self, sentence: str, action: str, do: Callable[[], None] | None, problem: bool) -> None:
        self.setProperty("problem", problem)
        self.style().unpolish(self)
        self.style().polish(self)
        self.label.setText(sentence)
        self.label.setAccessibleName(sentence)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self._do = do
        self.show()
        if problem:
            self._timer.stop()
        else:
            self._timer.start(_PASSING_MS)

    def _on_clicked(self) -> None:
        do = self._do
        self.dismiss()
        if do is not None:
            do()
