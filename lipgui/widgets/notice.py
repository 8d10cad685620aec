"""The notice: one sentence over the canvas, with at most two things to do about it; never modal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from lipcore.errors import LipError
from lipgui.widgets.icon_button import IconButton

_PASSING_MS = 7_000
Choice = tuple[str, Callable[[], None]]  # the text of a button, and what it does


class Notice(QFrame):
    """Shows a message; a problem or a question stays until it is closed or answered, news go by themselves."""

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
        self._choices: Sequence[Choice] = ()
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

    def show_problem(self, sentence: str, action: str = "", do: Callable[[], None] | None = None) -> None:
        """Show what went wrong, until it is closed."""
        self._show(sentence, [(action, do)] if do is not None else [], problem=True)

    def show_question(self, sentence: str, choices: Sequence[Choice]) -> None:
        """Ask before something is done; closing the message, or Esc, does nothing. At most two choices."""
        self._show(sentence, choices, problem=True)

    def show_news(self, sentence: str, action: str = "", do: Callable[[], None] | None = None) -> None:
        """Show what happened, for some seconds."""
        self._show(sentence, [(action, do)] if do is not None else [], problem=False)

    def dismiss(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self._choices = ()
        self.hide()
        self.closed.emit()

    def _show(self, sentence: str, choices: Sequence[Choice], problem: bool) -> None:
        self.setProperty("problem", problem)
        self.style().unpolish(self)
        self.style().polish(self)
        self.label.setText(sentence)
        self.label.setAccessibleName(sentence)
        self._choices = tuple(choices)
        for place, button in enumerate((self.button, self.second_button)):
            button.setText(choices[place][0] if place < len(choices) else "")
            button.setVisible(place < len(choices))
        self.show()
        self.raise_()
        self._row.invalidate()  # the first time, the style's frame is not yet counted and the last line would be cut
        if problem:
            self._timer.stop()
        else:
            self._timer.start(_PASSING_MS)

    def _choose(self, place: int) -> None:
        _, do = self._choices[place]
        self.dismiss()
        try:
            do()
        except LipError as error:  # what was offered may have become impossible meanwhile
            self.show_problem(str(error))
