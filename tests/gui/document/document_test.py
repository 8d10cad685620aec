from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import FrameSnapshot
from lipgui.document import edits, range_edits
from lipgui.document.document import Document
from tests.gui.document.helpers import everything, push_run, square
from tests.helpers import blank_video


def test_a_stroke_is_one_entry_that_undo_takes_back_bit_for_bit(document: Document) -> None:
    before = everything(document)
    edits.paint(document, square(5, 5))
    assert document.labels(0)[5, 5] == 1
    assert document.project.provenance(0, 1) == Provenance.USER
    after = everything(document)
    document.undo()
    assert everything(document) == before
    document.redo()
    assert everything(document) == after


def test_one_run_is_one_entry_and_a_stroke_in_between_splits_it(document: Document) -> None:
    start = document.stack.count()
    for frame in (1, 2):
        push_run(document, frame, job=7)
    assert document.stack.count() == start + 1
    edits.paint(document, square(30, 30))
    for frame in (3, 4):
        push_run(document, frame, job=7)
    assert document.stack.count() == start + 3
    document.undo()
    assert not document.labels(3).any()
    assert document.labels(2).any()
    document.undo()
    document.undo()
    assert not document.labels(2).any()
    assert not document.labels(1).any()


def test_undo_on_another_frame_says_where_and_stays(document: Document, qtbot: QtBot) -> None:
    document.go_to(3)
    edits.paint(document, square(5, 5))
    document.go_to(9)
    with qtbot.waitSignal(document.message_raised) as message:
        document.undo()
    assert message.args == ["Undid “Paint” on frame 3.", 3]
    assert document.frame == 9


def test_tuned_weights_roll_back_as_one_entry(document: Document) -> None:
    document.push_tuning("Tune", b"first", [0])
    document.push_tuning("Tune", b"second", [0])
    document.undo()
    assert document.tuned_weights() == b"first"
    document.undo()
    assert document.tuned_weights() == b""
    document.redo()
    assert document.tuned_weights() == b"first"


def test_an_edit_of_a_range_that_fails_midway_changes_nothing(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    for frame in range(6):
        push_run(document, frame, job=1)
    before, entries = everything(document), document.stack.count()
    restore = Project.restore

    def failing(project: Project, snapshot: FrameSnapshot) -> None:
        restore(project, snapshot)
        if snapshot.frame == 4 and not snapshot.cell(1).area:
            raise MemoryError("in the middle of the fifth frame")

    with monkeypatch.context() as patch:
        patch.setattr(Project, "restore", failing)
        with pytest.raises(MemoryError):
            edits.remove_object(document, 1)
        assert everything(document) == before
        assert document.stack.count() == entries
    edits.remove_object(document, 1)
    assert document.stack.count() == entries + 1
    document.undo()
    assert everything(document) == before


def test_a_correction_of_weights_and_masks_is_one_entry(document: Document) -> None:
    document.push_tuning("Tune", b"first", [0])
    before, entries = everything(document), document.stack.count()
    document.push_tuning("Correct", b"second", [0], job=9)
    for frame in (1, 2):
        push_run(document, frame, job=9)
    assert document.stack.count() == entries + 1
    after = everything(document)
    assert document.tuned_weights() == b"second"
    document.undo()
    assert everything(document) == before
    document.redo()
    assert everything(document) == after


def test_weights_that_undo_does_not_need_are_forgotten_and_those_it_needs_stay(qapp: object) -> None:
    document = Document(history_bytes=50_000)  # without a folder, so that states are in memory
    video = blank_video()
    document.open(Project.create(video), video)
    for number in range(12):
        document.push_tuning("Tune", bytes([number]) * 10_000, [0])
    kept = [entry.name for entry in document.project.weights.entries]
    assert 3 <= len(kept) <= 6
    assert document.tuned_weights() == bytes([11]) * 10_000
    while document.can_undo():
        document.undo()
        assert document.tuned_weights()[:1] != b""
    while document.stack.canRedo():
        document.redo()
    assert document.tuned_weights() == bytes([11]) * 10_000


def test_any_edits_then_undo_all_restores_the_bytes(document: Document) -> None:
    random = np.random.default_rng(3)
    before = everything(document)
    floor = document.stack.index()
    for _ in range(60):
        document.go_to(int(random.integers(12)))
        document.select_object(int(random.choice(list(document.project.objects))))
        match int(random.integers(8)):
            case 0 | 1 | 2:
                edits.paint(document, square(*map(int, random.integers(0, 38, 2))), erase=bool(random.integers(2)))
            case 3:
                edits.add_object(document)
            case 4 if len(document.project.objects) > 1:
                edits.remove_object(document, document.object_id)
            case 5:
                range_edits.verify_range(document, 0, 5)
            case 6:
                range_edits.clear_range(document, *sorted(map(int, random.integers(0, 12, 2))))
            case _:
                push_run(document, document.frame, job=int(random.integers(3)))
    after = everything(document)
    while document.stack.index() > floor:
        document.undo()
    assert everything(document) == before
    while document.stack.canRedo():
        document.redo()
    assert everything(document) == after


def test_the_oldest_edits_are_forgotten_beyond_the_budget(qapp: object, qtbot: QtBot) -> None:
    document = Document(history_bytes=6_000)
    video = blank_video()
    document.open(Project.create(video), video)
    for offset in range(30):
        edits.paint(document, square(offset, offset))
    while document.can_undo():
        document.undo()
    assert document.labels(0).any()
    with qtbot.waitSignal(document.message_raised) as message:
        document.undo()
    assert "forgotten" in message.args[0]
