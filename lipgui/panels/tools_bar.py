"""The tools on the left, and the bar above the canvas: brush, paint rule, overlay, buttons to tune and propagate."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPalette, QResizeEvent
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
from lipgui.actions.table import ACTIONS
from lipgui.basics.icons import icon
from lipgui.canvas.overlay import ALL_MODES
from lipgui.tools.tool import PAINT_RULES
from lipgui.widgets.number_box import NumberBox

_GROUP_GAP = 10  # logical pixels between two groups of options
_LEAST_GAP = 6  # and between the icons of two tools
QUALITIES = ("fast", "balanced", "best")


class ToolPanel(QFrame):
    """A column of buttons, one per tool action, with undo and redo below; on a low screen they stand closer."""

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolPanel")
        self.setAccessibleName(self.tr("Tools"))
        column = QVBoxLayout(self)
        column.setContentsMargins(5, 7, 5, 7)
        column.setSpacing(2)
        tools = [row.name for row in ACTIONS if row.group == "tool"]
        for name in (*tools, "undo", "redo"):
            button = ActionButton(actions[name])
            button.setMinimumHeight(button.iconSize().height() + _LEAST_GAP)
            column.addWidget(button)
        column.insertStretch(len(tools), 1)


class OptionsBar(QFrame):
    """How to paint and what to see, how well to tune, and the buttons to tune, propagate and correct.

    The button of what comes next stands out; where there is little room, titles and words of buttons give way.
    """

    brushSizeChanged = Signal(int)
    paintRuleChanged = Signal(str)
    overlayChanged = Signal(str)
    opacityChanged = Signal(int)  # per cent
    qualityChanged = Signal(str)

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
        rules = self.tr("Everything"), self.tr("Only background"), self.tr("Only selected")
        self.rule_box = _choice(self.tr("Paint over"), dict(zip(PAINT_RULES, rules, strict=True)))
        modes = (
            *(self.tr("Tint"), self.tr("Contour"), self.tr("Cut-out"), self.tr("None"), self.tr("Matte")),
            *(self.tr("Alpha"), self.tr("Checkerboard"), self.tr("Black"), self.tr("White"), self.tr("Colour")),
            self.tr("Edges"),
        )
        self.overlay_box = _choice(self.tr("Overlay"), dict(zip(ALL_MODES, modes, strict=True)))
        self.opacity_slider = _slider(self.tr("Opacity of the overlay"), 0, 100)
        self.quality_box = _choice(self.tr("Quality of tuning"), dict.fromkeys(QUALITIES, ""))
        self.quality_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # its times come later
        self.tune_button = VerbButton(actions["tune"], self.tr("Tune"), "tune", primary=True)
        self.backward_button = VerbButton(actions["propagate_backward"], "", "backward")
        self.both_button = VerbButton(actions["propagate_both"], "", "both")
        self.forward_button = VerbButton(actions["propagate_forward"], self.tr("Propagate"), "forward")
        self.correct_button = VerbButton(actions["correct"], self.tr("Correct"), "correct")
        self.export_button = VerbButton(actions["export"], "", "export")
        self._titles: list[QLabel] = []
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

    def show_uses_brush(self, used: bool) -> None:
        """Whether the tool in hand has a size."""
        for widget in (self.brush_slider, self.brush_box):
            widget.setEnabled(used)

    def show_qualities(self, chosen: str, seconds: dict[str, str]) -> None:
        """Show the quality of tuning, and beside each what it took last, as text, "" where nobody knows."""
        names = {"fast": self.tr("Fast"), "balanced": self.tr("Balanced"), "best": self.tr("Best")}
        with QSignalBlocker(self.quality_box):
            for place, name in enumerate(QUALITIES):
                took = seconds.get(name, "")
                self.quality_box.setItemText(
                    place, self.tr("{0} · {1}").format(names[name], took) if took else names[name]
                )
            self.quality_box.setCurrentIndex(self.quality_box.findData(chosen))
        self._make_room()
        known = self.tr("The time is that of the last tuning on this computer.")
        unknown = self.tr("The time is shown here after the first tuning on this computer.")
        advice = self.tr("Quality of tuning: fast for a first look, best for the final masks.")
        self.quality_box.setToolTip(f"{advice} {known if any(seconds.values()) else unknown}")

    def show_tuned(self, tuned: bool) -> None:
        """Let the button of the next step stand out: tune at first, propagate after it."""
        self.tune_button.stand_out(not tuned)
        self.forward_button.stand_out(tuned)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop titles, then words, where there is no room for them."""
        super().resizeEvent(event)
        self._make_room()

    def minimumSizeHint(self) -> QSize:
        """As narrow as it gets without titles and words."""
        words = sum(button.words_width() for button in self._worded)
        titles = sum(label.sizeHint().width() + self._spacing for label in self._titles)
        return QSize(max(200, self._full_width() - words - titles), super().minimumSizeHint().height())

    @property
    def _worded(self) -> tuple[VerbButton, ...]:
        return self.correct_button, self.tune_button, self.forward_button

    def _full_width(self) -> int:
        """Pixels needed with all titles and words."""
        widths = []
        for widget in self._shown:
            if isinstance(widget, VerbButton):
                widths.append(widget.bare_width() + widget.words_width())
            elif isinstance(widget, QSlider):
                widths.append(widget.minimumWidth())
            else:
                widths.append(widget.sizeHint().width())
        margins = self._row.contentsMargins()
        gaps = self._spacing * (self._row.count() - 1) + 3 * _GROUP_GAP
        return sum(widths) + gaps + margins.left() + margins.right()

    def _make_room(self) -> None:
        lacking = self._full_width() - self.width()
        for label in self._titles:
            label.setVisible(lacking <= 0)
        lacking -= sum(label.sizeHint().width() + self._spacing for label in self._titles)
        for button in self._worded:
            button.show_words(lacking <= 0)
            lacking -= button.words_width()

    def _lay_out(self) -> None:
        self._spacing = 8
        row = self._row = QHBoxLayout(self)
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
            self._titles.append(label)
            row.addWidget(label)
            for setting in widgets:
                row.addWidget(setting)
            row.addSpacing(_GROUP_GAP)
        row.addStretch(1)
        row.addWidget(self.quality_box)
        for button in (
            *(self.tune_button, self.backward_button, self.both_button, self.forward_button),
            *(self.correct_button, self.export_button),
        ):
            row.addWidget(button)
        items = (row.itemAt(place) for place in range(row.count()))
        self._shown: list[QWidget] = [widget for item in items if item and (widget := item.widget()) is not None]

    def _connect(self) -> None:
        self.brush_slider.valueChanged.connect(self.brushSizeChanged)
        self.brush_box.valueChanged.connect(self.brushSizeChanged)
        self.rule_box.currentIndexChanged.connect(lambda: self.paintRuleChanged.emit(self.rule_box.currentData()))
        self.overlay_box.currentIndexChanged.connect(lambda: self.overlayChanged.emit(self.overlay_box.currentData()))
        self.opacity_slider.valueChanged.connect(self.opacityChanged)
        self.quality_box.currentIndexChanged.connect(lambda: self.qualityChanged.emit(self.quality_box.currentData()))


