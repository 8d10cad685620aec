"""One setting of an edge: a slider for the eye and a box for the exact number."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QSlider

from lipgui.widgets.number_box import DecimalBox


class SliderRow(QObject):
    """Label, slider and box of one number from `least` to `largest`, in steps of `step`.

    With `ratio`, the slider goes by doublings, so that 1 is not at its end.
    """

    changed = Signal()
    released = Signal()  # the slider was let go

    def __init__(self, name: str, tip: str, least: float, largest: float, step: float, ratio: bool = False) -> None:
        super().__init__()
        self._ratio, self._step = ratio, step
        self.label, self.slider, self.box = QLabel(name), QSlider(Qt.Orientation.Horizontal), DecimalBox()
        self.slider.setRange(self._place(least), self._place(largest))
        self.slider.setMinimumWidth(40)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.box.setRange(least, largest)
        self.box.setDecimals(2 if ratio else 1)
        self.box.setSingleStep(step)
        self.box.setMaximumWidth(round(5.5 * self.box.fontMetrics().height()))
        self.label.setBuddy(self.box)
        for widget in (self.slider, self.box):
            widget.setAccessibleName(name)
            widget.setToolTip(tip)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(self.released)
        self.box.valueChanged.connect(self._on_box)

    @property
    def value(self) -> float:
        """The number that is shown."""
        return self.box.value()

    def show_value(self, value: float) -> None:
        """Show a number; emits nothing."""
        with QSignalBlocker(self.slider), QSignalBlocker(self.box):
            self.slider.setValue(self._place(value))
            self.box.setValue(value)

    def _place(self, value: float) -> int:
        return round(math.log2(value) * 50) if self._ratio else round(value / self._step)

    @Slot(int)
    def _on_slider(self, place: int) -> None:
        with QSignalBlocker(self.box):
            self.box.setValue(2 ** (place / 50) if self._ratio else place * self._step)
        self.changed.emit()

    @Slot(float)
    def _on_box(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(self._place(value))
        self.changed.emit()
