from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipcore.project.mask_store import PackedLabels
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell, FrameChange, FrameSnapshot
from lipgui.document import edits, range_edits
from lipgui.document.document import Document
from lipgui.document.entry import Entry
from tests.helpers import blank_video


@pytest.fixture
def document(qapp: object) -> Document:
    document = Document()
    video = blank_video()
    document.open(Project.create(video), video)
    edits.add_object(document)
    return document


def square(top: int, left: int, side: int = 10) -> NDArray[np.bool_]:
    mask = np.zeros((48, 64), bool)
    mask[top : top + side, left : left + side] = True
    return mask


def everything(document: Document) -> tuple[bytes, ...]:
    project = document.project
    labels = tuple(project.labels(frame).tobytes() for frame in range(project.frame_count))
    cells = (project.provenances.tobytes(), project.scores.tobytes(), project.boxes.tobytes())
    return (*labels, *cells, repr(dict(project.objects)).encode(), document.tuned_state())


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


def test_painting_where_the_model_was_is_a_correction(document: Document) -> None:
    push_run(document, 0, job=1)
    edits.paint(document, square(25, 25))
    assert document.project.provenance(0, 1) == Provenance.CORRECTED


def test_erasing_takes_pixels_from_the_selected_object_only(document: Document) -> None:
    edits.paint(document, square(0, 0))
    edits.add_object(document)
    edits.paint(document, square(0, 20))
    edits.paint(document, np.ones((48, 64), bool), erase=True)
    assert set(np.unique(document.labels(0))) == {0, 1}


def test_a_locked_object_is_neither_painted_nor_painted_over(document: Document) -> None:
    edits.paint(document, square(0, 0))
    edits.edit_object(document, replace(document.project.objects[1], locked=True), "Lock")
    with pytest.raises(LipError, match="locked"):
        edits.paint(document, square(20, 20))
    edits.add_object(document)
    edits.paint(document, np.ones((48, 64), bool))
    assert (document.labels(0)[:10, :10] == 1).all()


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


def push_run(document: Document, frame: int, job: int) -> None:
    labels = square(frame, frame).astype(np.uint8)
    cell = Cell(1, Provenance.MODEL, 0.5, (1.0, 2.0, 3.0, 4.0))
    change = document.project.change(frame, labels, [cell])
    document.push(Entry(document, "Propagate", [change], job=job))


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
    assert document.tuned_state() == b"first"
    document.undo()
    assert document.tuned_state() == b""
    document.redo()
    assert document.tuned_state() == b"first"


def test_removing_an_object_clears_every_frame_and_comes_back_with_one_undo(document: Document) -> None:
    for frame in (0, 5):
        document.go_to(frame)
        edits.paint(document, square(frame, 3))
    before = everything(document)
    edits.remove_object(document, 1)
    assert not document.project.areas[:, 1].any()
    assert 1 not in document.project.objects
    document.undo()
    assert everything(document) == before


def test_a_locked_object_is_neither_removed_nor_split(document: Document) -> None:
    edits.paint(document, square(0, 0) | square(20, 20))
    edits.edit_object(document, replace(document.project.objects[1], locked=True), "Lock")
    before = everything(document)
    with pytest.raises(LipError, match="Object 1 is locked"):
        edits.remove_object(document, 1)
    with pytest.raises(LipError, match="Object 1 is locked"):
        edits.split_object(document, 1, 0, 5)
    with pytest.raises(LipError, match="Object 1 is locked"):
        edits.split_part(document, 1, 0, 5, 25, 25)
    assert everything(document) == before


def test_clearing_a_range_leaves_the_frames_outside_and_locked_objects(document: Document) -> None:
    for frame in range(6):
        document.go_to(frame)
        edits.paint(document, square(1, 1))
    assert range_edits.clear_range(document, 2, 4) == 3
    assert [frame for frame in range(6) if document.labels(frame).any()] == [0, 1, 5]
    edits.edit_object(document, replace(document.project.objects[1], locked=True), "Lock")
    assert range_edits.clear_range(document, 0, 5) == 0


