"""A form made from an options dataclass: one row per field, with its title and its choices."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from lipgui.widgets.number_box import NumberBox


class OptionForm(QWidget):
    """Shows the fields of a dataclass whose metadata hold `title` and `choices`; `value` makes one from what is set."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: type[Any] | None = None
        self._widgets: dict[str, QWidget] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)

    def show_options(self, kind: type[Any]) -> None:
        """Show the options of another dataclass, at their defaults."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self._kind, self._widgets = kind, {}
        for field in fields(kind):
            title, choices = field.metadata["title"], field.metadata["choices"]
            widget = self._widget(field.default, choices)
            widget.setAccessibleName(title)
            widget.setObjectName(field.name)
            if isinstance(widget, QCheckBox):
                widget.setText(title)
                self._form.addRow(widget)
            else:
                self._form.addRow(title, widget)
            self._widgets[field.name] = widget
        self.setVisible(bool(self._widgets))

    def value(self) -> object:
        """The dataclass with what is set."""
        assert self._kind is not None, "no options are shown"
        return self._kind(**{name: _read(widget) for name, widget in self._widgets.items()})

    def _widget(self, default: object, choices: tuple[str, ...]) -> QWidget:
        if choices:
            box = QComboBox()
            for choice in choices:
                box.addItem(choice, int(choice) if isinstance(default, int) else choice)
            box.setCurrentText(str(default))
            box.currentIndexChanged.connect(self.changed)
            return box
        if isinstance(default, bool):
            check = QCheckBox()
            check.setChecked(default)
            check.toggled.connect(self.changed)
            return check
        if isinstance(default, int):
            whole = NumberBox()
            whole.setRange(-1_000_000, 1_000_000)
            whole.setValue(default)
            whole.valueChanged.connect(self.changed)
            return whole
        if isinstance(default, float):
            number = QDoubleSpinBox()
            number.setRange(-1e6, 1e6)
            number.setSingleStep(0.05)
            number.setValue(default)
            number.valueChanged.connect(self.changed)
            return number
        line = QLineEdit(str(default))
        line.textChanged.connect(self.changed)
        return line


def _read(widget: QWidget) -> object:
    if isinstance(widget, QComboBox):
        return widget.currentData()
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, QSpinBox | QDoubleSpinBox):
        return widget.value()
    assert isinstance(widget, QLineEdit)
    return widget.text()
