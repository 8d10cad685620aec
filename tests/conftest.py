"""Fixtures for every test: small videos, isolated settings, and a check that no thread or window is left behind."""

from __future__ import annotations

import contextlib
import gc
import os
import threading
import weakref
from collections.abc import Iterator
from importlib import metadata
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

from tests.helpers import MovingSquare, write_moving_square

CONSTRAINTS = Path(__file__).resolve().parents[1] / "packaging" / "constraints.txt"


def pytest_configure(config: pytest.Config) -> None:
    """Make warnings errors, if all is installed in the version that the tests are known to pass with."""
    if not other_versions():
        config.addinivalue_line("filterwarnings", "error")


def pytest_collection_finish() -> None:
    """Leave what is imported out of the collections of garbage after each test, which took most of a small test."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> str:
    """Say in the head of the output whether warnings are errors, and why not."""
    others = other_versions()
    if not others:
        return "warnings are errors: the versions are those of packaging/constraints.txt"
    return f"warnings are only shown, since packaging/constraints.txt has other versions: {', '.join(others)}"


def other_versions() -> list[str]:
    """Installed packages, as "name version", that are not of the version in packaging/constraints.txt."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    wanted = dict(line.split("==") for line in lines if not line.startswith("#"))
    found = []
    for name, version in wanted.items():
        with contextlib.suppress(PackageNotFoundError):
            installed = metadata.version(name)
            if installed.partition("+")[0] != version:  # 2.14.1+cpu is a 2.14.1
                found.append(f"{name} {installed}")
    return found


@pytest.fixture
def moving_square(tmp_path: Path) -> MovingSquare:
    """Twelve 48x64 frames with one square, and its true masks."""
    return write_moving_square(tmp_path / "moving_square")


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a Python thread running."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        if not isinstance(thread, threading._DummyThread) and not thread.daemon:
            thread.join(timeout=5)
            assert not thread.is_alive(), f"the test left the thread {thread.name} running"


@pytest.fixture(autouse=True)
def isolated_window(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For tests of the window: settings of their own, and no job or top-level widget left behind."""
    if "qapp" not in request.fixturenames and not {"gui", "e2e"} & set(request.path.parts):
        yield
        return
    from PySide6.QtCore import QEvent, QSettings, QStandardPaths
    from PySide6.QtWidgets import QApplication

    request.getfixturevalue("qapp")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home" / name))
    QStandardPaths.setTestModeEnabled(True)
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    jobs = _record_jobs(monkeypatch)
    before = set(QApplication.topLevelWidgets())
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    running = [job for job in (job() for job in jobs) if job is not None and job.isRunning()]
    titles = [job.title for job in running]
    for job in running:
        job.requestInterruption()
        job.wait(5000)
    jobs.clear()
    gc.collect()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    leaked = [widget for widget in set(QApplication.topLevelWidgets()) - before if widget.parent() is None]
    names = [f"{type(widget).__name__} {widget.objectName()!r}" for widget in leaked]
    for widget in leaked:
        widget.close()
        widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if QApplication.instance().styleSheet():  # a window's theme is the application's: the next test starts without
        QApplication.instance().setStyleSheet("")
        QApplication.instance().setPalette(QApplication.style().standardPalette())
    assert not running, f"the test left jobs running: {titles}"
    assert not names, f"the test left windows behind: {names}"


def _record_jobs(monkeypatch: pytest.MonkeyPatch) -> list:
    """Weak references to every job started during the test: the test may measure what jobs keep in memory."""
    jobs: list = []
    try:
        from lipgui.jobs.jobs import Job
    except ImportError:
        return jobs
    start = Job.start

    def recording_start(job: Job) -> None:
        jobs.append(weakref.ref(job))
        start(job)

    monkeypatch.setattr(Job, "start", recording_start)
    return jobs