class ActionButton(QToolButton):
    """Shows an action and triggers it; for a default action, Qt would keep a connection for every change of it."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self.action = action
        self.setIconSize(QSize(22, 22))
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(action.text().replace("&", ""))
        self._show()
        action.changed.connect(self._show)
        self.clicked.connect(self._trigger)

    @Slot()
    def _show(self) -> None:
        action = self.action
        self.setIcon(action.icon())
        self.setText(action.iconText())
        self.setToolTip(action.toolTip())
        self.setCheckable(action.isCheckable())
        self.setChecked(action.isChecked())
        self.setEnabled(action.isEnabled())

    @Slot()
    def _trigger(self) -> None:
        self.action.trigger()
        self._show()  # of a group, an action that is chosen stays so


class VerbButton(QPushButton):
    """A push button that follows an action: enabled, tool tip and icon; a primary one stands out."""

    def __init__(self, action: QAction, text: str, name: str, primary: bool = False) -> None:
        super().__init__(text)
        self.setAutoDefault(True)  # Enter presses it, as Space does
        self._action, self._icon_name, self._words, self._primary = action, name, text, primary
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(action.text().replace("&", ""))
        if primary:
            self.setObjectName("primary")
        self.clicked.connect(action.trigger)
        action.changed.connect(self.follow)
        self.follow()

    def stand_out(self, primary: bool) -> None:
        """Be the button of what comes next, or not."""
        if primary != self._primary:
            self._primary = primary
            self.setObjectName("primary" if primary else "")
            self.style().unpolish(self)
            self.style().polish(self)
            self.follow()

    def show_words(self, worded: bool) -> None:
        """Show the text beside the icon, or the icon alone."""
        self.setText(self._words if worded else "")

    def words_width(self) -> int:
        """Pixels that the text takes."""
        return self.fontMetrics().horizontalAdvance(self._words) + self.fontMetrics().averageCharWidth()

    def bare_width(self) -> int:
        """Pixels it needs without its text."""
        return self.sizeHint().width() - (self.words_width() if self.text() else 0)

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
