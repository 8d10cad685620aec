"""What a user waits for in the real window: a stroke taken at 1920x1080 with ten objects, and undo of a long run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell
from lipcore.video import ArrayVideo
from lipgui.app import build_window
from lipgui.basics.theme import Theme
from lipgui.document import edits
from lipgui.document.entry import Entry
from lipgui.main_window import MainWindow
from tests.gui.painting import stroke_mask
from tests.helpers import FakeSegmenter

HEIGHT, WIDTH = 1080, 1920


def ten_discs() -> NDArray[np.uint8]:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    for each in range(10):
        labels[(rows - 300 - 400 * (each % 2)) ** 2 + (columns - 200 - 160 * each) ** 2 < 150**2] = each + 1
    return labels


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme(application)
    window = build_window(segmenter_factory=lambda preferences: FakeSegmenter(), theme=theme)
    window.resize(1920, 1080)
    window.show()
    video = ArrayVideo(np.broadcast_to(np.uint8(90), (200, HEIGHT, WIDTH, 3)))
    project = Project.create(video)
    labels = ten_discs()
    for object_id in range(1, 11):
        project.set_object(default_object(object_id))
    project.set_labels(0, labels)
    with qtbot.waitSignal(window.viewing.frameShown, timeout=20_000):
        window.document.open(project, video)
    yield window
    window.document.close()
    window.close()
    window.deleteLater()
    theme.deleteLater()


def test_a_stroke_is_taken(window: MainWindow, benchmark: BenchmarkFixture) -> None:
    """From the tool's mask to document, history, canvas and timeline."""
    random = np.random.default_rng(0)

    def prepare() -> tuple[tuple[NDArray[np.bool_]], dict[str, object]]:
        start, end = random.uniform((100, 100), (1800, 1000), (2, 2))
        window.document.select_object(int(random.integers(1, 11)))
        return (stroke_mask((HEIGHT, WIDTH), [tuple(start), tuple(end)], 64),), {}

    benchmark.pedantic(lambda mask: edits.paint(window.document, mask), setup=prepare, rounds=60)


def test_undo_and_redo_of_a_run_over_two_hundred_frames(window: MainWindow, benchmark: BenchmarkFixture) -> None:
    labels, project = ten_discs(), window.document.project
    cells = [Cell(object_id, Provenance.MODEL) for object_id in range(1, 11)]
    changes = [project.change(frame, np.roll(labels, frame, axis=1), cells) for frame in range(1, 200)]
    window.document.push(Entry(window.document, "Propagate", changes))

    def there_and_back() -> None:
        window.document.undo()
        window.document.redo()

    benchmark.pedantic(there_and_back, rounds=5)


def test_the_frame_of_another_overlay(window: MainWindow, benchmark: BenchmarkFixture) -> None:
    looking = window.looking
    benchmark.pedantic(
        lambda: looking.use(replace(looking.preferences, opacity=(looking.preferences.opacity + 7) % 100)), rounds=20
    )
