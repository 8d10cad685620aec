"""Light and dark: one palette each, and a short style sheet made from it; follows the system while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from lipcore.resources import resource


@dataclass(frozen=True)
class Colours:
    """The colours of one theme, as #rrggbb."""

    window: str
    panel: str
    base: str
    raised: str
    line: str
    text: str
    faint: str
    disabled: str
    accent: str
    on_accent: str
    warning: str


LIGHT = Colours(
    window="#f3f4f6", panel="#fbfbfc", base="#ffffff", raised="#ffffff", line="#d5d9df", text="#1b1f26",
    faint="#5d6673", disabled="#a9b0ba", accent="#0b7a63", on_accent="#ffffff", warning="#a15c00",
)  # fmt: skip
DARK = Colours(
    window="#17191d", panel="#1e2126", base="#14161a", raised="#2a2e35", line="#363b44", text="#e8eaed",
    faint="#9aa3af", disabled="#5a626d", accent="#2dd4a7", on_accent="#06251d", warning="#f0b04a",
)  # fmt: skip


class Theme(QObject):
    """Keeps the application's colours in step with the user's choice or, for "system", with the system."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._wanted = "system"
        self.colours = LIGHT
        self._applied: Colours | None = None
        application.screenAdded.connect(self.changed)  # it may be one that shows finer icons
        application.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._apply()

    @property
    def is_dark(self) -> bool:
        """Whether the dark colours are shown."""
        return self.colours is DARK

    @property
    def wanted(self) -> str:
        """What was chosen: "system", "light" or "dark"."""
        return self._wanted if self._wanted in ("light", "dark") else "system"

    def choose(self, wanted: str) -> None:
        """Use the "light" or the "dark" colours; any other name means those of the system."""
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._apply()

    @Slot(Qt.ColorScheme)
    def _on_system_changed(self, scheme: Qt.ColorScheme) -> None:
        if self._wanted not in ("light", "dark"):
            self._apply()

    def _apply(self) -> None:
        scheme = QGuiApplication.styleHints().colorScheme()
        dark = self._wanted == "dark" or (self._wanted != "light" and scheme == Qt.ColorScheme.Dark)
        colours = DARK if dark else LIGHT
        if colours is self._applied:
            return
        self.colours = self._applied = colours
        self._application.setPalette(palette_of(self.colours))
        self._application.setStyleSheet(style_sheet(self.colours))
        self.changed.emit()


def palette_of(colours: Colours) -> QPalette:
    """The Qt palette of a theme."""
    role = QPalette.ColorRole
    palette = QPalette()
    parts = {
        role.Window: colours.window, role.WindowText: colours.text, role.Base: colours.base,
        role.AlternateBase: colours.panel, role.Text: colours.text, role.Button: colours.raised,
        role.ButtonText: colours.text, role.BrightText: colours.warning, role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent, role.Link: colours.accent, role.LinkVisited: colours.accent,
        role.PlaceholderText: colours.faint, role.ToolTipBase: colours.raised, role.ToolTipText: colours.text,
        role.Mid: colours.line, role.Midlight: colours.line, role.Accent: colours.accent,
    }  # fmt: skip
    for each, value in parts.items():
        palette.setColor(each, QColor(value))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(colours.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colours.line))
    return palette


def style_sheet(colours: Colours) -> str:
    """The style sheet of a theme: resources/style.qss with its @names replaced."""
    sheet = resource("style.qss").read_text(encoding="utf-8")
    kind = "dark" if colours is DARK else "light"
    for name, picture in (("checkmark", "check"), ("up", "arrow-up"), ("down", "arrow-down")):
        sheet = sheet.replace(f"@{name}", resource(f"icons/{picture}-{kind}.svg").as_posix())
    for name in sorted(Colours.__dataclass_fields__, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", str(getattr(colours, name)))
    return sheet
