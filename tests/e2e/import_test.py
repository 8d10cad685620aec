"""Importing masks: one entry of the history, and what a person made stays."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from lipcore.masks import write_label_map
from lipcore.project.provenance import Provenance
from lipgui.controllers.session import opening
from lipgui.dialogs.import_dialog import ImportDialog
from tests.e2e.conftest import Hands
from tests.helpers import MovingSquare


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "drafts_folder", lambda: tmp_path / "drafts")


@pytest.fixture
def masks(moving_square: MovingSquare, tmp_path: Path) -> Path:
    """The true masks as a folder of PNGs, under id 2."""
    folder = tmp_path / "masks"
    folder.mkdir()
    for frame, labels in enumerate(moving_square.truth):
        write_label_map(folder / f"{frame:05d}.png", labels * 2)
    return folder


def start(hands: Hands, path: Path) -> ImportDialog:
    hands.do("import_masks")
    dialog = hands.window.findChild(ImportDialog)
    assert dialog is not None
    dialog.path_field.setText(str(path))
    dialog.import_button.click()
    return dialog


def test_a_folder_of_masks_is_one_entry_of_the_history(
    opened: Hands, masks: Path, moving_square: MovingSquare, qtbot: QtBot
) -> None:
    document = opened.window.document
    before = document.stack.count()
    with qtbot.waitSignal(opened.window.filing.told, timeout=20_000):
        start(opened, masks)
    for frame in range(12):
        assert np.array_equal(document.labels(frame), moving_square.truth[frame] * 2)
    assert 2 in document.project.objects
    assert document.project.provenance(4, 2) == Provenance.USER
    assert document.stack.count() == before + 1
    opened.do("undo")
    assert not document.labels(4).any()
    assert 2 not in document.project.objects


def test_what_there_is_to_import_is_shown_before_it_is_taken(opened: Hands, masks: Path, qtbot: QtBot) -> None:
    opened.do("import_masks")
    dialog = opened.window.findChild(ImportDialog)
    assert dialog is not None
    for path, expected in (
        (masks, "12 frames, 00000 to 00011"),
        (masks / "00003.png", "1 frame, 00000"),  # a single mask goes to the frame that is shown
        (masks / "none.png", f"Cannot import {masks / 'none.png'}: it does not exist."),
    ):
        dialog.path_field.setText(str(path))
        dialog.path_field.editingFinished.emit()
        qtbot.waitUntil(lambda wanted=expected: dialog.preview_label.text() == wanted, timeout=20_000)
    assert dialog.mapping_table.isHidden()
    meta = {"videos": {"clip": {"objects": {"2": {"category": "dog", "frames": []}}}}}
    named = masks.parent / "data"
    (named / "Annotations").mkdir(parents=True)
    masks.rename(named / "Annotations" / "clip")
    (named / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    dialog.path_field.setText(str(named))
    dialog.path_field.editingFinished.emit()
    qtbot.waitUntil(lambda: dialog.preview_label.text() == "12 frames, 00000 to 00011", timeout=20_000)
    table = dialog.mapping_table
    assert [table.item(row, 0).text() for row in range(table.rowCount())] == ["dog (index 2)"]
    box = table.cellWidget(0, 1)
    assert isinstance(box, QComboBox)
    assert [box.itemText(row) for row in range(box.count())] == ["New object 2", "1  Object 1", "Leave it out"]
    assert table.isVisible()
    assert not opened.window.document.labels(4).any()
    dialog.close()


def test_what_a_person_painted_stays(opened: Hands, masks: Path, qtbot: QtBot) -> None:
    opened.paint_square()
    mine = opened.window.document.labels(0).copy()
    with qtbot.waitSignal(opened.window.filing.told, timeout=20_000):
        start(opened, masks)
    assert np.array_equal(opened.window.document.labels(0), mine)


def test_masks_that_do_not_fit_are_told(opened: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    write_label_map(tmp_path / "00000.png", np.ones((9, 9), np.uint8))
    dialog = start(opened, tmp_path / "00000.png")
    qtbot.waitUntil(lambda: dialog.import_button.isEnabled(), timeout=20_000)
    assert "is for 9 x 9 pixels" in dialog.preview_label.text()
    assert not opened.window.document.labels(0).any()
    dialog.close()


def test_values_that_could_be_ids_or_shades_are_asked_about(opened: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    values = np.zeros((48, 64), np.uint8)
    values[:10], values[20:30], values[40:] = 1, 2, 3
    Image.fromarray(values).save(tmp_path / "00000.png")
    dialog = start(opened, tmp_path / "00000.png")
    qtbot.waitUntil(lambda: "ids or shades" in dialog.preview_label.text(), timeout=20_000)
    assert dialog.values_box.isVisible()
    assert not opened.window.document.labels(0).any()
    dialog.values_box.setCurrentIndex(dialog.values_box.findData("ids"))
    qtbot.waitUntil(lambda: dialog.mapping_table.rowCount() == 3, timeout=20_000)
    dialog.import_button.click()
    assert np.array_equal(opened.window.document.labels(0), values)


def test_colours_of_a_palette_of_the_users_own(opened: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:10], picture[20:30] = (12, 200, 40), (200, 30, 90)
    Image.fromarray(picture).save(tmp_path / "00000.png")
    (tmp_path / "colours.gpl").write_text("GIMP Palette\n200 30 90\tdog\n12 200 40\tcat\n", encoding="utf-8")
    opened.do("import_masks")
    dialog = opened.window.findChild(ImportDialog)
    assert dialog is not None
    assert not dialog.values_box.isVisible()
    dialog.path_field.setText(str(tmp_path / "00000.png"))
    dialog.look()
    qtbot.waitUntil(lambda: "not of the DAVIS palette" in dialog.preview_label.text(), timeout=20_000)
    assert dialog.values_box.isVisible()
    assert not dialog.palette_field.isVisible()
    dialog.palette_field.setText(str(tmp_path / "colours.gpl"))  # else it asks for a file
    dialog.values_box.setCurrentIndex(dialog.values_box.findText("Colours of a palette file"))
    assert dialog.palette_field.isVisible()
    names = ["dog (colour #c81e5a)", "cat (colour #0cc828)"]
    table = dialog.mapping_table
    qtbot.waitUntil(
        lambda: [table.item(row, 0).text() for row in range(table.rowCount())] == names and table.isVisible(),
        timeout=20_000,
    )
    dialog.import_button.click()
    expected = np.zeros((48, 64), np.uint8)
    expected[:10], expected[20:30] = 2, 1
    qtbot.waitUntil(lambda: np.array_equal(opened.window.document.labels(0), expected), timeout=20_000)
    objects = opened.window.document.project.objects
    assert (objects[2].name, objects[2].colour) == ("cat", (12, 200, 40))


def test_an_object_of_the_file_goes_where_it_is_told_and_others_stay(opened: Hands, masks: Path, qtbot: QtBot) -> None:
    window = opened.window
    opened.do("new_object")
    other = np.zeros((48, 64), bool)
    other[40:] = True
    project = window.document.project
    with project.edit():
        project.set_labels(4, other.astype(np.uint8) * 2)
        project.set_provenance(4, 2, Provenance.MODEL)
    opened.do("import_masks")
    dialog = window.findChild(ImportDialog)
    assert dialog is not None
    dialog.path_field.setText(str(masks))
    dialog.look()
    qtbot.waitUntil(lambda: dialog.mapping_table.isVisible(), timeout=20_000)
    box = dialog.mapping_table.cellWidget(0, 1)
    assert isinstance(box, QComboBox)
    assert box.currentData() == 2
    box.setCurrentIndex(box.findData(1))
    dialog.meaning_box.setCurrentIndex(dialog.meaning_box.findData(int(Provenance.MODEL)))
    assert not window.document.labels(5).any()
    dialog.import_button.click()
    assert set(np.unique(window.document.labels(5)).tolist()) == {0, 1}
    assert window.document.project.provenance(5, 1) == Provenance.MODEL
    labels = window.document.labels(4)
    assert (labels == 1).any()
    assert (labels == 2).sum() == other.sum()  # the file does not speak of it
