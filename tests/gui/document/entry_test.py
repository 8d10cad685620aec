"""Entries of the history by themselves."""

from __future__ import annotations

import gc

import numpy as np

from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell, FrameChange
from lipgui.document import edits
from lipgui.document.document import Document
from lipgui.document.entry import Entry
from tests.gui.document.helpers import everything, square


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


def painted(document: Document, frame: int, top: int) -> FrameChange:
    return document.project.change(frame, square(top, 3).astype(np.uint8), [Cell(1, Provenance.MODEL, 0.5)])


def test_an_entry_that_was_made_is_not_made_again_when_the_history_gets_it(document: Document) -> None:
    entry = Entry(document, "Propagate", [painted(document, 2, 5)])
    revision = document.project.revision(2)
    entry.make()
    made = document.project.revision(2)
    entry.redo()
    assert revision != made == document.project.revision(2)
    entry.undo()
    assert not document.labels(2).any()
    entry.redo()
    assert document.labels(2)[5, 3] == 1


def test_two_entries_become_one_that_leads_from_before_the_first_to_after_the_second(document: Document) -> None:
    before = everything(document)
    first = Entry(document, "Propagate", [painted(document, 1, 5)], weights="", job=4)
    first.make()
    size = first.size()
    second = Entry(document, "Propagate", [painted(document, 2, 6)], objects={}, job=4)
    second.make()
    first.take(second)
    assert first.frames() == {1, 2}
    assert (second.frames(), second.size()) == (set(), 0)
    assert first.size() > size
    first.undo()
    assert everything(document) == before


def test_an_entry_is_kept_as_a_plain_value_and_comes_back_undoable(document: Document) -> None:
    before = everything(document)
    entry = Entry(document, "Propagate", [painted(document, 1, 5)], objects={}, job=4)
    entry.make()
    after, past = everything(document), entry.past()
    assert past.by_run
    again = Entry.of_past(document, past, 77)
    assert (again.job, again.text()) == (77, "Propagate")
    again.redo()  # as the history does when it gets it
    assert everything(document) == after
    again.undo()
    assert everything(document) == before
    again.redo()
    assert everything(document) == after
    by_hand = Entry(document, "Paint", [painted(document, 3, 5)]).past()
    assert Entry.of_past(document, by_hand, 77).job == -1


def test_an_entry_tells_the_masks_that_it_replaced(document: Document) -> None:
    first = Entry(document, "Propagate", [painted(document, 1, 5)])
    first.make()
    replaced = first.replaced(1)
    assert replaced is not None
    assert not replaced.any()
    later = Entry(document, "Propagate", [painted(document, 1, 20)])
    replaced = later.replaced(1)
    assert replaced is not None
    assert replaced[5, 3] == 1
    assert later.replaced(2) is None
    verified = document.project.change(1, cells=[Cell(1, Provenance.VERIFIED)])
    assert Entry(document, "Mark verified", [verified]).replaced(1) is None


def test_an_entry_names_the_weights_that_it_needs(document: Document) -> None:
    document.push_tuning("Tune", b"first", [0])
    kept = document.project.weights_in_use
    assert Entry(document, "Roll back", weights="").weights() == {kept}
    assert Entry(document, "Paint", [painted(document, 1, 5)]).weights() == set()
