"""Previews: asked for where painted objects lack a mask, and never written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from lipgui.controllers.previewing import Previewing
from lipgui.document import edits
from tests.gui.controllers.conftest import Runs
from tests.gui.document.helpers import everything, square
from tests.helpers import FakeSegmenter, Labels, shifted


class Previewer(FakeSegmenter):
    """Knows where the masks of the first annotated frame have gone, and sees an object 9 that nobody painted."""

    can_preview = True

    def preview(self, video: object, annotations: Mapping[int, Labels], frame: int) -> Labels:
        start = min(annotations)
        labels = shifted(annotations[start], frame - start)
        labels[0, 0] = 9
        return labels


class Screen(QObject):
    """The frame that is shown, and the guesses that it is given."""

    frameShown = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.shown = -1
        self.guesses: list[Labels | None] = []

    def show_guess(self, labels: Labels | None) -> None:
        self.guesses.append(labels)

    def go_to(self, frame: int) -> None:
        self.shown = frame
        self.frameShown.emit(frame)


@pytest.fixture
def segmenter() -> FakeSegmenter:
    return Previewer()


@pytest.fixture
def screen(runs: Runs) -> Screen:
    edits.paint(runs.document, square(10, 12))
    return Screen()


@pytest.fixture
def previewing(runs: Runs, screen: Screen) -> Iterator[Previewing]:
    previewing = Previewing(runs.document, runs.segmentation, screen, runs.parent)  # type: ignore[arg-type]
    yield previewing
    previewing.close()


def test_an_object_that_lacks_a_mask_is_shown_and_nothing_is_written(
    runs: Runs, screen: Screen, previewing: Previewing
) -> None:
    before = everything(runs.document)
    with runs.qtbot.waitSignal(previewing.previewShown) as shown:
        screen.go_to(3)
    assert shown.args == [3]
    guess = screen.guesses[-1]
    assert guess is not None
    assert np.array_equal(guess == 1, square(13, 15))
    assert set(np.unique(guess)) == {0, 1}
    assert everything(runs.document) == before


def test_where_all_is_known_no_network_is_asked(runs: Runs, screen: Screen, previewing: Previewing) -> None:
    screen.go_to(0)
    runs.qtbot.waitUntil(lambda: screen.guesses == [None])
    runs.document.close()
    screen.go_to(3)
    runs.qtbot.waitUntil(lambda: screen.guesses == [None, None])


def test_only_the_frame_that_stays_in_view_is_looked_at(runs: Runs, screen: Screen, previewing: Previewing) -> None:
    for frame in (1, 2, 3, 4):
        screen.go_to(frame)
    with runs.qtbot.waitSignal(previewing.previewShown) as shown:
        pass
    assert shown.args == [4]
    assert len(screen.guesses) == 1


def test_a_network_that_cannot_preview_shows_nothing(runs: Runs, screen: Screen, previewing: Previewing) -> None:
    runs.segmenter = FakeSegmenter()
    screen.go_to(3)
    question = previewing._question()
    assert question is not None
    assert question.missing == {1}
    assert question.answer() is None
