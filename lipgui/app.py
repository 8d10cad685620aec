"""The composition root: makes the application and its window, and runs them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from lipcore.machine.processor import wait_briefly
from lipcore.resources import resource
from lipgui.basics.settings import Settings
from lipgui.basics.theme import Theme
from lipgui.controllers.segmentation import SegmenterFactory, bundled_segmenter
from lipgui.dialogs.problems import Problems
from lipgui.main_window import MainWindow


def make_application(arguments: list[str]) -> QApplication:
    """The one QApplication, with LIP's name, icon and the system's language for Qt's own texts."""
    existing = QCoreApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(arguments)
    application.setApplicationName("LIP")
    application.setApplicationDisplayName("LIP")
    application.setOrganizationName("LIP")
    application.setDesktopFileName("lip")
    application.setWindowIcon(QIcon(str(resource("icons/lip.svg"))))
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale.system(), "qtbase", "_", folder):
        application.installTranslator(translator)
    return application


def build_window(
    settings: Settings | None = None,
    segmenter_factory: SegmenterFactory = bundled_segmenter,
    theme: Theme | None = None,
) -> MainWindow:
    """The main window, not yet shown; `segmenter_factory` is called in a job's thread when the first job starts."""
    application = QApplication.instance()
    assert isinstance(application, QApplication), "make the application first"
    return MainWindow(settings or Settings(), theme or Theme(application), Problems(), segmenter_factory)


def run(path: Path | None = None, demo: bool = False) -> int:
    """Open the window, with `path` or the sample in it, and return when it closes: the exit status."""
    wait_briefly(os.environ)
    scale = Settings().preferences().scale
    if scale:
        os.environ.setdefault("QT_SCALE_FACTOR", f"{scale / 100:g}")  # Qt reads it when the application is made
    application = make_application(sys.argv[:1])
    window = build_window()
    window.problems.install()
    window.show()
    if demo:
        window.assistance.show_guide()
    elif path is not None:
        window.session.open(path)
    try:
        return application.exec()
    finally:
        window.problems.uninstall()
