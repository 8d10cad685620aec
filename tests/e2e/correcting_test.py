"""Corrections that a person can trust: no mask that was better is replaced, and what was left out is offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from lipcore.propagation.result import FrameResult
from lipgui.document import edits
from tests.e2e.conftest import Hands
from tests.helpers import FakeSegmenter, MovingSquare


class Forgetful(FakeSegmenter):
    """After its second tuning it has lost the object on frame 3, and is not sure of it on frame 6."""

    def propagate(self, *given: object, **named: object) -> Iterator[FrameResult]:  # type: ignore[override]
        for result in super().propagate(*given, **named):  # type: ignore[arg-type]
            if len(self.tuned_on) > 1 and result.frame == 3:
                yield replace(result, labels=np.zeros_like(result.labels), instances=())
            elif len(self.tuned_on) > 1 and result.frame == 6:
                instances = tuple(replace(each, quality=0.4) for each in result.instances)
                yield replace(result, labels=np.roll(result.labels, 9, axis=1), instances=instances)
            else:
                yield result


@pytest.fixture
def segmenter() -> FakeSegmenter:
    return Forgetful()


@pytest.fixture
def corrected(opened: Hands, moving_square: MovingSquare) -> Hands:
    """Tuned and propagated from frame 0, then corrected on frame 10."""
    opened.paint_square()
    opened.run("tune")
    opened.run("propagate_forward")
    document = opened.window.document
    document.go_to(10)
    edits.paint(document, np.roll(moving_square.truth[10] > 0, 2, axis=1))
    ended: list[str] = []
    opened.window.segmentation.ended.connect(ended.append)
    opened.do("correct")
    opened.qtbot.waitUntil(lambda: len(ended) == 2, timeout=20_000)
    assert "2 masks kept" in ended[1]
    return opened


def test_masks_that_would_get_worse_stay(corrected: Hands, moving_square: MovingSquare) -> None:
    document = corrected.window.document
    for frame in (3, 6):
        np.testing.assert_array_equal(document.labels(frame), moving_square.truth[frame])
    assert all(document.labels(frame).any() for frame in range(12))
    assert not np.array_equal(document.labels(11), moving_square.truth[11])  # what follows the correction has changed


def test_what_was_left_out_is_listed_and_can_be_taken(corrected: Hands) -> None:
    window = corrected.window
    document, listed = window.document, window.review.list

    def words() -> list[str]:
        return [listed.item(row).text() for row in range(listed.count())]

    kept = "a correction found another mask, which looks worse"
    corrected.qtbot.waitUntil(lambda: sum(kept in text for text in words()) == 2, timeout=10_000)
    corrected.go_to(6)
    before = document.labels(6).copy()
    corrected.do("take_offered")
    assert not np.array_equal(document.labels(6), before)
    assert document.project.scores[6, 1] == np.float32(0.4)
    assert list(document.offers) == [(3, 1)]
    corrected.do("undo")
    np.testing.assert_array_equal(document.labels(6), before)


def test_what_was_left_out_of_a_locked_object_cannot_be_taken(corrected: Hands) -> None:
    document = corrected.window.document
    frame = min(frame for frame, _ in document.offers)
    corrected.go_to(frame)
    before = document.labels(frame).copy()
    corrected.do("lock_object")
    corrected.do("take_offered")
    assert corrected.window.stage.notice.label.text().endswith("is locked: unlock it to change it.")
    np.testing.assert_array_equal(document.labels(frame), before)
