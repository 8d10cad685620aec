"""The window in a process of its own, for real mouse and keyboard events; says on its output what happens."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QTimer

from lipgui.app import build_window, make_application
from lipgui.controllers.session import opening
from lipgui.dialogs.export_dialog import ExportDialog
from tests.helpers import FakeSegmenter


def say(**facts: object) -> None:
    """One line of JSON."""
    print(json.dumps(facts), flush=True)


def main(video: Path, drafts: Path) -> int:
    """Open `video`; tell where the picture is on the screen, and each stroke, run and export."""
    application = make_application(["lip"])
    opening.drafts_folder = lambda: drafts
    window = build_window(segmenter_factory=lambda preferences: FakeSegmenter())

    def tell_place() -> None:
        if window.session.title and not window.canvas.size().isEmpty():
            origin = window.canvas.viewport.mapToGlobal(QPoint(0, 0))
            first, last = window.canvas.viewport_position(0, 0), window.canvas.viewport_position(60, 40)
            corners = [[origin.x() + at.x(), origin.y() + at.y()] for at in (first, last)]
            say(event="ready", corners=corners, window=int(window.winId()))

    document = window.document
    window.canvas.strokeFinished.connect(
        lambda edit: say(event="stroke", frame=document.frame, pixels=int((document.labels(document.frame) > 0).sum()))
    )
    window.segmentation.ended.connect(lambda text: say(event="ended", text=text))
    document.frame_changed.connect(lambda frame: say(event="frame", frame=frame))
    document.objects_changed.connect(lambda: say(event="objects", count=len(document.project.objects)))

    def watch_dialogs() -> None:
        for dialog in window.findChildren(ExportDialog):
            if dialog.isVisible() and not dialog.property("told"):
                dialog.setProperty("told", True)
                dialog.finished_with.connect(lambda path: say(event="exported", path=str(path)))
                say(event="dialog", window=int(dialog.winId()))

    watch = QTimer()
    watch.timeout.connect(watch_dialogs)
    watch.start(100)
    window.resize(1200, 700)
    window.move(0, 0)
    window.show()
    window.viewing.frameShown.connect(lambda frame: QTimer.singleShot(300, tell_place))
    window.session.open(video)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
