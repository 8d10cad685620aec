"""Make the pictures of the window in docs/images anew: the real program, the bundled clip and weights, every state.

python packaging/screenshots.py            all of them, in some two minutes
python packaging/screenshots.py --out DIR  the same elsewhere
python packaging/screenshots.py --edges    those of soft edges and of ways of looking alone, in some seconds
python packaging/screenshots.py --curves   those of curves alone, in some seconds
python packaging/screenshots.py --project clip.lip
                                           all but tuning and propagating, with the masks of an earlier run's project
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "*=false")
HOME = os.environ.setdefault("LIP_SCREENSHOTS_HOME", tempfile.mkdtemp(prefix="lip-screenshots-"))
for place in ("CONFIG", "DATA", "CACHE", "STATE"):
    os.environ[f"XDG_{place}_HOME"] = str(Path(HOME) / place.lower())

import numpy as np  # noqa: E402
from camera import photograph, pixels_of  # noqa: E402
from curve_scene import curves  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from PIL import Image  # noqa: E402
from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, QRect, QSettings, QSize, Qt, QTimer, SignalInstance  # noqa: E402  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget  # noqa: E402

from lipcore.masks import read_label_map  # noqa: E402
from lipcore.resources import resource  # noqa: E402
from lipgui.app import build_window, make_application  # noqa: E402
from lipgui.dialogs.clean_dialog import CleanDialog  # noqa: E402
from lipgui.dialogs.export_dialog import ExportDialog  # noqa: E402
from lipgui.dialogs.help_sheet import HelpSheet  # noqa: E402
from lipgui.document import edits  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
SIZE, LARGE = (1280, 720), (1920, 1080)  # logical pixels; a 4K screen has two pixels for each
PATIENCE_MS = 1_800_000
ASTRONAUT, CAT, MOTORCYCLE = 1, 2, 3
TO_REVIEW = 6  # doubtful frames that the picture of reviewing wants


class Studio:
    """The window, hands to use it with, and a camera."""

    def __init__(self, out: Path, size: tuple[int, int]) -> None:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(Path(HOME) / "settings"))
        self.out = out
        self.window = build_window()
        self.window.resize(*size)
        self.window.show()

    def wait(self, signal: SignalInstance, least: int | None = None) -> None:
        """Until the signal comes, with at least this as its first value if any; a job that fails ends the program."""
        loop, problems = QEventLoop(), list[object]()

        def heard(*values: object) -> None:
            if least is None or (isinstance(values[0], int) and values[0] >= least):
                loop.quit()

        def failed(error: object) -> None:
            problems.append(error)
            loop.quit()

        signal.connect(heard)
        self.window.segmentation.failed.connect(failed)
        QTimer.singleShot(PATIENCE_MS, loop, lambda: failed("the window did not answer"))
        loop.exec()
        signal.disconnect(heard)
        self.window.segmentation.failed.disconnect(failed)
        if problems:
            self.window.queue.stop_all()
            raise SystemExit(f"no picture: {problems[0]!r}")

    def settle(self, milliseconds: int = 700) -> None:
        """Let lists, thumbnails and frames catch up."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def do(self, action: str) -> None:
        """Choose an action."""
        self.window.actions_by_name[action].trigger()

    def go_to(self, frame: int) -> None:
        """Show a frame."""
        if self.window.viewing.shown != frame:
            self.window.document.go_to(frame)
            self.wait(self.window.viewing.frameShown, frame)

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Photograph the window, or one widget."""
        photograph(widget or self.window, self.out / f"{name}.png")

    def move_pointer_away(self) -> None:
        """Off the picture, so that no ring is shown."""
        QApplication.sendEvent(self.window.canvas.viewport, QEvent(QEvent.Type.Leave))

    def point(self, x: float, y: float) -> QPoint:
        """Where a pixel of the video is on the canvas."""
        return self.window.canvas.viewport_position(x, y)


def paint(studio: Studio) -> None:
    """The cat half painted, the button still down."""
    window, none = studio.window, Qt.KeyboardModifier.NoModifier
    truth = read_label_map(resource("sample/masks/00000.png")) == CAT
    rows, columns = np.nonzero(truth)
    studio.do("fit")
    window.document.select_object(CAT)
    studio.do("clear_frame")
    window.looking.set_brush_size(40)
    viewport, left = window.canvas.viewport, Qt.MouseButton.LeftButton
    path = []
    for row in range(int(rows.min()) + 26, int(rows.max()) - 10, 30):
        across = columns[rows == row]
        ends = (float(across.min()) + 20, float(across.max()) - 24)
        path += [(x, float(row)) for x in (ends if len(path) % 4 == 0 else ends[::-1])]
    path = path[: max(4, len(path) * 3 // 5)]
    QTest.mousePress(viewport, left, none, studio.point(*path[0]))
    for start, end in pairwise(path):
        for part in np.linspace(0, 1, 12):
            QTest.mouseMove(
                viewport, studio.point(*(first + (last - first) * part for first, last in zip(start, end, strict=True)))
            )
    studio.settle()
    studio.take("painting")
    QTest.mouseRelease(viewport, left, none, studio.point(*path[-1]))
    studio.do("undo")
    studio.do("undo")
    studio.move_pointer_away()
    window.looking.set_brush_size(24)
    window.status.clearMessage()
    window.stage.notice.dismiss()


def click(studio: Studio) -> None:
    """One click on the cat, its mask shown before it is taken."""
    window = studio.window
    rows, columns = np.nonzero(read_label_map(resource("sample/masks/00000.png")) == CAT)
    window.document.select_object(CAT)
    studio.do("clear_frame")
    studio.do("tool_click")
    viewport = window.canvas.viewport
    middle = studio.point(float(columns.mean()), float(rows.mean()))
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    while window.thinking.busy:
        studio.settle()
    studio.take("click-to-mask")
    studio.do("cancel")
    studio.do("undo")
    studio.do("tool_brush")
    studio.move_pointer_away()
    window.status.clearMessage()


def soft_edges(studio: Studio) -> None:
    """Soft edges: the panel over a checkerboard, hair hard and soft; then the masks of before beside those of now."""
    window = studio.window
    window.document.select_object(ASTRONAUT)
    studio.do("edges")
    window.looking.set_overlay("checkerboard")
    hard = hair_seen(studio)
    studio.do("fit")
    window.edges_panel.width_row.box.setValue(8)
    window.edges_panel.contrast_row.box.setValue(1.5)
    window.edges_panel.settle()
    studio.wait(window.soft_edges.shown)
    studio.settle(1500)
    studio.take("soft-edges")
    Image.fromarray(np.concatenate((hard, hair_seen(studio)), axis=1)).save(studio.out / "hair.png", optimize=True)
    studio.do("fit")
    studio.do("edges")
    window.looking.set_overlay("matte")
    studio.do("side_by_side")
    window.document.select_object(CAT)
    lacking = read_label_map(resource("sample/masks/00000.png")) == CAT
    lacking[: int(np.nonzero(lacking)[0].min()) + 70, :] = False
    lacking[:, :120] = False
    edits.paint(window.document, lacking, erase=True)
    edits.paint(window.document, lacking)  # before, a part of the cat is lacking
    studio.settle()
    studio.take("side-by-side")
    window.looking.set_overlay("tint")
    studio.do("wipe")
    for _ in range(17):
        QTest.keyClick(window.comparing.line, Qt.Key.Key_Left)
    studio.settle()
    studio.take("wipe")
    studio.do("wipe")
    for _ in range(3):
        studio.do("undo")
    window.status.clearMessage()
    window.stage.notice.dismiss()


def hair_seen(studio: Studio) -> NDArray[np.uint8]:
    """The astronaut's hair on the canvas, alone over white and large: (H, W, 3) uint8."""
    canvas, mode = studio.window.canvas, studio.window.looking.preferences.overlay
    studio.window.looking.set_overlay("white")
    studio.do("solo")
    rows, columns = np.nonzero(read_label_map(resource("sample/masks/00000.png")) == ASTRONAUT)
    canvas.fit()
    place = studio.point(float(columns[rows == rows.min()].mean()), float(rows.min()) + 40)
    canvas.zoom_by(2.9 / canvas.zoom, QPointF(place))
    studio.settle(1500)
    corner = QPoint(place.x() - 190, place.y() - 120)
    pixels = pixels_of(canvas.grab(QRect(corner, QSize(380, 280))).toImage())
    studio.window.looking.set_overlay(mode)
    studio.do("solo")
    return pixels


