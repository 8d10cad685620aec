"""Any sequence of edits, then all of them undone and made again: every byte is as it was."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lipcore.curves.curve import Curve, Key, free_number
from lipcore.curves.editing import with_key
from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell
from lipcore.workflow.curves import curves_of
from lipgui.document import edits, range_edits
from lipgui.document.curves import put_curves, release_curve
from lipgui.document.document import Document
from lipgui.document.entry import Entry
from tests.core.curves.shapes import square
from tests.helpers import blank_video

FRAMES, HEIGHT, WIDTH = 6, 24, 32


def patch(number: int) -> NDArray[np.bool_]:
    """A mask of two squares whose place the number gives."""
    mask = np.zeros((HEIGHT, WIDTH), bool)
    top, left = number % 16, (number // 16) % 20
    mask[top : top + 6, left : left + 4] = True
    mask[top : top + 3, left + 7 : left + 10] = True
    return mask


def propagate(document: Document, frame: int, number: int) -> None:
    """What a run does to a frame; runs of the same number are one entry."""
    labels = document.labels(frame).copy()
    labels[patch(number)] = document.object_id
    cell = Cell(document.object_id, Provenance.MODEL, 0.5, (1.0, 2.0, 3.0, float(number % 9)))
    change = document.project.change(frame, labels, [cell])
    document.push(Entry(document, "Propagate", [change], job=number % 2))


def split_off(document: Document, frame: int, number: int) -> None:
    place = np.argwhere(document.labels(frame) == document.object_id)
    row, column = place[number % len(place)].tolist() if len(place) else (0, 0)
    edits.split_part(document, document.object_id, frame, FRAMES - 1, row, column)


def curve(document: Document, frame: int, number: int) -> None:
    """Draw, key, move, let go of and delete curves, with and without a frame in view."""
    object_id, shape = document.object_id, square(number % 20, number % 13, 8)
    curves = curves_of(document.project, object_id)
    if curves and number % 5 == 0:
        release_curve(document, object_id, curves[0].number)
        return
    if not curves or number % 5 == 1:
        curves = (*curves, Curve(free_number(curves), (Key(frame, shape),), subtract=number % 7 == 0))
    elif number % 5 == 2:
        curves = curves[1:]
    else:
        curves = (with_key(curves[0], frame, shape), *curves[1:])
    put_curves(document, object_id, curves, "Curve", frame if number % 2 else None, covers=number % 3 > 0)


def other(document: Document, number: int) -> int:
    ids = list(document.project.objects)
    return ids[number % len(ids)]


VERBS: tuple[Callable[[Document, int, int], object], ...] = (
    lambda document, frame, number: edits.paint(document, patch(number), frame=frame),
    lambda document, frame, number: edits.paint(document, patch(number), erase=True, frame=frame),
    propagate,
    propagate,
    curve,
    curve,
    curve,
    lambda document, frame, number: edits.add_object(document),
    lambda document, frame, number: edits.remove_object(document, document.object_id),
    lambda document, frame, number: range_edits.clear_range(
        document, frame, FRAMES - 1, [number % 3] if number % 3 else []
    ),
    lambda document, frame, number: range_edits.verify_range(document, 0, frame),
    lambda document, frame, number: range_edits.swap_objects(
        document, 0, frame, document.object_id, other(document, number)
    ),
    lambda document, frame, number: range_edits.merge_objects(
        document, 0, frame, document.object_id, other(document, number)
    ),
    lambda document, frame, number: edits.split_object(document, document.object_id, frame, FRAMES - 1),
    split_off,
    lambda document, frame, number: range_edits.copy_object(document, number % FRAMES),
    lambda document, frame, number: document.push_tuning("Tune", bytes([number % 7]), [frame], number % 3 - 1),
    lambda document, frame, number: document.undo(),
)


def everything(document: Document) -> tuple[object, ...]:
    project = document.project
    labels = tuple(project.labels(frame).tobytes() for frame in range(FRAMES))
    areas = project.areas[:, 1:].tobytes()  # not of the background: a frame that was never set has none
    cells = project.provenances.tobytes(), project.scores.tobytes(), project.boxes.tobytes(), areas
    return labels, cells, dict(project.objects), document.tuned_weights()


steps = st.tuples(st.sampled_from(VERBS), st.integers(0, FRAMES - 1), st.integers(0, 319), st.integers(0, 9))


@given(st.lists(steps, max_size=25))
@settings(max_examples=60, deadline=None)
def test_undoing_all_and_redoing_all_gives_back_every_byte(sequence: list[tuple[object, int, int, int]]) -> None:
    document, video = Document(), blank_video(FRAMES, HEIGHT, WIDTH)
    document.open(Project.create(video), video)
    before = everything(document)
    edits.add_object(document)
    for verb, frame, number, chosen in sequence:
        document.go_to(frame)
        if document.project.objects:
            document.select_object(other(document, chosen))
        present, entries = everything(document), document.stack.count()
        try:
            verb(document, frame, number)  # type: ignore[operator]
        except (LipError, KeyError, ZeroDivisionError):  # no such object: nothing may have changed
            assert everything(document) == present
            assert document.stack.count() == entries
    after, undone = everything(document), document.stack.canRedo()
    while document.can_undo():
        document.undo()
    assert everything(document) == before
    while document.stack.canRedo():
        document.redo()
        assert document.project.areas.min() >= 0
    again = everything(document)
    while document.can_undo():
        document.undo()
    assert everything(document) == before
    assert after == again or undone
    document.close()
