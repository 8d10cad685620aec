"""Errors a user may read."""

from __future__ import annotations


class LipError(Exception):
    """What went wrong, as one sentence for the user; anything else that is raised is a bug in LIP."""


class OutOfMemory(LipError):
    """The device has no memory left; the sentence says what to choose instead."""


class NotTuned(LipError):
    """The network was tuned without some of the objects: tuning again helps."""
