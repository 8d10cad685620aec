"""The tools on the left, and the bar above the canvas: brush, paint rule, overlay, buttons to tune and propagate."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lipgui.actions.action_set import ActionSet
from lipgui.basics.icons import icon
from lipgui.widgets.number_box import NumberBox

TOOLS = ("brush", "eraser", "polygon", "lasso", "scissors", "fill", "grabcut", "superpixels")
OVERLAYS = ("tint", "contour", "cutout", "raw")
PAINT_RULES = ("everything", "background", "selected")


class ToolPanel(QFrame):
    """A column of buttons, one per tool action, with undo and redo below."""

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolPanel")
        self.setAccessibleName(self.tr("Tools"))
        column = QVBoxLayout(self)
        column.setContentsMargins(5, 7, 5, 7)
        column.setSpacing(2)
        for name in TOOLS:
            column.addWidget(_button(actions[f"tool_{name}"]))
        column.addStretch(1)
        for name in ("undo", "redo"):
            column.addWidget(_button(actions[name]))


class OptionsBar(QFrame):
    """How to paint and what to see, and the buttons Tune, Propagate backward, both ways and forward."""

    brushSizeChanged = Signal(int)
    paintRuleChanged = Signal(str)
    overlayChanged = Signal(str)
    opacityChanged = Signal(int)  # per cent

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("optionsBar")
        self.setAccessibleName(self.tr("Options"))
        self.brush_slider = _slider(self.tr("Brush size"), 1, 200)
        self.brush_box = NumberBox()
        self.brush_box.setRange(1, 2000)
        self.brush_box.setSuffix(" px")
        self.brush_box.setAccessibleName(self.tr("Brush size in pixels"))
        self.brush_box.setToolTip(self.tr("Brush size: [ and ], Shift+wheel, or Alt+right-drag"))
        self.rule_box = _choice(
            self.tr("Paint over"),
            dict(
                zip(
                    PAINT_RULES,
                    (self.tr("Everything"), self.tr("Only background"), self.tr("Only selected")),
                    strict=True,
                )
            ),
        )
        self.overlay_box = _choice(
            self.tr("Overlay"),
            dict(
                zip(OVERLAYS, (self.tr("Tint"), self.tr("Contour"), self.tr("Cut-out"), self.tr("None")), strict=True)
            ),
        )
        self.opacity_slider = _slider(self.tr("Opacity of the overlay"), 0, 100)
        self.tune_button = VerbButton(actions["tune"], self.tr("Tune"), "tune")
        self.backward_button = VerbButton(actions["propagate_backward"], "", "backward")
        self.both_button = VerbButton(actions["propagate_both"], "", "both")
        self.forward_button = VerbButton(actions["propagate_forward"], self.tr("Propagate"), "forward", primary=True)
        self._lay_out()
        self._connect()

    def show_brush_size(self, size: int) -> None:
        """Show the brush size in pixels; emits nothing."""
        with QSignalBlocker(self.brush_slider), QSignalBlocker(self.brush_box):
            self.brush_slider.setValue(size)
            self.brush_box.setValue(size)

    def show_paint_rule(self, rule: str) -> None:
        """Show what painting may change; emits nothing."""
        with QSignalBlocker(self.rule_box):
            self.rule_box.setCurrentIndex(self.rule_box.findData(rule))

    def show_overlay(self, mode: str) -> None:
        """Show the overlay mode; emits nothing."""
        with QSignalBlocker(self.overlay_box):
            self.overlay_box.setCurrentIndex(self.overlay_box.findData(mode))

    def show_opacity(self, per_cent: int) -> None:
        """Show the opacity; emits nothing."""
        with QSignalBlocker(self.opacity_slider):
            self.opacity_slider.setValue(per_cent)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 10, 5)
        row.setSpacing(8)
        groups = (
            (self.tr("Brush"), (self.brush_slider, self.brush_box)),
            (self.tr("Paint over"), (self.rule_box,)),
            (self.tr("Overlay"), (self.overlay_box, self.opacity_slider)),
        )
        for title, widgets in groups:
            label = QLabel(title)
            label.setBuddy(widgets[0])
            row.addWidget(label)
            for widget in widgets:
                row.addWidget(widget)
            row.addSpacing(10)
        row.addStretch(1)
        for button in (self.tune_button, self.backward_button, self.both_button, self.forward_button):
            row.addWidget(button)

    def _connect(self) -> None:
        self.brush_slider.valueChanged.connect(self.brushSizeChanged)
        self.brush_box.valueChanged.connect(self.brushSizeChanged)
        self.rule_box.currentIndexChanged.connect(lambda: self.paintRuleChanged.emit(self.rule_box.currentData()))
        self.overlay_box.currentIndexChanged.connect(lambda: self.overlayChanged.emit(self.overlay_box.currentData()))
        self.opacity_slider.valueChanged.connect(self.opacityChanged)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(22, 22))
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text().replace("&", ""))
    return button


class VerbButton(QPushButton):
    """A push button that follows an action: enabled, tool tip and icon; a primary one stands out."""

    def __init__(self, action: QAction, text: str, name: str, primary: bool = False) -> None:
        super().__init__(text)
        self._action, self._icon_name, self._primary = action, name, primary
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(action.text().replace("&", ""))
        if primary:
            self.setObjectName("primary")
        self.clicked.connect(action.trigger)
        action.changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Take over what has changed."""
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())
        role = QPalette.ColorRole.HighlightedText if self._primary else QPalette.ColorRole.ButtonText
        colours = QPalette(QApplication.palette())
        colours.setColor(QPalette.ColorRole.ButtonText, colours.color(role))
        self.setIcon(icon(self._icon_name, colours))


def _slider(name: str, smallest: int, largest: int) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(smallest, largest)
    slider.setAccessibleName(name)
    slider.setToolTip(name)
    slider.setMinimumWidth(60)
    slider.setMaximumWidth(110)
    slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return slider


def _choice(name: str, entries: dict[str, str]) -> QComboBox:
    box = QComboBox()
    for key, text in entries.items():
        box.addItem(text, key)
    box.setAccessibleName(name)
    box.setToolTip(name)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return box
