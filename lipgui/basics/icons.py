"""The line icons, drawn in the colour of the theme."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from lipcore.resources import resource

_SIZES = (16, 20, 24, 32, 48)


def icon(name: str, palette: QPalette | None = None) -> QIcon:
    """The icon `name` in the colours of `palette` (the application's own): normal, disabled, and switched on."""
    palette = palette or QApplication.palette()
    normal = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText)
    disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    switched_on = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight)
    result = QIcon()
    looks = (
        (normal, QIcon.Mode.Normal, QIcon.State.Off),
        (disabled, QIcon.Mode.Disabled, QIcon.State.Off),
        (switched_on, QIcon.Mode.Normal, QIcon.State.On),
    )
    for colour, mode, state in looks:
        for pixmap in _in_one_colour(name, colour):
            result.addPixmap(pixmap, mode, state)
    return result


def _in_one_colour(name: str, colour: QColor) -> list[QPixmap]:
    """The icon in every size; what was drawn for another button is not drawn again."""
    places = [(f"{name} {colour.name()} {size} {scale}", size, scale) for size in _SIZES for scale in scales()]
    found = [QPixmap() for _ in places]
    if not all(QPixmapCache.find(place[0], pixmap) for place, pixmap in zip(places, found, strict=True)):
        renderer = _renderer(_drawing(name), colour)  # reading a drawing takes longer than drawing it
        found = [_draw(renderer, size, scale) for _, size, scale in places]
        for place, pixmap in zip(places, found, strict=True):
            QPixmapCache.insert(place[0], pixmap)
    return found


def scales() -> tuple[int, ...]:
    """Pixels of the screens for each logical one; the finer drawings only where a screen shows them."""
    return (1, 2) if any(screen.devicePixelRatio() > 1 for screen in QGuiApplication.screens()) else (1,)


@cache
def _drawing(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")


def picture(name: str, size: int, colour: QColor, scale: float = 1.0) -> QPixmap:
    """The icon `name` as a picture of `size` logical pixels in one colour."""
    return _draw(_renderer(_drawing(name), colour), size, scale)


def _renderer(drawing: str, colour: QColor) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(drawing.replace("currentColor", colour.name()).encode()))


def _draw(renderer: QSvgRenderer, size: int, scale: float) -> QPixmap:
    pixmap = QPixmap(round(size * scale), round(size * scale))
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
