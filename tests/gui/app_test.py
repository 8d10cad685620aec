"""The composition root, with another window in the place of the real one."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from PySide6.QtWidgets import QApplication

from lipgui import app
from lipgui.basics.settings import Settings
from lipgui.main_window import MainWindow


@pytest.fixture
def window(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    """What `run` opens; its application ends at once with status 7."""
    monkeypatch.delenv("QT_SCALE_FACTOR", raising=False)
    window = MagicMock()
    monkeypatch.setattr(app, "build_window", lambda: window)
    monkeypatch.setattr(QApplication, "exec", lambda *_: 7)
    return window


def test_the_one_application_is_named_and_has_an_icon(qapp: QApplication) -> None:
    assert app.make_application(["lip"]) is qapp
    assert (qapp.applicationName(), qapp.desktopFileName()) == ("LIP", "lip")
    assert not qapp.windowIcon().isNull()


def test_a_path_or_the_sample_is_opened_and_the_status_given(window: MagicMock) -> None:
    assert app.run() == 7
    window.session.open.assert_not_called()
    app.run(Path("clip.mp4"))
    window.session.open.assert_called_once_with(Path("clip.mp4"))
    window.assistance.show_guide.assert_not_called()
    app.run(Path("clip.mp4"), demo=True)
    window.assistance.show_guide.assert_called_once_with()


def test_bugs_are_caught_while_the_window_is_open_and_no_longer(
    window: MagicMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> int:
        window.problems.install.assert_called_once_with()
        window.problems.uninstall.assert_not_called()
        raise KeyboardInterrupt

    monkeypatch.setattr(QApplication, "exec", interrupted)
    with pytest.raises(KeyboardInterrupt):
        app.run()
    window.problems.uninstall.assert_called_once_with()


def test_a_chosen_size_is_qts_unless_the_system_has_one(window: MagicMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})
    app.run()
    assert "QT_SCALE_FACTOR" not in os.environ
    Settings().store(replace(Settings().preferences(), scale=150))
    app.run()
    assert os.environ["QT_SCALE_FACTOR"] == "1.5"
    os.environ["QT_SCALE_FACTOR"] = "3"
    app.run()
    assert os.environ["QT_SCALE_FACTOR"] == "3"


def test_a_window_is_built_with_what_it_is_given(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    made = MagicMock(spec=MainWindow)
    monkeypatch.setattr(app, "MainWindow", made)
    settings, theme, factory = Settings(), MagicMock(), MagicMock()
    app.build_window(settings, factory, theme)
    assert made.call_args.args[0:2] == (settings, theme)
    assert made.call_args.args[3] is factory