def run(studio: Studio) -> None:
    """Tune and propagate with the real network, photographed on the way."""
    window = studio.window
    window.document.select_object(1)
    window.looking.use(replace(window.looking.preferences, quality="fast"))
    studio.do("tune")
    studio.wait(window.segmentation.lossMeasured, 12)
    studio.take("tuning")
    studio.wait(window.segmentation.ended)
    studio.do("propagate_forward")
    studio.wait(window.segmentation.progressed, 26)
    studio.go_to(18)
    studio.take("propagating")
    studio.wait(window.segmentation.ended)


def review(studio: Studio) -> None:
    """The doubtful frames walked, one verified, one corrected; then the same in other looks."""
    window = studio.window
    studio.go_to(8)
    studio.settle(3000)
    studio.take("window-light")
    window.document.select_object(MOTORCYCLE)
    studio.do("overlay_mode")
    studio.settle()
    studio.take("contour")
    window.looking.set_overlay("tint")
    window.document.select_object(1)
    ask_more(studio)
    studio.go_to(0)
    for _ in range(3):
        studio.do("next_doubtful")
        studio.settle()
        studio.do("verify_frame")
    studio.do("next_doubtful")
    window.status.clearMessage()
    studio.settle()
    studio.take("reviewing")
    studio.do("theme_dark")
    studio.settle()
    studio.take("window-dark")
    studio.do("theme_light")


