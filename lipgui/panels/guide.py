"""The first-run guide: what to do on the sample, each step ticked off by its result, not by its key."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from lipgui.widgets.icon_button import IconButton


class Step(NamedTuple):
    """One step: the action of its button, the `result` of a job that ends it ("" for the action itself), and words."""

    action: str
    result: str
    text: str
    button: str


class Guide(QFrame):
    """A card over the canvas that says what to press next; it never takes the keyboard."""

    actionRequested = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guide")
        self.setAccessibleName(self.tr("Guide"))
        self._steps = (
            Step(
                "",
                "",
                self.tr("The first frame is painted. Left paints, right erases, the wheel zooms."),
                self.tr("Next"),
            ),
            Step(
                "tune",
                "tune",
                self.tr("Press T: the network learns these objects, in the background."),
                self.tr("Tune"),
            ),
            Step(
                "propagate_forward",
                "propagate",
                self.tr("Press F: it finds them in every frame."),
                self.tr("Propagate"),
            ),
            Step(
                "next_doubtful",
                "",
                self.tr(
                    "Press . for the next doubtful frame. If it is right, V says so; if not, repaint what is wrong."
                ),
                self.tr("Next doubtful"),
            ),
            Step(
                "correct",
                "propagate",
                self.tr("Press R where you repainted: it learns from that and runs again what depends on it."),
                self.tr("Correct"),
            ),
            Step(
                "export",
                "",
                self.tr("Press Ctrl+E to export the masks. That is all there is to it."),
                self.tr("Export…"),
            ),
        )
        self._place = 0
        self.count_label = QLabel()
        self.count_label.setObjectName("faint")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setMinimumWidth(300)
        self.button = QPushButton()
        self.button.setObjectName("primary")
        self.skip_button = QPushButton(self.tr("Next"))
        self.close_button = IconButton("close", self.tr("Close the guide"))
        for widget in (self.button, self.skip_button, self.close_button):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.count_label, 1)
        head.addWidget(self.close_button)
        foot.addWidget(self.button)
        foot.addWidget(self.skip_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 8, 12)
        column.addLayout(head)
        column.addWidget(self.label)
        column.addLayout(foot)
        self.button.clicked.connect(self._on_button)
        self.skip_button.clicked.connect(self._next)
        self.close_button.clicked.connect(self._close)
        self.hide()

    @property
    def step(self) -> str:
        """The action that the shown step is about, empty for one that waits for nothing."""
        return self._steps[self._place].action

    def begin(self) -> None:
        """Show the first step."""
        self._show(0)
        self.show()
        self.raise_()

    @Slot(str)
    def on_done(self, action: str) -> None:
        """An action was carried out: go on behind the step that waits for no more than it."""
        self._go_behind([place for place, step in self._ahead() if step.action == action and not step.result])

    def on_result(self, result: str) -> None:
        """A job ended well, "tune" or "propagate": go on behind the step that waits for it."""
        self._go_behind([place for place, step in self._ahead() if step.result == result])

    def show_running(self, running: bool) -> None:
        """While a job runs, say that it does instead of offering to start it."""
        self._show(self._place)
        if running and self._steps[self._place].result:
            self.label.setText(self.tr("It works; the strip at the bottom says how far it is. You can go on painting."))
            self.button.setEnabled(False)
            self.adjustSize()

    def _ahead(self) -> list[tuple[int, Step]]:
        return list(enumerate(self._steps))[self._place :]

    def _go_behind(self, places: list[int]) -> None:
        if self.isVisible() and places:
            self._place = places[0]
            self._next()

    def _show(self, place: int) -> None:
        self._place = place
        step = self._steps[place]
        self.count_label.setText(self.tr("Step {0} of {1}").format(place + 1, len(self._steps)))
        self.label.setText(step.text)
        self.button.setText(step.button)
        self.button.setEnabled(True)
        self.skip_button.setVisible(bool(step.action) and place + 1 < len(self._steps))
        self.adjustSize()

    @Slot()
    def _next(self) -> None:
        if self._place + 1 < len(self._steps):
            self._show(self._place + 1)
        else:
            self._close()

    @Slot()
    def _on_button(self) -> None:
        if self.step:
            self.actionRequested.emit(self.step)
        else:
            self._next()

    @Slot()
    def _close(self) -> None:
        self.hide()
        self.closed.emit()
