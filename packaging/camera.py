"""What screenshots.py takes pictures with: files of 256 colours, small enough for the documentation; pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

OWN_COLOURS, FLAT = 80, 20  # colours kept for the window itself, and the pixels a colour must have for that


def with_few_colours(picture: Image.Image) -> Image.Image:
    """The picture with 256 colours: many for the video, then those of the window that would be farthest from any."""
    colours, counts = np.unique(np.asarray(picture).reshape(-1, 3), axis=0, return_counts=True)
    common = counts >= FLAT
    colours, counts = colours[common].astype(np.int64), counts[common]
    many = picture.quantize(256 - OWN_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).getpalette() or []
    chosen = [tuple(many[place : place + 3]) for place in range(0, 3 * (256 - OWN_COLOURS), 3)]
    far = np.min([((colours - colour) ** 2).sum(axis=1) for colour in chosen], axis=0)
    for _ in range(OWN_COLOURS):
        colour = colours[(far * counts).argmax()]
        chosen.append(tuple(colour.tolist()))
        far = np.minimum(far, ((colours - colour) ** 2).sum(axis=1))
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for colour in chosen for value in colour])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def photograph(widget: QWidget, path: Path) -> None:
    """Save what a widget shows as a small PNG file, and say how large it is."""
    widget.grab().save(str(path))
    with Image.open(path) as picture:
        few = with_few_colours(picture.convert("RGB"))
    few.save(path, optimize=True)
    print(path.name, few.size, f"{path.stat().st_size // 1000} kB", flush=True)


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """The colours of a picture: (H, W, 3) uint8 RGB."""
    shot = image.convertToFormat(QImage.Format.Format_RGB888)
    pixels = np.frombuffer(shot.constBits(), np.uint8).reshape(shot.height(), shot.bytesPerLine())
    return pixels[:, : 3 * shot.width()].reshape(shot.height(), shot.width(), 3).copy()