def ask_more(studio: Studio) -> None:
    """Lower the doubt from which frames are shown, until there is something to review."""
    preferences = studio.window.looking.preferences
    for per_cent in range(preferences.doubt_percent, 0, -5):
        studio.window.looking.use(replace(studio.window.looking.preferences, doubt_percent=per_cent))
        if len(studio.window.overview.doubtful) >= TO_REVIEW:
            break


def dialogs(studio: Studio) -> None:
    """Cleaning, export, and the search for actions."""
    window = studio.window
    window.document.select_object(MOTORCYCLE)
    studio.do("clean")
    clean = window.findChild(CleanDialog)
    clean.form.painted_check.click()
    clean.form.holes.box.setValue(40)
    clean.form.smooth.box.setValue(6)
    studio.settle()
    studio.take("clean-dialog", clean)
    studio.take("cleaning")
    clean.reject()
    studio.do("export")
    dialog = window.findChild(ExportDialog)
    dialog.place_field.setText(str(Path("masks") / "clip-davis"))
    studio.settle()
    studio.take("export-dialog", dialog)
    dialog.format_box.setCurrentIndex(dialog.format_box.findData("exr"))
    dialog.place_field.setText(str(Path("plates") / "clip-exr"))
    template = dialog.form.findChild(QLineEdit, "name_template")
    template.setText("{video}.{frame:04d}")
    studio.settle()
    studio.take("delivery", dialog)
    dialog.reject()
    studio.do("show_shortcuts")
    sheet = window.findChild(HelpSheet)
    sheet.field.setText("propagate")
    studio.settle()
    studio.take("find-an-action", sheet)
    sheet.close()


def normal(out: Path, project: Path | None) -> None:
    """Every picture of a screen of ordinary size; leaves a project for the large one."""
    studio = Studio(out, SIZE)
    window = studio.window
    window.looking.theme_light()
    studio.settle()
    studio.take("empty")
    studio.do("show_guide")
    studio.wait(window.viewing.frameShown)
    studio.settle()
    studio.take("guide")
    window.stage.guide.close_button.click()
    paint(studio)
    click(studio)
    soft_edges(studio)
    curves(studio)
    if project is None:
        run(studio)
    else:
        shutil.copytree(project, Path(HOME) / "earlier.lip", ignore=shutil.ignore_patterns(".lock"))
        window.session.open(Path(HOME) / "earlier.lip")
        studio.wait(window.viewing.frameShown)
    review(studio)
    dialogs(studio)
    window.filing.save_to(Path(HOME) / "clip.lip")
    window.close()


def alone(out: Path, part: Callable[[Studio], None]) -> None:
    """The pictures of one part, from the sample as it is opened."""
    studio = Studio(out, SIZE)
    window = studio.window
    window.looking.theme_light()
    studio.do("open_sample")
    studio.wait(window.viewing.frameShown)
    studio.settle(1500)
    window.stage.guide.close_button.click()
    studio.move_pointer_away()
    part(studio)
    window.close()


def large(out: Path) -> None:
    """The window on a 4K screen with two pixels for each logical one, while reviewing."""
    studio = Studio(out, LARGE)
    window = studio.window
    window.looking.theme_light()
    window.session.open(Path(HOME) / "clip.lip")
    studio.wait(window.viewing.frameShown)
    studio.settle(1500)
    studio.go_to(8)
    studio.do("next_doubtful")
    studio.settle()
    window.stage.notice.dismiss()
    studio.take("window-4k")
    window.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images", help="folder for the pictures")
    parser.add_argument("--large", action="store_true", help=argparse.SUPPRESS)  # the second process
    parser.add_argument("--project", type=Path, help="do not run the network: take the masks of this project")
    parser.add_argument("--edges", action="store_true", help="those of soft edges and of ways of looking alone")
    parser.add_argument("--curves", action="store_true", help="those of curves alone")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    application = make_application(["lip"])
    if arguments.large:
        large(arguments.out)
        return
    if arguments.edges:
        alone(arguments.out, soft_edges)
        return
    if arguments.curves:
        alone(arguments.out, curves)
        return
    normal(arguments.out, arguments.project)
    application.closeAllWindows()
    command = [sys.executable, __file__, "--large", "--out", str(arguments.out)]
    subprocess.run(command, env={**os.environ, "QT_SCALE_FACTOR": "2"}, check=True)


if __name__ == "__main__":
    main()
