from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lipcore.machine.process_memory import resident_bytes, size_text
from lipgui.panels.job_panel import JobPanel
from tests.helpers import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def panel(qtbot: QtBot, clock: Clock) -> JobPanel:
    widget = JobPanel(clock=clock)
    qtbot.addWidget(widget)
    widget.resize(1200, 60)
    widget.show()
    return widget


def test_idle_shows_no_controls(panel: JobPanel) -> None:
    assert panel.title_label.text() == "No job is running"
    assert not panel.stop_button.isVisible()
    assert not panel.progress_bar.isVisible()
    panel.show_idle("48 frames propagated")
    assert panel.title_label.text() == "48 frames propagated"


def test_progress_tells_the_rate_and_the_time_left(panel: JobPanel, clock: Clock) -> None:
    panel.show_job("Propagating forward")
    assert panel.text_label.text() == "Starting…"
    for done in range(11):
        clock.now = done * 0.5
        panel.show_progress(done, 100, f"frame {done}")
    assert panel.text_label.text() == "10 of 100 frames  ·  frame 10"
    assert panel.pace_label.text() == "2 frames/s  ·  0:45 left"
    assert panel.progress_bar.value() == 10
    assert panel.progress_bar.maximum() == 100


def test_preparation_shows_how_far_it_is_but_counts_nothing(panel: JobPanel, clock: Clock) -> None:
    panel.show_job("Tuning", "steps")
    for clock.now in (0.0, 1.0, 2.0):
        panel.show_preparation(round(clock.now), 3, "Looking…")
    assert (panel.progress_bar.value(), panel.progress_bar.maximum()) == (2, 3)
    assert (panel.text_label.text(), panel.pace_label.text()) == ("Looking…", "")
    panel.stop_button.click()
    panel.show_preparation(3, 3, "Looking…")
    assert panel.text_label.text() == "Stopping…"
    panel.show_job("Tuning", "steps")
    panel.show_progress(1, 10)
    assert (panel.text_label.text(), panel.pace_label.text()) == ("1 of 10 steps", "")


def test_a_new_job_forgets_the_old_one(panel: JobPanel, clock: Clock) -> None:
    panel.show_job("Tuning", "steps")
    panel.show_loss(1, 2.0)
    clock.now = 1.0
    panel.show_progress(1, 10)
    panel.show_job("Propagating")
    assert panel.sparkline.count == 0
    assert not panel.sparkline.isVisible()
    assert panel.pace_label.text() == ""


def test_the_loss_curve_appears_with_the_first_loss(panel: JobPanel) -> None:
    panel.show_job("Tuning", "steps")
    assert not panel.sparkline.isVisible()
    for number in range(1, 30):
        panel.show_loss(number, 5.0 / number)
    assert panel.sparkline.isVisible()
    assert panel.sparkline.count == 29
    assert "0.1724" in panel.sparkline.accessibleDescription()
    panel.grab()


def test_stop_is_asked_for_once(qtbot: QtBot, panel: JobPanel) -> None:
    panel.show_job("Propagating")
    asked: list[bool] = []
    panel.stopRequested.connect(lambda: asked.append(True))
    qtbot.mouseClick(panel.stop_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.stop_button, Qt.MouseButton.LeftButton)
    assert asked == [True]
    assert panel.text_label.text() == "Stopping…"
    panel.show_job("Propagating")
    assert panel.stop_button.isEnabled()


def test_progress_after_stop_does_not_hide_that_it_stops(qtbot: QtBot, panel: JobPanel) -> None:
    panel.show_job("Propagating")
    qtbot.mouseClick(panel.stop_button, Qt.MouseButton.LeftButton)
    panel.show_progress(3, 10)
    assert panel.text_label.text() == "Stopping…"
    assert panel.progress_bar.value() == 3


def test_the_command_is_asked_for(qtbot: QtBot, panel: JobPanel) -> None:
    panel.show_job("Propagating")
    with qtbot.waitSignal(panel.copyCommandRequested):
        qtbot.mouseClick(panel.copy_button, Qt.MouseButton.LeftButton)


def test_the_strip_is_as_high_with_a_job_as_without(panel: JobPanel) -> None:
    panel.show_idle("Nothing to do")
    height = panel.height()
    panel.show_job("Tuning", "steps")
    panel.show_loss(1, 2.0)
    panel.show_queue(["Propagate forward"])
    assert panel.sizeHint().height() <= panel.height() == height


def test_device_memory_and_queue_are_told(panel: JobPanel) -> None:
    panel.show_device("CPU, 2 threads")
    assert panel.device_label.text().startswith("CPU, 2 threads")
    if resident_bytes() is not None:
        assert "memory" in panel.device_label.text()
    panel.show_queue(["Tune", "Propagate forward"])
    assert panel.queue_label.text() == "then Tune, Propagate forward"
    assert panel.queue_label.isVisible()
    panel.show_queue([])
    assert not panel.queue_label.isVisible()


def test_long_texts_never_widen_the_strip(panel: JobPanel) -> None:
    narrow = panel.minimumSizeHint().width()
    panel.show_job("A title that goes on and on " * 10)
    panel.show_progress(1, 2, "words " * 100)
    panel.show_device("device " * 60)
    assert panel.minimumSizeHint().width() < narrow + 900


def test_memory_is_counted_in_words() -> None:
    assert size_text(840e6) == "840 MB"
    assert size_text(2.34e9) == "2.3 GB"
    used = resident_bytes()
    assert used is None or used > 10e6
