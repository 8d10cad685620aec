"""The reasons for doubts in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from lipcore.workflow.doubt import WORDS, Doubt
from lipgui.basics.translation import QT_TRANSLATE_NOOP

# What translators see; a test holds them against those of `lipcore`.
SENTENCES = (
    QT_TRANSLATE_NOOP("Doubt", "the network is not sure of it"),
    QT_TRANSLATE_NOOP("Doubt", "the two directions disagree"),
    QT_TRANSLATE_NOOP("Doubt", "it leaks"),
    QT_TRANSLATE_NOOP("Doubt", "it leaks to the left"),
    QT_TRANSLATE_NOOP("Doubt", "it leaks to the top"),
    QT_TRANSLATE_NOOP("Doubt", "it leaks to the right"),
    QT_TRANSLATE_NOOP("Doubt", "it leaks to the bottom"),
    QT_TRANSLATE_NOOP("Doubt", "a part of it is gone"),
    QT_TRANSLATE_NOOP("Doubt", "a part on the left is gone"),
    QT_TRANSLATE_NOOP("Doubt", "a part at the top is gone"),
    QT_TRANSLATE_NOOP("Doubt", "a part on the right is gone"),
    QT_TRANSLATE_NOOP("Doubt", "a part at the bottom is gone"),
    QT_TRANSLATE_NOOP("Doubt", "half of the object is gone"),
    QT_TRANSLATE_NOOP("Doubt", "half of the object is gone, on the left"),
    QT_TRANSLATE_NOOP("Doubt", "half of the object is gone, at the top"),
    QT_TRANSLATE_NOOP("Doubt", "half of the object is gone, on the right"),
    QT_TRANSLATE_NOOP("Doubt", "half of the object is gone, at the bottom"),
    QT_TRANSLATE_NOOP("Doubt", "it jumps to another place"),
    QT_TRANSLATE_NOOP("Doubt", "it was there in the frame before"),
    QT_TRANSLATE_NOOP("Doubt", "a correction found another mask, which looks worse"),
)


def reason(doubt: Doubt) -> str:
    """Why a cell is doubtful, in words."""
    return QCoreApplication.translate("Doubt", WORDS[doubt.sign, doubt.side])
