"""Tests of projects on disk do not wait for it, like those of projects in memory."""

from tests.core.project.conftest import no_flush

__all__ = ["no_flush"]
