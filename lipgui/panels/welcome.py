"""The empty window: open a video, a folder or a project, try the sample, or go on with something recent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from lipgui.actions.action_set import ActionSet
from lipgui.basics.icons import picture
from lipgui.widgets.action_card import ActionCard

_CARDS = ("open_video", "open_folder", "open_project", "open_sample")


class Welcome(QWidget):
    """Shown while nothing is open."""

    pathRequested = Signal(str)

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Welcome"))
        self._actions = actions
        self.cards = {name: self._card(name) for name in _CARDS}
        self._logo = QLabel()
        self._recent_title = QLabel(self.tr("Recent"))
        self._recent_title.setObjectName("panelTitle")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self._lay_out()
        self.refresh_icons()

    def refresh_icons(self) -> None:
        """Draw the icons in the colours of the theme."""
        ratio = self.devicePixelRatioF()
        self._logo.setPixmap(picture("lip", 56, self.palette().text().color(), ratio))
        for name, card in self.cards.items():
            card.show_icon(self._actions[name].icon())

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List what was opened lately, newest first."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for path in paths[:5]:
            button = QPushButton(f"{path.name}   ·   {path.parent}")
            button.setFlat(True)
            button.setAutoDefault(True)  # Enter opens it, as Space does
            button.setObjectName("recent")
            button.setToolTip(str(path))
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _=False, text=str(path): self.pathRequested.emit(text))
            self._recent.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        self._recent_title.setVisible(bool(paths))

    def _card(self, name: str) -> ActionCard:
        texts = {
            "open_video": (self.tr("Open video"), self.tr("mp4, mov, mkv, webm and more")),
            "open_folder": (self.tr("Open folder of images"), self.tr("jpg, png, tif; in natural order")),
            "open_project": (self.tr("Open project"), self.tr("a folder that ends in .lip")),
            "open_sample": (self.tr("Try the sample"), self.tr("48 frames, the first one is painted")),
        }
        return ActionCard(self._actions[name], *texts[name], primary=name == "open_sample")

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Masks for every frame, from one painted frame"))
        title.setObjectName("title")
        hint = QLabel(
            self.tr("Paint the objects on one frame, tune, propagate. Or drop a video, folder or project here.")
        )
        hint.setObjectName("faint")
        head = QHBoxLayout()
        head.setSpacing(16)
        words = QVBoxLayout()
        words.addWidget(title)
        words.addWidget(hint)
        head.addWidget(self._logo)
        head.addLayout(words)
        head.addStretch(1)
        grid = QGridLayout()
        grid.setSpacing(10)
        for index, name in enumerate(_CARDS):
            grid.addWidget(self.cards[name], index // 2, index % 2)
            grid.setColumnStretch(index % 2, 1)
        column = QVBoxLayout()
        column.setSpacing(18)
        column.addLayout(head)
        column.addLayout(grid)
        column.addWidget(self._recent_title)
        column.addLayout(self._recent)
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addLayout(column)
        centred.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(centred)
        outer.addStretch(3)
