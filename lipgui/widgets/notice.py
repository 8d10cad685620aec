"""The notice: one sentence over the canvas, with at most two things to do about it; never modal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from lipcore.errors import LipError
from lipgui.widgets.icon_button import IconButton

_PASSING_MS = 7_000
Choice = tuple[str, Callable[[], None]]  # the text of a button, and what it does


@dataclass(frozen=True)
class Message:
    """A sentence, and at most two choices of what to do about it.

    News go by themselves after some seconds; a problem or a question stays until it is closed or answered.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    is_news: bool = False


class Notice(QFrame):
    """Shows one message at a time; closing it, or Esc, does nothing else."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAutoFillBackground(True)
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.button, self.second_button = QPushButton(), QPushButton()
        for button in (self.button, self.second_button):
            button.setAutoDefault(True)  # Enter presses it, as Space does
        self.close_button = IconButton("close", self.tr("Close this message"))
        self._choices: tuple[Choice, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 6, 5)
        row.addWidget(self.label, 1)
        for widget in (self.button, self.second_button, self.close_button):
            row.addWidget(widget)
        self.button.clicked.connect(lambda: self._choose(0))
        self.second_button.clicked.connect(lambda: self._choose(1))
        self.close_button.clicked.connect(self.dismiss)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence that is shown, empty if none is."""
        return "" if self.isHidden() else self.label.text()

    def dismiss(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self._choices = ()
        self.hide()
        self.closed.emit()

    def show_message(self, message: Message) -> None:
        """Show a message, instead of the last one."""
        choices = message.choices
        self.setProperty("problem", not message.is_news)
        self.style().unpolish(self)
        self.style().polish(self)
        self.label.setText(message.text)
        self.label.setAccessibleName(message.text)
        self._choices = choices
        for place, button in enumerate((self.button, self.second_button)):
            button.setText(choices[place][0] if place < len(choices) else "")
            button.setVisible(place < len(choices))
        self.show()
        self.raise_()
        self._row.invalidate()  # the first time, the style's frame is not yet counted and the last line would be cut
        if message.is_news:
            self._timer.start(_PASSING_MS)
        else:
            self._timer.stop()

    def _choose(self, place: int) -> None:
        _, do = self._choices[place]
        self.dismiss()
        try:
            do()
        except LipError as error:  # what was offered may have become impossible meanwhile
            self.show_message(Message(str(error)))
