"""The dialog that asks which values of deep pictures are black and white."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QDoubleSpinBox, QFormLayout, QLabel, QVBoxLayout, QWidget

_LARGEST = 1e12
_MARGIN = 5  # logical pixels


class ValuesDialog(QDialog):
    """Two numbers; `chosen` gives (low, high), or None for the range that is found in the pictures."""

    chosen = Signal(object)

    def __init__(self, values: tuple[float, float], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Range of values"))
        text = QLabel(
            self.tr(
                "The pictures of this video have more than 8 bits a value. Values between these two are shown as "
                "shades, and the network sees what you see. Changing them begins a new history of undo."
            )
        )
        text.setWordWrap(True)
        whole = all(value == int(value) for value in values) and values[1] - values[0] > 1
        self.low, self.high = (_box(value, 0 if whole else 6) for value in values)
        form = QFormLayout()
        form.addRow(self.tr("&Black"), self.low)
        form.addRow(self.tr("&White"), self.high)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.found_button = buttons.addButton(self.tr("As &found"), QDialogButtonBox.ButtonRole.ResetRole)
        self.found_button.setToolTip(self.tr("Use the range that is found in the pictures"))
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.found_button.clicked.connect(self._use_found)
        for box in (self.low, self.high):
            box.valueChanged.connect(self._check)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addLayout(form)
        layout.addWidget(buttons)

    def accept(self) -> None:
        """Choose the two numbers."""
        self.chosen.emit((self.low.value(), self.high.value()))
        super().accept()

    def _use_found(self) -> None:
        self.chosen.emit(None)
        super().accept()

    def _check(self) -> None:
        self._ok.setEnabled(self.low.value() < self.high.value())


def _box(value: float, decimals: int) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.lineEdit().setTextMargins(_MARGIN, 0, 0, 0)
    box.setRange(-_LARGEST, _LARGEST)
    box.setDecimals(decimals)
    box.setValue(value)
    return box
