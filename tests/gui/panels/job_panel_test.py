from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lipcore.machine.process_memory import resident_bytes, size_text
from lipgui.jobs.pace import Pace, duration_text
from lipgui.panels.job_panel import JobPanel
from lipgui.panels.sparkline import Sparkline, heights, smoothed, thinned_points


class Clock:
    """Seconds that pass only when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


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


def test_the_pace_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.add(0)
    assert pace.rate is None
    for second in range(1, 100):
        clock.now = float(second)
        pace.add(second if second < 50 else 50 + (second - 50) * 10)
    assert pace.rate == pytest.approx(10.0)
    assert pace.seconds_left(1000) == pytest.approx((1000 - 540) / 10)
    pace.add(3)
    assert pace.rate is None  # something new began
    assert pace.seconds_left(10) is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (0.2, "0:01"), (59.5, "1:00"), (754, "12:34"), (3723, "1:02:03"), (-4, "0:00")]
)
def test_durations_are_rounded_up(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_wide_ranges_are_drawn_on_a_logarithmic_scale() -> None:
    assert heights([1.0, 2.0, 3.0]) == [0.0, 0.5, 1.0]
    assert heights([0.01, 1.0, 100.0]) == pytest.approx([0.0, 0.5, 1.0])
    assert heights([4.0, 4.0]) == [0.5, 0.5]
    assert heights([float("nan"), 1.0, 2.0]) == [1.0, 0.0, 1.0]
    assert heights([float("inf")]) == [0.5]


def test_smoothing_and_thinning_keep_the_ends() -> None:
    assert smoothed([5.0]) == [5.0]
    values = smoothed([1.0, 0.0, 0.0])
    assert values == sorted(values, reverse=True)
    points = [(float(step), 0.0) for step in range(1000)]
    thin = thinned_points(points, 50)
    assert len(thin) <= 52
    assert (thin[0], thin[-1]) == (points[0], points[-1])
    assert thinned_points([], 5) == []


def test_a_diverged_loss_can_be_painted(qtbot: QtBot) -> None:
    curve = Sparkline()
    qtbot.addWidget(curve)
    for number, loss in enumerate([1.0, float("nan"), float("inf"), 0.5]):
        curve.add(number, loss)
    assert not curve.grab().isNull()


def test_memory_is_counted_in_words() -> None:
    assert size_text(840e6) == "840 MB"
    assert size_text(2.34e9) == "2.3 GB"
    used = resident_bytes()
    assert used is None or used > 10e6
