"""Delivery from the real window: what compositing programs take, with names as typed, and nothing half when stopped."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import OpenEXR
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from lipgui.dialogs.export_dialog import ExportDialog
from lipgui.widgets.number_box import NumberBox
from tests.e2e.conftest import Hands
from tests.helpers import MovingSquare

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def propagated(opened: Hands) -> Hands:
    """The moving square painted on frame 0 and propagated to all others."""
    opened.paint_square()
    opened.run("propagate_forward")
    return opened


def dialog_of(hands: Hands, form: str, place: Path) -> ExportDialog:
    """The dialog, opened by its key, with a format and a place chosen."""
    hands.key(Qt.Key.Key_E, CONTROL)
    (dialog,) = hands.window.findChildren(ExportDialog)
    dialog.format_box.setCurrentIndex(dialog.format_box.findData(form))
    dialog.place_field.setText(str(place))
    return dialog


def write(hands: Hands, dialog: ExportDialog) -> None:
    with hands.qtbot.waitSignal(dialog.finished_with, timeout=30_000):
        QTest.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)


def test_prores_with_the_alpha_that_is_seen(propagated: Hands, moving_square: MovingSquare, tmp_path: Path) -> None:
    path = tmp_path / "square.mov"
    write(propagated, dialog_of(propagated, "prores", path))
    with av.open(str(path)) as container:
        planes = [frame.planes[3] for frame in container.decode(video=0)]
    assert len(planes) == 12
    for plane, truth in zip(planes, moving_square.truth, strict=True):
        alpha = np.frombuffer(plane, np.uint16).reshape(-1, plane.line_size // 2)[:48, :64]
        np.testing.assert_array_equal(alpha, np.where(truth, 4095, 0))  # ProRes decodes to 12 bits


def test_names_are_typed_and_seen_before_they_are_written(
    propagated: Hands, moving_square: MovingSquare, tmp_path: Path
) -> None:
    dialog = dialog_of(propagated, "exr", tmp_path / "plates")
    template = dialog.form.findChild(QLineEdit, "name_template")
    template.selectAll()
    QTest.keyClicks(template, "{shot}.{frame:04d}")
    assert "no field {shot}" in dialog.preview_label.text()
    assert not dialog.export_button.isEnabled()
    template.selectAll()
    QTest.keyClicks(template, "square.{frame:04d}")
    dialog.form.findChild(NumberBox, "first_frame").setValue(1001)
    assert "square.1001.exr to square.1012.exr" in dialog.preview_label.text()
    write(propagated, dialog)
    names = sorted(path.name for path in (tmp_path / "plates").glob("*.exr"))
    assert names == [f"square.{number}.exr" for number in range(1001, 1013)]
    channels = OpenEXR.File(str(tmp_path / "plates" / names[7]), separate_channels=True).channels()
    np.testing.assert_array_equal(channels["Object_1.A"].pixels, moving_square.truth[7])


def test_mattes_of_sixteen_bits(propagated: Hands, moving_square: MovingSquare, tmp_path: Path) -> None:
    write(propagated, dialog_of(propagated, "mattes", tmp_path / "mattes"))
    files = sorted((tmp_path / "mattes").glob("*.png"))
    for path, truth in zip(files, moving_square.truth, strict=True):
        np.testing.assert_array_equal(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), truth * np.uint16(65535))


def test_one_export_dialog_alone_is_open(propagated: Hands) -> None:
    for _ in range(2):
        propagated.key(Qt.Key.Key_E, CONTROL)
        assert len([each for each in propagated.window.findChildren(ExportDialog) if each.isVisible()]) == 1


@pytest.mark.parametrize(("form", "name"), [("prores", "a.mov"), ("matte-video", "a.mp4"), ("exr", "plates")])
def test_a_stopped_delivery_leaves_nothing(propagated: Hands, tmp_path: Path, form: str, name: str) -> None:
    target = tmp_path / "out" / name
    dialog = dialog_of(propagated, form, target)
    with propagated.qtbot.waitSignal(propagated.window.filing.files_queue.job_ended, timeout=20_000):
        QTest.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
        dialog.reject()
    assert not target.exists()
    assert not target.parent.exists()
