"""The settings: network, device, quality, stepping, review, saving; they take effect at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from lipgui.basics.settings import Preferences
from lipgui.widgets.number_box import NumberBox


class SettingsDialog(QDialog):
    """Shows preferences and emits new ones with every change; not modal."""

    changed = Signal(object)  # Preferences

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._preferences = preferences
        self._rows = QFormLayout()
        self._rows.setVerticalSpacing(9)
        self._title(self.tr("Network"))
        presets = {
            "small": self.tr("small: bundled, fast"),
            "paper": self.tr("paper: as published, large"),
            "coco": "coco",
        }
        self.preset_box = self._choice("preset", self.tr("Preset"), presets)
        devices = {
            "auto": self.tr("Best available"),
            "cpu": self.tr("CPU"),
            "cuda": "CUDA",
            "mps": self.tr("Apple GPU"),
        }
        self.device_box = self._choice("device", self.tr("Device"), devices)
        qualities = {"fast": self.tr("Fast"), "balanced": self.tr("Balanced"), "best": self.tr("Best")}
        self.quality_box = self._choice("quality", self.tr("Tuning"), qualities)
        self.side_box = self._number(
            "max_side", self.tr("Longest side seen"), 0, 4000, self.tr(" px"), self.tr("automatic")
        )
        self._title(self.tr("Editing and review"))
        self.step_box = self._number("frame_step", self.tr("Step of Shift+arrow"), 1, 10_000, self.tr(" frames"))
        self.doubt_box = self._number("doubt_percent", self.tr("Doubtful from"), 1, 100, " %")
        self._title(self.tr("Looks and saving"))
        themes = {"system": self.tr("Like the system"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        self.theme_box = self._choice("theme", self.tr("Colours"), themes)
        scales = {0: self.tr("Like the system"), **{each: f"{each} %" for each in (100, 125, 150, 175, 200, 250)}}
        self.scale_box = self._choice("scale", self.tr("Size of text and icons"), scales)
        self.scale_box.setToolTip(self.tr("Takes effect when LIP is started again"))
        self.blind_check = self._check("colour_blind", self.tr("Colour-blind safe object colours"))
        self.autosave_check = self._check("autosave", self.tr("Keep work on videos without a project as drafts"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 12)
        column.addLayout(self._rows)
        column.addStretch(1)
        column.addWidget(buttons)
        self.resize(460, 420)

    def _title(self, text: str) -> None:
        label = QLabel(text)
        label.setObjectName("panelTitle")
        self._rows.addRow(label)

    def _change(self, name: str) -> Callable[[object], None]:
        def change(value: object) -> None:
            self._preferences = replace(self._preferences, **{name: value})  # type: ignore[arg-type]
            self.changed.emit(self._preferences)

        return change

    def _choice(self, name: str, title: str, entries: Mapping[Any, str]) -> QComboBox:
        box, change = QComboBox(), self._change(name)
        for key, text in entries.items():
            box.addItem(text, key)
        box.setCurrentIndex(max(0, box.findData(getattr(self._preferences, name))))
        box.setAccessibleName(title)
        box.currentIndexChanged.connect(lambda: change(box.currentData()))
        self._rows.addRow(title, box)
        return box

    def _number(self, name: str, title: str, low: int, high: int, unit: str, zero: str = "") -> NumberBox:
        box = NumberBox()
        box.setRange(low, high)
        box.setSuffix(unit)
        box.setSpecialValueText(zero)
        box.setValue(getattr(self._preferences, name))
        box.setAccessibleName(title)
        box.valueChanged.connect(self._change(name))
        self._rows.addRow(title, box)
        return box

    def _check(self, name: str, title: str) -> QCheckBox:
        check = QCheckBox(title)
        check.setChecked(getattr(self._preferences, name))
        check.toggled.connect(self._change(name))
        self._rows.addRow(check)
        return check