def test_marking_verified_changes_no_pixel_and_is_undone(document: Document) -> None:
    push_run(document, 1, job=1)
    pixels = document.labels(1).copy()
    assert range_edits.verify_range(document, 0, 11) == 1
    assert document.project.provenance(1, 1) == Provenance.VERIFIED
    assert np.array_equal(document.labels(1), pixels)
    document.undo()
    assert document.project.provenance(1, 1) == Provenance.MODEL


def test_swapping_two_objects_twice_gives_everything_back(document: Document) -> None:
    edits.paint(document, square(0, 0))
    edits.add_object(document)
    edits.paint(document, square(20, 20))
    push_run(document, 2, job=1)
    before = everything(document)
    range_edits.swap_objects(document, 0, 11, 1, 2)
    assert document.labels(0)[0, 0] == 2
    assert document.labels(0)[20, 20] == 1
    assert document.project.provenance(2, 2) == Provenance.MODEL
    range_edits.swap_objects(document, 0, 11, 1, 2)
    assert everything(document) == before


def test_merging_gives_one_object_the_pixels_of_both(document: Document) -> None:
    edits.paint(document, square(0, 0))
    edits.add_object(document)
    edits.paint(document, square(20, 20))
    range_edits.merge_objects(document, 0, 11, 2, 1)
    assert int((document.labels(0) == 1).sum()) == 200
    assert document.project.provenance(0, 1) == Provenance.USER
    assert document.project.provenance(0, 2) == Provenance.NONE


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


def test_a_mask_that_cannot_be_read_stops_the_edit_of_a_range_before_it_begins(document: Document) -> None:
    for frame in range(4):
        push_run(document, frame, job=1)
    damaged = PackedLabels(48, 64, "png", b"no picture")
    document.project.set_packed(3, damaged, document.project.areas[3].copy())
    provenances, entries = document.project.provenances.copy(), document.stack.count()
    with pytest.raises(LipError, match="of frame 3"):
        range_edits.clear_range(document, 0, 11)
    assert all(document.labels(frame).any() for frame in range(3))
    assert np.array_equal(document.project.provenances, provenances)
    assert document.stack.count() == entries


def test_a_correction_of_weights_and_masks_is_one_entry(document: Document) -> None:
    document.push_tuning("Tune", b"first", [0])
    before, entries = everything(document), document.stack.count()
    document.push_tuning("Correct", b"second", [0], job=9)
    for frame in (1, 2):
        push_run(document, frame, job=9)
    assert document.stack.count() == entries + 1
    after = everything(document)
    assert document.tuned_state() == b"second"
    document.undo()
    assert everything(document) == before
    document.redo()
    assert everything(document) == after


def test_what_merged_undone_and_forgotten_entries_kept_is_given_back(document: Document) -> None:
    """PySide keeps commands that QUndoStack merges, and what commands of a subclass hold."""

    def kept() -> int:
        gc.collect()
        return sum(type(each) is FrameChange for each in gc.get_objects())

    start = kept()
    document._history_bytes = 10_000
    for job in range(6):
        for frame in range(1, 9):
            labels = square(frame + job, 3).astype(np.uint8)
            change = document.project.change(frame, labels, [Cell(1, Provenance.MODEL, job / 10)])
            document.push(Entry(document, "Propagate", [change], job=job))
    del change
    assert kept() - start <= 16
    document.undo()
    edits.paint(document, square(30, 30))
    assert kept() - start <= 9
    document.close()
    assert kept() == start


def test_weights_that_undo_does_not_need_are_forgotten_and_those_it_needs_stay(qapp: object) -> None:
    document = Document(history_bytes=50_000)  # without a folder, so that states are in memory
    video = blank_video()
    document.open(Project.create(video), video)
    for number in range(12):
        document.push_tuning("Tune", bytes([number]) * 10_000, [0])
    kept = [entry.name for entry in document.project.weights.entries]
    assert 3 <= len(kept) <= 6
    assert document.tuned_state() == bytes([11]) * 10_000
    while document.can_undo():
        document.undo()
        assert document.tuned_state()[:1] != b""
    while document.stack.canRedo():
        document.redo()
    assert document.tuned_state() == bytes([11]) * 10_000


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
