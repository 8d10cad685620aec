"""The export dialog's preview: names as they will be written, the range, the objects, and why nothing can be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from lipcore.exchange import WRITABLE
from lipcore.project.objects import VideoObject
from lipcore.project.project import Project
from lipgui.basics.frame_selection import FrameSelection
from lipgui.dialogs.export_dialog import ExportDialog
from lipgui.jobs.jobs import JobQueue
from lipgui.widgets.number_box import NumberBox
from tests.helpers import blank_video


@pytest.fixture
def dialog(qtbot: QtBot) -> ExportDialog:
    """A dialog for twelve frames in which a dog is seen everywhere and a cat nowhere."""
    video = blank_video()
    project = Project.create(video)
    for number, name in enumerate(("dog", "cat"), start=1):
        project.set_object(VideoObject(number, name, (10, 20, 30)))
    for frame in range(12):
        labels = np.zeros((48, 64), np.uint8)
        labels[5:20, 5:20] = 1
        project.set_labels(frame, labels)
    made = ExportDialog(project, video, JobQueue())
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # qtbot deletes it
    qtbot.addWidget(made)
    return made


def choose(dialog: ExportDialog, form: str) -> list[str]:
    """Choose a format and give the lines of the preview."""
    dialog.format_box.setCurrentIndex([known.name for known in WRITABLE].index(form))
    return dialog.preview_label.text().splitlines()


@pytest.mark.parametrize("form", [known.name for known in WRITABLE])
def test_the_names_shown_are_those_written(dialog: ExportDialog, form: str, tmp_path: Path, qtbot: QtBot) -> None:
    choose(dialog, form)
    target = tmp_path / dialog.target.name
    dialog.place_field.setText(str(target))
    place, frames, objects = dialog.preview_label.text().splitlines()
    first, last = frames.removeprefix("12 frames, ").split(" to ")
    assert target.name in place
    assert objects == "2 objects: dog, cat"
    with qtbot.waitSignal(dialog.finished_with, timeout=30_000):
        dialog.export_button.click()
    if dialog.format.writer.suffix:
        assert target.is_file()
        assert (first, last) == ("00000", "00011")
    else:
        assert (target / first).is_file()
        assert (target / last).is_file()


def test_the_range_and_the_objects_chosen_are_shown(dialog: ExportDialog) -> None:
    dialog.first_box.setValue(3)
    dialog.last_box.setValue(5)
    dialog.objects_list.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.preview_label.text().splitlines()[1:] == [
        "3 frames, array/00003.png to array/00005.png",
        "1 object: dog",
    ]
    assert dialog.export_button.isEnabled()


def test_an_option_changes_the_names(dialog: ExportDialog) -> None:
    choose(dialog, "davis")
    dialog.form.findChildren(QCheckBox)[0].click()
    assert "Annotations/Full-Resolution/array/00000.png" in dialog.preview_label.text()


def test_names_follow_the_template_and_a_wrong_one_is_a_sentence(dialog: ExportDialog) -> None:
    choose(dialog, "mattes")
    assert "array_dog_00000.png to array_cat_00011.png" in dialog.preview_label.text()
    (template,) = dialog.form.findChildren(QLineEdit, "name_template")
    template.setText("{object}.{frame:04d}")
    assert "dog.0000.png to cat.0011.png" in dialog.preview_label.text()
    dialog.form.findChildren(NumberBox)[0].setValue(1001)
    assert "dog.1001.png to cat.1012.png" in dialog.preview_label.text()
    template.setText("{object}")
    assert "gives two files the name 'dog.png': put {frame} into it" in dialog.preview_label.text()
    assert not dialog.export_button.isEnabled()


def test_the_place_is_a_file_or_a_folder_as_the_options_say(dialog: ExportDialog) -> None:
    choose(dialog, "matte-video")
    dialog.place_field.setText(str(dialog.target.parent / "mine.mp4"))
    codec = dialog.form.findChildren(QComboBox)[0]
    codec.setCurrentText("vp9")
    assert dialog.target.name == "mine.webm"
    check = next(box for box in dialog.form.findChildren(QCheckBox) if box.text() == "A file per object")
    check.click()
    assert dialog.target.name == "mine"
    assert "array_dog.webm to array_cat.webm" in dialog.preview_label.text()
    check.click()
    assert dialog.target.name == "mine.webm"


def test_what_cannot_be_exported_is_a_sentence(dialog: ExportDialog) -> None:
    for row in range(2):
        dialog.objects_list.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.preview_label.text() == "No object is chosen for the export."
    assert not dialog.export_button.isEnabled()
    dialog.objects_list.item(0).setCheckState(Qt.CheckState.Checked)
    assert dialog.export_button.isEnabled()
    dialog.last_box.setValue(2)
    dialog.first_box.setValue(7)
    assert "not a range" in dialog.preview_label.text()
    assert not dialog.export_button.isEnabled()


def test_what_an_object_becomes_is_shown_before_anything_is_written(dialog: ExportDialog) -> None:
    choose(dialog, "yolo")
    assert [dialog.objects_list.item(row).text() for row in range(2)] == ["dog  →  class 0", "cat  →  class 1"]
    choose(dialog, "mots-png")
    assert dialog.objects_list.item(0).text() == "dog  →  2001 (pedestrian)"
    dialog.objects_list.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.objects_list.item(1).text() == "cat"


def test_the_range_is_the_whole_video_unless_in_and_out_say_otherwise(dialog: ExportDialog) -> None:
    dialog.offer_ranges(FrameSelection(3, 5, (1,)))
    titles = [dialog.range_box.itemText(row) for row in range(dialog.range_box.count())]
    assert titles == ["Whole video", "Selected on the timeline", "From … to …"]
    assert (dialog.first_box.value(), dialog.last_box.value()) == (0, 11)
    dialog.range_box.setCurrentIndex(1)
    assert (dialog.first_box.value(), dialog.last_box.value()) == (3, 5)
    assert "Not the whole video: 3 of 12 frames." in dialog.warning_label.text()
    dialog.last_box.setValue(6)
    assert dialog.range_box.currentText() == "From … to …"


def test_frames_where_nobody_looked_for_an_object_are_said(dialog: ExportDialog) -> None:
    assert dialog.warning_label.text() == "cat has no mask yet on 12 of these frames, the first is 0."
    dialog.objects_list.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.warning_label.isHidden()


def test_a_second_export_lies_beside_the_first(dialog: ExportDialog, tmp_path: Path, qtbot: QtBot) -> None:
    choose(dialog, "davis")
    dialog.place_field.setText(str(tmp_path / "array-davis"))
    with qtbot.waitSignal(dialog.finished_with, timeout=30_000) as finished:
        dialog.export_button.click()
        dialog.place_field.setText(str(tmp_path / "changed-meanwhile"))
    assert finished.args == [tmp_path / "array-davis"]
    dialog.place_field.setText(str(tmp_path / "array-davis"))
    choose(dialog, "youtube-vos")
    assert dialog.target == tmp_path / "array-youtube-vos"
