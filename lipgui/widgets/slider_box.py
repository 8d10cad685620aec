"""A slider and a box for the same whole number."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from lipgui.widgets.number_box import NumberBox


class SliderBox(QWidget):
    """From 0 to `most`: the slider reaches `comfortable`, larger numbers are typed."""

    valueChanged = Signal(int)

    def __init__(self, name: str, comfortable: int, most: int, suffix: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider, self.box = QSlider(Qt.Orientation.Horizontal), NumberBox()
        self.slider.setRange(0, comfortable)
        self.slider.setMinimumWidth(160)
        self.box.setRange(0, most)
        self.box.setSuffix(suffix)
        for widget in (self.slider, self.box):
            widget.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)
        self.slider.valueChanged.connect(self.box.setValue)
        self.box.valueChanged.connect(self._on_box)

    @property
    def value(self) -> int:
        """The number."""
        return self.box.value()

    @Slot(int)
    def _on_box(self, value: int) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(value)
        self.valueChanged.emit(value)
