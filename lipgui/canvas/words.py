"""Sentences of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from lipgui.tools.tool import Permission


def nothing_changed(permission: Permission, erase: bool) -> str:
    """Why a finished use of a tool changed no pixel."""
    if erase:
        return QCoreApplication.translate(
            "Canvas", "Nothing to erase here: erasing only takes from the selected object."
        )
    if permission.rule == "everything":
        return QCoreApplication.translate("Canvas", "Nothing to paint here: it is painted already, or locked.")
    if permission.rule == "background":
        return QCoreApplication.translate("Canvas", "Nothing to paint here: the paint rule allows background only.")
    text = QCoreApplication.translate("Canvas", "Nothing to paint here: the paint rule allows object {0} only.")
    return text.format(permission.target)
