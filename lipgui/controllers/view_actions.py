"""How things look: overlay, opacity, brush, palettes, theme; what the menu View and the options bar ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog

from lipgui.actions.dispatch import Answers
from lipgui.basics.settings import Preferences, Settings
from lipgui.basics.theme import Theme
from lipgui.canvas.canvas import Canvas
from lipgui.canvas.overlay import ALL_MODES, OVERLAY_MODES
from lipgui.controllers.canvas_presenter import Viewing
from lipgui.document.document import Document
from lipgui.panels.tools_bar import OptionsBar

_OPACITY_STEP = 10  # per cent


class Looking(QObject):
    """Keeps the preferences that show at once. `answers` names the actions that change them."""

    changed = Signal(object)  # the new Preferences
    dismissed = Signal()
    swapped = Signal(bool)  # whether the left button erases

    def __init__(
        self,
        settings: Settings,
        theme: Theme,
        document: Document,
        canvas: Canvas,
        options: OptionsBar,
        viewing: Viewing,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._settings, self._theme, self._document = settings, theme, document
        self._canvas, self._options, self._viewing = canvas, options, viewing
        self.preferences = settings.preferences()
        if self.preferences.overlay not in ALL_MODES:
            self.preferences = replace(self.preferences, overlay="tint")

    def answers(self) -> Answers:
        """What answers which action."""
        return {
            "swap_background": self.swap_background,
            "paint_everything": self.paint_everything,
            "paint_background": self.paint_background,
            "paint_selected": self.paint_selected,
            "brush_smaller": self.brush_smaller,
            "brush_larger": self.brush_larger,
            "finish": self.finish,
            "cancel": self.cancel,
            "overlay_mode": self.overlay_mode,
            "overlay_stronger": self.overlay_stronger,
            "overlay_weaker": self.overlay_weaker,
            "onion": self.onion,
            "compare": self.compare,
            "show_boxes": self.show_boxes,
            "colour_blind": self.colour_blind,
            "backdrop": self.backdrop,
            "solo": self.solo,
            "fit": self.fit,
            "zoom_100": self.zoom_100,
            "theme_system": self.theme_system,
            "theme_light": self.theme_light,
            "theme_dark": self.theme_dark,
        }

    def use(self, preferences: Preferences) -> None:
        """Show and keep these preferences."""
        old, self.preferences = self.preferences, preferences
        self._settings.store(preferences)
        self._show(preferences, old)
        self.changed.emit(preferences)

    def show_all(self) -> None:
        """Bring the window in line with the preferences at the start."""
        self._theme.choose(self.preferences.theme)
        self._show(self.preferences, None)
        self.changed.emit(self.preferences)

    def set_overlay(self, mode: str) -> None:
        """Show the objects in one of the ways of `ALL_MODES`."""
        self.use(replace(self.preferences, overlay=mode))

    def set_opacity(self, per_cent: int) -> None:
        """Set how strongly objects are tinted."""
        self.use(replace(self.preferences, opacity=per_cent))

    def set_brush_size(self, size: int) -> None:
        """Set the brush's diameter in pixels of the video."""
        self.use(replace(self.preferences, brush_size=size))

    def set_paint_rule(self, rule: str) -> None:
        """Set what painting may cover."""
        self.use(replace(self.preferences, paint_rule=rule))

    def set_quality(self, quality: str) -> None:
        """Set how well the network is tuned: fast, balanced or best."""
        self.use(replace(self.preferences, quality=quality))

    def set_tool(self, name: str) -> None:
        """Choose a tool."""
        self._canvas.set_tool(name)
        self._options.show_uses_brush(self._canvas.uses_brush)

    def overlay_mode(self) -> None:
        """The next of the usual ways; from one that is not among them, the first."""
        present = [place for place, mode in enumerate(OVERLAY_MODES) if mode == self.preferences.overlay]
        self.set_overlay(OVERLAY_MODES[(present[0] + 1) % len(OVERLAY_MODES) if present else 0])

    def backdrop(self) -> None:
        """Ask for the colour behind objects, and show them over it."""
        dialog = QColorDialog(QColor(self.preferences.backdrop), self._canvas)
        dialog.setWindowTitle(self.tr("Colour behind objects"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self.set_backdrop(colour))
        dialog.open()

    def set_backdrop(self, colour: QColor) -> None:
        """Show objects over this colour."""
        self.use(replace(self.preferences, backdrop=colour.name(), overlay="colour"))

    def solo(self, wanted: bool) -> None:
        """Show the selected object alone, or all."""
        self._viewing.use_solo(wanted)

    def onion(self, wanted: bool) -> None:
        """Show the outline of the frame before, or not."""
        self.use(replace(self.preferences, onion=wanted))

    def compare(self, wanted: bool) -> None:
        """Outline the masks as they were before the last run over those of now, or not."""
        self._viewing.use_comparison(wanted)

    def show_boxes(self, wanted: bool) -> None:
        """Show boxes, names and scores, or not."""
        self.use(replace(self.preferences, show_boxes=wanted))

    def colour_blind(self, wanted: bool) -> None:
        """Use colours that can be told apart without red and green, or the objects' own."""
        self.use(replace(self.preferences, colour_blind=wanted))

    def theme_system(self) -> None:
        """Follow the system's colours."""
        self.use(replace(self.preferences, theme="system"))

    def theme_light(self) -> None:
        """Use light colours."""
        self.use(replace(self.preferences, theme="light"))

    def theme_dark(self) -> None:
        """Use dark colours."""
        self.use(replace(self.preferences, theme="dark"))

    def swap_background(self, wanted: bool) -> None:
        """Let the left button paint background and the right one the object, or the other way round again."""
        self._canvas.hand.set_swapped(wanted)
        self.swapped.emit(wanted)

    def paint_everything(self) -> None:
        """Paint over everything."""
        self.set_paint_rule("everything")

    def paint_background(self) -> None:
        """Paint over background only."""
        self.set_paint_rule("background")

    def paint_selected(self) -> None:
        """Paint over the object only that is selected now."""
        self.set_paint_rule("selected")

    def overlay_stronger(self) -> None:
        """Tint objects more."""
        self.set_opacity(min(self.preferences.opacity + _OPACITY_STEP, 100))

    def overlay_weaker(self) -> None:
        """Tint objects less."""
        self.set_opacity(max(self.preferences.opacity - _OPACITY_STEP, 0))

    def brush_smaller(self) -> None:
        """A smaller brush."""
        self._canvas.hand.step_brush_size(-1)

    def brush_larger(self) -> None:
        """A larger brush."""
        self._canvas.hand.step_brush_size(1)

    def finish(self) -> None:
        """Finish the shape in hand."""
        self._canvas.hand.commit()

    def cancel(self) -> None:
        """Drop the shape in hand, else close the message, else nothing: never data."""
        if self._canvas.busy:
            self._canvas.hand.cancel()
        else:
            self.dismissed.emit()

    def fit(self) -> None:
        """Show the whole picture."""
        self._canvas.fit()

    def zoom_100(self) -> None:
        """One pixel of the video on one of the screen."""
        self._canvas.zoom_100()

    def _show(self, new: Preferences, old: Preferences | None) -> None:
        """Pass on what differs, everything if there is no old state."""
        parts: tuple[tuple[str, Callable[[], None]], ...] = (
            ("theme", lambda: self._theme.choose(new.theme)),
            ("overlay", lambda: self._canvas.set_overlay(new.overlay)),  # type: ignore[arg-type]
            ("overlay", lambda: self._options.show_overlay(new.overlay)),
            ("backdrop", lambda: self._canvas.set_backdrop(QColor(new.backdrop))),
            ("opacity", lambda: self._canvas.set_opacity(new.opacity / 100)),
            ("opacity", lambda: self._options.show_opacity(new.opacity)),
            ("brush_size", lambda: self._canvas.hand.set_brush_size(new.brush_size)),
            ("brush_size", lambda: self._options.show_brush_size(new.brush_size)),
            ("paint_rule", lambda: self._canvas.set_paint_rule(new.paint_rule)),  # type: ignore[arg-type]
            ("paint_rule", lambda: self._options.show_paint_rule(new.paint_rule)),
            ("onion", lambda: self._viewing.use_onion(new.onion)),
            ("show_boxes", lambda: self._viewing.use_boxes(new.show_boxes)),
            ("colour_blind", lambda: self._document.use_colour_blind_palette(new.colour_blind)),
        )
        for name, do in parts:
            if old is None or getattr(old, name) != getattr(new, name):
                do()
