"""How soft the edges of the chosen object are, shown on the picture while a slider moves."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from lipcore.project.edge_settings import CONTRASTS, LARGEST_FEATHER, LARGEST_SHIFT, LARGEST_WIDTH, EdgeSettings
from lipgui.edges.slider_row import SliderRow
from lipgui.widgets.icon_button import IconButton

_SETTLED = 500  # milliseconds without a change after which a value counts as chosen


class EdgesPanel(QFrame):
    """Shows the edges it is given; tells values that are being tried, and then the one that is chosen."""

    tried = Signal(object)  # EdgeSettings
    chosen = Signal(object)  # EdgeSettings
    overlayChanged = Signal(str)
    closeRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("edgesPanel")
        self.setAccessibleName(self.tr("Edges"))
        self.name_label = QLabel()
        self.width_row = SliderRow(
            self.tr("Width"),
            self.tr("How far to either side of the edge the colours of the picture decide, in pixels of the video."),
            *(0, LARGEST_WIDTH, 0.5),
        )
        self.shift_row = SliderRow(
            self.tr("Shift"),
            self.tr("Moves the edge outward, or inward if negative, in pixels of the video."),
            *(-LARGEST_SHIFT, LARGEST_SHIFT, 0.5),
        )
        self.contrast_row = SliderRow(
            self.tr("Contrast"),
            self.tr("How steep the edge is: more than 1 makes it firmer, less makes it softer."),
            *(*CONTRASTS, 0.05),
            ratio=True,
        )
        self.feather_row = SliderRow(
            self.tr("Feather"),
            self.tr("Blurs the edge at the very end, in pixels of the video."),
            *(0, LARGEST_FEATHER, 0.5),
        )
        self.rows = (self.width_row, self.shift_row, self.contrast_row, self.feather_row)
        self.over_box = QComboBox()
        for mode, text in (
            ("tint", self.tr("Original")),
            ("black", self.tr("Black")),
            ("white", self.tr("White")),
            ("colour", self.tr("Colour")),
            ("checkerboard", self.tr("Checkerboard")),
            ("alpha", self.tr("Alpha alone")),
        ):
            self.over_box.addItem(text, mode)
        self.over_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.over_box.setMinimumContentsLength(8)
        self.hard_button = QPushButton(self.tr("Hard"))
        self.close_button = IconButton("close", self.tr("Close"), action="edges")
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED)
        self._shown = EdgeSettings()
        self._lay_out()
        self._connect()

    @property
    def edges(self) -> EdgeSettings:
        """What the sliders say."""
        return EdgeSettings(*(row.value for row in self.rows))

    def show_edges(self, name: str, edges: EdgeSettings | None) -> None:
        """Show the edges of the object `name`, None if there is no object; emits nothing.

        What was being tried is forgotten.
        """
        self._settled.stop()
        self._shown = edges or EdgeSettings()
        self.name_label.setText(name)
        values = (self._shown.width, self._shown.shift, self._shown.contrast, self._shown.feather)
        for row, value in zip(self.rows, values, strict=True):
            row.show_value(value)
        self._body.setEnabled(edges is not None)

    def show_overlay(self, mode: str) -> None:
        """Show over what the objects are seen; emits nothing."""
        with QSignalBlocker(self.over_box):
            self.over_box.setCurrentIndex(self.over_box.findData(mode))

    @Slot()
    def settle(self) -> None:
        """Choose what is being tried."""
        self._settled.stop()
        if self.edges != self._shown:
            self._shown = self.edges
            self.chosen.emit(self._shown)

    @Slot()
    def _on_changed(self) -> None:
        self.tried.emit(self.edges)
        if not any(row.slider.isSliderDown() for row in self.rows):
            self._settled.start()

    @Slot()
    def _on_hard(self) -> None:
        self._settled.stop()
        self._shown = EdgeSettings()
        self.chosen.emit(self._shown)

    def _lay_out(self) -> None:
        gap = self.fontMetrics().height() // 2
        title = QLabel(self.tr("Edges"))
        title.setObjectName("panelTitle")
        self.name_label.setObjectName("faint")
        head = QHBoxLayout()
        head.setSpacing(gap)
        head.addWidget(title)
        head.addWidget(self.name_label, 1)
        head.addWidget(self.close_button)
        self._body = QWidget()
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(1)
        for line, row in enumerate(self.rows):
            for column, widget in enumerate((row.label, row.slider, row.box)):
                grid.addWidget(widget, line, column)
        over = QLabel(self.tr("Over"))
        over.setBuddy(self.over_box)
        self.over_box.setAccessibleName(self.tr("Over"))
        self.over_box.setToolTip(self.tr("What the soft edges are looked at over; the whole picture is shown so."))
        self.hard_button.setToolTip(self.tr("Back to edges as hard as the mask"))
        grid.addWidget(over, len(self.rows), 0)
        grid.addWidget(self.over_box, len(self.rows), 1)
        grid.addWidget(self.hard_button, len(self.rows), 2)
        grid.setColumnStretch(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(gap, gap // 2, gap, gap // 2)
        whole.setSpacing(gap // 4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        whole.addLayout(head)
        whole.addWidget(self._body)

    def _connect(self) -> None:
        for row in self.rows:
            row.setParent(self)
            row.changed.connect(self._on_changed)
            row.released.connect(self.settle)
        self._settled.timeout.connect(self.settle)
        self.over_box.currentIndexChanged.connect(lambda: self.overlayChanged.emit(self.over_box.currentData()))
        self.hard_button.clicked.connect(self._on_hard)
        self.close_button.clicked.connect(self.closeRequested)
