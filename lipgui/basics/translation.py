"""Marks texts in tables for translation, which happens where they are shown; lupdate knows the mark by its name."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """The text as it is; `QCoreApplication.translate(context, text)` gives it in the user's language."""
    return text
