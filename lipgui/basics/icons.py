"""The line icons, drawn in the colour of the theme."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from lipcore.resources import resource

_SIZES = (16, 20, 24, 32, 48)


def icon(name: str, palette: QPalette | None = None) -> QIcon:
    """The icon `name` in the colours of `palette` (the application's own): normal, disabled, and switched on."""
    palette = palette or QApplication.palette()
    drawing = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
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
        renderer = _renderer(drawing, colour)  # reading a drawing takes longer than drawing it
        for size in _SIZES:
            for scale in (1, 2):
                result.addPixmap(_draw(renderer, size, scale), mode, state)
    return result


def picture(name: str, size: int, colour: QColor, scale: float = 1.0) -> QPixmap:
    """The icon `name` as a picture of `size` logical pixels in one colour."""
    return _draw(_renderer(resource(f"icons/{name}.svg").read_text(encoding="utf-8"), colour), size, scale)


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
