"""Build the frozen program into dist/lip: `python packaging/build_app.py`, with the extra [package] installed.

Beside the program go, for Linux, the desktop entry, the AppStream description and the icon in every usual size.
"""

import argparse
import os
import shutil
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).resolve().parent
APPLICATION = "io.github.lip_annotator.LIP"
ICON = HERE.parent / "resources" / "icons" / "lip.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def draw_icon(path: Path, side: int) -> None:
    """Write the program's icon as a PNG of side x side pixels."""
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(ICON)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    path.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(path)):
        raise OSError(f"cannot write {path}")


def add_desktop_files(share: Path) -> None:
    """Fill a `share` folder as Linux desktops expect it."""
    for name, folder in ((f"{APPLICATION}.desktop", "applications"), (f"{APPLICATION}.metainfo.xml", "metainfo")):
        (share / folder).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / name, share / folder / name)
    icons = share / "icons" / "hicolor"
    for side in SIZES:
        draw_icon(icons / f"{side}x{side}" / "apps" / f"{APPLICATION}.png", side)
    (icons / "scalable" / "apps").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ICON, icons / "scalable" / "apps" / f"{APPLICATION}.svg")


def main() -> None:
    """Draw the icon, run PyInstaller, add the desktop files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE.parent / "dist", help="folder for lip/ (default: dist)")
    parser.add_argument("--work", type=Path, default=HERE.parent / "build", help="folder for intermediate files")
    parser.add_argument("--icons-only", action="store_true", help="only the desktop files")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])
    if not arguments.icons_only:
        import PyInstaller.__main__  # here, so that the desktop files alone need no more than Qt

        draw_icon(arguments.work / "lip" / "lip.png", 512)
        folders = ["--distpath", str(arguments.out), "--workpath", str(arguments.work)]
        PyInstaller.__main__.run([str(HERE / "lip.spec"), "--noconfirm", *folders])
    add_desktop_files(arguments.out / "lip" / "share")
    application.quit()


if __name__ == "__main__":
    main()
