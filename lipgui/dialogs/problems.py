"""Bugs reach the user as a report that can be copied; what a user can cause is a sentence (`LipError`) elsewhere."""

from __future__ import annotations

import logging
import platform
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType

from PySide6.QtCore import QObject, QThread, Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from lipcore.errors import LipError
from lipcore.version import __version__
from lipgui.widgets.notice import Message

log = logging.getLogger(__name__)
_PACKAGES = ("PySide6", "numpy", "torch", "torchvision", "opencv-python", "av", "pyqtgraph")


def environment() -> str:
    """Versions a bug report needs, one a line; imports nothing."""
    lines = [f"LIP {__version__}", f"Python {platform.python_version()} on {platform.platform()}"]
    for package in _PACKAGES:
        try:
            lines.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            lines.append(f"{package} is not installed")
    return "\n".join(lines)


def report_text(error: BaseException | None) -> str:
    """The whole report: what happened and in which environment."""
    happened = "".join(traceback.format_exception(error)) if error is not None else "Describe what happened:\n\n"
    return f"{happened.rstrip()}\n\n{environment()}\n"


class ReportDialog(QDialog):
    """Shows a report and copies it; not modal, so that work can be saved first."""

    def __init__(self, error: BaseException | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Report a problem"))
        self.resize(680, 420)
        sentence = QLabel(
            self.tr("Something went wrong that should not have. Your work is kept; save it, and send us this report:")
            if error is not None
            else self.tr("Copy this text into your report and say what happened:")
        )
        sentence.setWordWrap(True)
        self.text = QPlainTextEdit(report_text(error))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(self.tr("Report"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = QPushButton(self.tr("Copy"))
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.addWidget(sentence)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)
        buttons.rejected.connect(self.close)
        self.copy_button.clicked.connect(self._copy)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy_button.setText(self.tr("Copied"))


class Problems(QObject):
    """Takes every exception: a sentence goes to `told`, a bug to `reported`, both in the window's thread."""

    announced = Signal(object)  # a Message
    reported = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._previous_hook: Callable[..., object] | None = None
        self._arrived.connect(self.handle)

    def install(self) -> None:
        """Catch what nothing else catches."""
        self._previous_hook = sys.excepthook
        sys.excepthook = self._on_uncaught

    def uninstall(self) -> None:
        """Leave uncaught exceptions to whoever had them before."""
        if self._previous_hook is not None:
            sys.excepthook = self._previous_hook
            self._previous_hook = None

    def guarded(self, function: Callable[..., object]) -> Callable[..., None]:
        """`function`, whose LipErrors are told instead of raised; for connecting to a signal."""

        def call(*arguments: object) -> None:
            try:
                function(*arguments)
            except LipError as error:
                self.handle(error)

        return call

    @Slot(object)
    def handle(self, error: BaseException) -> None:
        """Tell a LipError, report anything else."""
        if isinstance(error, LipError):
            self.announced.emit(Message(str(error)))
        else:
            log.error("A bug", exc_info=error)
            self.reported.emit(error)

    def _on_uncaught(self, kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, where)
        elif QThread.currentThread() is self.thread():
            self.handle(error)
        else:
            self._arrived.emit(error)
