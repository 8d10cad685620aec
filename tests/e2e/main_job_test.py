"""The main job: open, paint, tune, propagate, scrub, undo, export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lipcore.masks import read_label_map
from lipcore.project.provenance import Provenance
from lipgui.dialogs.export_dialog import ExportDialog
from tests.e2e.conftest import Hands
from tests.helpers import MovingSquare


def test_from_a_folder_of_images_to_exported_masks(
    opened: Hands, moving_square: MovingSquare, tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened.window
    document, truth = window.document, moving_square.truth
    opened.paint_square()
    assert np.array_equal(document.labels(0), truth[0])
    assert document.project.provenance(0, 1) == Provenance.USER

    losses = []
    window.segmentation.lossMeasured.connect(lambda number, loss: losses.append((number, loss)))
    opened.run("tune")
    assert [number for number, _ in losses] == [1, 2, 3, 4, 5]
    assert document.tuned_weights() == b"1:5"

    opened.run("propagate_forward")
    for frame in range(12):
        assert np.array_equal(document.labels(frame), truth[frame]), frame
    assert document.project.provenance(7, 1) == Provenance.MODEL
    assert window.timeline.lanes.cells.frame_count == 12

    opened.go_to(7)
    assert window.viewing.shown == 7

    opened.do("undo")
    assert not document.labels(7).any()
    assert document.labels(0).any()
    opened.do("redo")
    assert np.array_equal(document.labels(7), truth[7])

    opened.do("export")
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    target = tmp_path / "exported"
    dialog.place_field.setText(str(target))
    with qtbot.waitSignal(dialog.finished_with, timeout=20_000):
        dialog.export_button.click()
    written = sorted(target.rglob("*.png"))
    assert [path.stem for path in written] == list(document.project.frame_names)
    for frame, path in enumerate(written):
        assert np.array_equal(read_label_map(path), document.labels(frame)), path


def test_the_first_stroke_makes_the_first_object(hands: Hands, moving_square: MovingSquare) -> None:
    hands.open(moving_square.path)
    hands.paint_square()
    document = hands.window.document
    assert np.array_equal(document.labels(0), moving_square.truth[0])
    assert list(document.project.objects) == [1]
    hands.do("undo")
    assert list(document.project.objects) == []


def test_the_brush_paints_and_the_right_button_erases(opened: Hands) -> None:
    document = opened.window.document
    opened.key(Qt.Key.Key_B)
    opened.window.looking.set_brush_size(6)
    opened.drag((20, 20), (40, 20))
    painted = int((document.labels(0) == 1).sum())
    assert 100 < painted < 200
    assert document.labels(0)[20, 30] == 1
    opened.drag((20, 20), (30, 20), button=Qt.MouseButton.RightButton)
    assert document.labels(0)[20, 22] == 0
    assert document.labels(0)[20, 38] == 1
    opened.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert int((document.labels(0) == 1).sum()) == painted
    opened.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not document.labels(0).any()
    opened.key(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert int((document.labels(0) == 1).sum()) == painted
