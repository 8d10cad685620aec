"""The first-run guide: four steps on the sample, each ticked off by doing it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from lipgui.widgets.icon_button import IconButton


class Guide(QFrame):
    """A card over the canvas that says what to press next; it never takes the keyboard."""

    actionRequested = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guide")
        self.setAccessibleName(self.tr("Guide"))
        self._steps = (
            ("", self.tr("The first frame is painted. Left paints, right erases, the wheel zooms."), self.tr("Next")),
            ("tune", self.tr("Press T: the network learns these objects, in the background."), self.tr("Tune")),
            ("propagate_forward", self.tr("Press F: it finds them in every frame."), self.tr("Propagate")),
            (
                "next_doubtful",
                self.tr("Press . for the next doubtful frame. Repaint it, then T and F again; V marks it as right."),
                self.tr("Next doubtful"),
            ),
            ("export", self.tr("Press Ctrl+E to export the masks. That is all there is to it."), self.tr("Export…")),
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
        """The action that the shown step waits for, empty for one that waits for nothing."""
        return self._steps[self._place][0]

    def begin(self) -> None:
        """Show the first step."""
        self._show(0)
        self.show()
        self.raise_()

    @Slot(str)
    def on_done(self, action: str) -> None:
        """An action was carried out: go on behind the step that waits for it, if that is still to come."""
        ahead = [place for place in range(self._place, len(self._steps)) if self._steps[place][0] == action]
        if self.isVisible() and action and ahead:
            self._place = ahead[0]
            self._next()

    def _show(self, place: int) -> None:
        self._place = place
        action, text, button = self._steps[place]
        self.count_label.setText(self.tr("Step {0} of {1}").format(place + 1, len(self._steps)))
        self.label.setText(text)
        self.button.setText(button)
        self.skip_button.setVisible(bool(action) and place + 1 < len(self._steps))
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
