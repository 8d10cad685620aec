"""The import dialog: what is there is shown first and taken as one entry, as chosen, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QDialog
from pytestqt.qtbot import QtBot

from lipcore.masks import write_label_map
from lipcore.project.provenance import Provenance
from lipgui.dialogs.import_dialog import ImportDialog
from lipgui.document.document import Document
from lipgui.jobs.jobs import JobQueue
from tests.gui.document.helpers import everything, square


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    """A folder with masks of objects 2 and 3 for frames 4 to 6."""
    folder = tmp_path / "masks"
    folder.mkdir()
    for frame in (4, 5, 6):
        labels = np.where(square(5, 5), np.uint8(2), np.uint8(0))
        labels[square(30, 30)] = 3
        write_label_map(folder / f"{frame:05d}.png", labels)
    return folder


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def dialog(document: Document, queue: JobQueue, keep: Callable[[QDialog], None], told: list[str]) -> ImportDialog:
    made = ImportDialog(document, queue)
    keep(made)
    made.told.connect(told.append)
    return made


def look(qtbot: QtBot, dialog: ImportDialog, path: Path) -> str:
    """Name a file or folder and wait for what is said of it."""
    dialog.path_field.setText(str(path))
    dialog.look()
    qtbot.waitUntil(lambda: not dialog.is_working)
    return dialog.preview_label.text()


def target(dialog: ImportDialog, row: int) -> QComboBox:
    box = dialog.mapping_table.cellWidget(row, 1)
    assert isinstance(box, QComboBox)
    return box


def test_looking_shows_what_is_there_and_takes_nothing(
    qtbot: QtBot, dialog: ImportDialog, document: Document, masks: Path
) -> None:
    before = everything(document)
    assert look(qtbot, dialog, masks) == "3 frames, 00004 to 00006"
    assert [target(dialog, row).currentText() for row in range(2)] == ["New object 2", "New object 3"]
    assert dialog.rows.isRowVisible(dialog.values_box)  # values of masks can mean several things
    assert everything(document) == before


def test_what_is_chosen_is_taken_as_one_entry(
    qtbot: QtBot, dialog: ImportDialog, document: Document, masks: Path, told: list[str]
) -> None:
    before, count = everything(document), document.stack.count()
    look(qtbot, dialog, masks)
    target(dialog, 0).setCurrentIndex(target(dialog, 0).findData(1))
    target(dialog, 1).setCurrentIndex(target(dialog, 1).findData(0))
    dialog.meaning_box.setCurrentIndex(dialog.meaning_box.findData(int(Provenance.VERIFIED)))
    dialog.import_button.click()
    assert told == ["Imported masks for 3 frames."]
    np.testing.assert_array_equal(document.labels(5), square(5, 5))
    assert document.project.provenance(5, 1) == Provenance.VERIFIED
    assert list(document.project.objects) == [1]
    assert document.stack.count() == count + 1
    document.undo()
    assert everything(document) == before


def test_asked_for_before_it_is_read_it_is_taken_when_it_is(
    qtbot: QtBot, dialog: ImportDialog, document: Document, masks: Path, told: list[str]
) -> None:
    dialog.path_field.setText(str(masks))
    dialog.import_button.click()
    assert not dialog.import_button.isEnabled()
    qtbot.waitUntil(lambda: bool(told))
    assert document.labels(4)[5, 5] == 2


def test_what_cannot_be_read_is_said_and_something_else_can_be_named(
    qtbot: QtBot, dialog: ImportDialog, document: Document, masks: Path, told: list[str]
) -> None:
    before = everything(document)
    assert look(qtbot, dialog, masks / "none.png") == f"Cannot import {masks / 'none.png'}: it does not exist."
    dialog.import_button.click()
    qtbot.waitUntil(lambda: not dialog.is_working)
    assert (told, everything(document)) == ([], before)
    assert dialog.import_button.isEnabled()
    assert look(qtbot, dialog, masks) == "3 frames, 00004 to 00006"
    assert look(qtbot, dialog, masks / "00005.png") == "1 frame, 00000"  # a single mask is for the frame in view
    assert not dialog.mapping_table.isHidden()


def test_values_are_asked_for_only_where_they_can_mean_several_things(
    qtbot: QtBot, dialog: ImportDialog, masks: Path, tmp_path: Path
) -> None:
    look(qtbot, dialog, masks)
    dialog.values_box.setCurrentIndex(dialog.values_box.findData("shades"))
    qtbot.waitUntil(lambda: not dialog.is_working)
    assert dialog.preview_label.text() == "Cannot import masks: none of its 3 frames shows an object."  # 2, 3: black
    assert dialog.mapping_table.isHidden()
    (tmp_path / "coco.json").write_text('{"images": [], "annotations": [], "categories": []}', encoding="utf-8")
    look(qtbot, dialog, tmp_path / "coco.json")
    assert not dialog.rows.isRowVisible(dialog.values_box)


def test_a_closed_dialog_takes_nothing(
    qtbot: QtBot, dialog: ImportDialog, queue: JobQueue, document: Document, masks: Path, told: list[str]
) -> None:
    before = everything(document)
    dialog.path_field.setText(str(masks))
    with qtbot.waitSignal(queue.job_ended):
        dialog.import_button.click()
        dialog.reject()
    assert (told, everything(document)) == ([], before)
