"""Tests of projects do not wait for the disk: the machine that runs them is not switched off."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def no_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make flushing to disk do nothing."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
