"""Reviewing: doubtful frames in a row, what is left, and marking what is right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lipcore.project.provenance import Provenance
from lipcore.propagation.result import FrameResult
from tests.e2e.conftest import Hands
from tests.helpers import FakeSegmenter

DOUBTFUL = (3, 8)


@pytest.fixture
def segmenter() -> FakeSegmenter:
    """Sure of every frame but two."""

    class Unsure(FakeSegmenter):
        def propagate(self, *arguments: object, **names: object) -> object:  # type: ignore[override]
            for result in super().propagate(*arguments, **names):  # type: ignore[arg-type]
                instances = result.instances
                if result.frame in DOUBTFUL:
                    instances = tuple(replace(each, quality=0.2) for each in instances)
                yield FrameResult(result.frame, result.labels, instances, result.seconds)

    return Unsure(score=0.95)


@pytest.fixture
def reviewed(opened: Hands, qtbot: QtBot) -> Hands:
    opened.paint_square()
    opened.run("propagate_forward")
    qtbot.waitUntil(lambda: opened.window.review.list.count() == 2, timeout=10_000)
    return opened


def test_full_stop_and_comma_walk_the_doubtful_frames(reviewed: Hands) -> None:
    document = reviewed.window.document
    visited = []
    for key in (Qt.Key.Key_Period, Qt.Key.Key_Period, Qt.Key.Key_Period, Qt.Key.Key_Comma):
        reviewed.key(key)
        visited.append(document.frame)
    assert visited == [3, 8, 8, 3]


def test_a_verified_frame_is_no_longer_doubtful(reviewed: Hands, qtbot: QtBot) -> None:
    window = reviewed.window
    assert "2 doubtful left" in window.review.count_label.text()
    reviewed.key(Qt.Key.Key_Period)
    reviewed.key(Qt.Key.Key_V)
    assert window.document.project.provenance(3, 1) == Provenance.VERIFIED
    qtbot.waitUntil(lambda: window.review.list.count() == 1, timeout=10_000)
    assert "1 doubtful left" in window.review.count_label.text()
    assert "2 of 12 frames" in window.review.count_label.text()
    assert window.document.frame == 8  # V goes on to the next doubtful frame
    reviewed.do("undo")
    qtbot.waitUntil(lambda: window.review.list.count() == 2, timeout=10_000)


def test_v_takes_a_verification_back(reviewed: Hands) -> None:
    document = reviewed.window.document
    document.go_to(5)
    reviewed.key(Qt.Key.Key_V)
    assert document.project.provenance(5, 1) == Provenance.VERIFIED
    assert document.frame == 5  # it was not doubtful: nobody is sent elsewhere
    reviewed.key(Qt.Key.Key_V)
    assert document.project.provenance(5, 1) == Provenance.MODEL
    document.go_to(0)
    reviewed.key(Qt.Key.Key_V)
    reviewed.key(Qt.Key.Key_V)
    assert document.project.provenance(0, 1) == Provenance.USER


def test_a_doubtful_object_is_selected_and_what_is_wrong_is_said(reviewed: Hands) -> None:
    window = reviewed.window
    reviewed.do("new_object")
    assert window.document.object_id == 2
    reviewed.key(Qt.Key.Key_Period)
    assert window.document.object_id == 1
    assert window.status.currentMessage() == "Frame 3, Object 1: the network is not sure of it."
    texts = [window.review.list.item(row).text() for row in range(2)]
    assert texts == [f"Frame {frame}  ·  Object 1: the network is not sure of it" for frame in DOUBTFUL]


def test_before_a_run_nothing_reads_as_finished(opened: Hands, qtbot: QtBot) -> None:
    opened.paint_square()
    label = opened.window.review.count_label
    qtbot.waitUntil(lambda: "painted" in label.text(), timeout=10_000)
    assert label.text() == "Nothing to review yet: 1 of 12 frames painted, none propagated."
    assert opened.window.review.bar.maximum() == 12


def test_a_click_in_the_list_goes_there(reviewed: Hands) -> None:
    listed = reviewed.window.review.list
    listed.itemClicked.emit(listed.item(1))
    assert reviewed.window.document.frame == 8


def test_page_keys_walk_the_annotated_frames(reviewed: Hands) -> None:
    document = reviewed.window.document
    document.go_to(6)
    reviewed.do("verify_frame")
    reviewed.key(Qt.Key.Key_PageUp)
    assert document.frame == 0
    reviewed.key(Qt.Key.Key_PageDown)
    assert document.frame == 6


def test_the_threshold_of_the_settings_decides_what_is_doubtful(reviewed: Hands, qtbot: QtBot) -> None:
    looking = reviewed.window.looking
    looking.use(replace(looking.preferences, doubt_percent=100))
    qtbot.waitUntil(lambda: reviewed.window.review.list.count() == 2, timeout=10_000)
    assert [each.frame for each in reviewed.window.overview.doubtful] == list(DOUBTFUL)


def test_a_range_is_verified_and_cleared_from_the_timeline(reviewed: Hands) -> None:
    document, timeline = reviewed.window.document, reviewed.window.timeline
    timeline.verifyRangeRequested.emit(1, 4, (1,))
    assert (document.project.provenances[1:5, 1] == Provenance.VERIFIED).all()
    timeline.clearRangeRequested.emit(6, 7, ())
    assert not np.any([document.labels(frame) for frame in (6, 7)])
    assert document.labels(5).any()
    reviewed.do("undo")
    assert document.labels(6).any()
