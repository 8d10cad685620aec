"""What holds for every export format: count, names, atomicity, refusals."""

from __future__ import annotations

import errno
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.exchange import WRITABLE, ExportStep, Format, LabelledFrames, LabelledVideo, Selection, export, find_format
from lipcore.project.project import Project
from tests.core.export.noise import noise_video
from tests.core.hard_labels import HEIGHT, WIDTH, export_all, hard_labels, labelled

NAMES = [form.name for form in WRITABLE]


def target_of(form: Format, folder: Path) -> Path:
    return folder / f"out{form.writer.suffix}"


@pytest.mark.parametrize("name", NAMES)
def test_progress_counts_every_frame_and_output_appears_at_the_end(tmp_path: Path, name: str) -> None:
    maps, form = hard_labels(), find_format(name)
    selection = Selection(labelled(maps), pictures=noise_video(len(maps)))
    steps = export(selection, form, target_of(form, tmp_path))
    seen = []
    for step in steps:
        seen.append(step)
        assert not target_of(form, tmp_path).exists()
    assert seen == [ExportStep(done, len(maps)) for done in range(len(maps) + 1)]
    assert [path.name for path in tmp_path.iterdir()] == [f"out{form.writer.suffix}"]


@pytest.mark.parametrize("name", NAMES)
def test_cancelled_export_leaves_nothing(tmp_path: Path, name: str) -> None:
    maps, form = hard_labels(), find_format(name)
    steps = export(Selection(labelled(maps), pictures=noise_video(len(maps))), form, target_of(form, tmp_path))
    for _ in range(3):
        next(steps)
    steps.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    maps, form = hard_labels(), find_format(name)

    def read(frame: int) -> np.ndarray:
        if frame == 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        return maps[frame]

    known = labelled(maps)
    source = LabelledFrames("clip", HEIGHT, WIDTH, known.frame_names, 24.0, known.objects, read)
    with pytest.raises(LipError, match="the disk is full"):
        list(export(Selection(source, pictures=noise_video(len(maps))), form, target_of(form, tmp_path)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_existing_output_is_refused_then_overwritten(tmp_path: Path, name: str) -> None:
    maps, form = hard_labels(), find_format(name)
    selection = Selection(labelled(maps), pictures=noise_video(len(maps)))
    list(export(selection, form, target_of(form, tmp_path)))
    with pytest.raises(LipError, match="overwritten"):
        next(export(selection, form, target_of(form, tmp_path)))
    assert list(export(selection, form, target_of(form, tmp_path), overwrite=True))


def test_names_are_unique_and_unknown_ones_are_listed() -> None:
    assert len(set(NAMES)) == len(NAMES)
    with pytest.raises(LipError, match="davis"):
        find_format("nothing")


def test_wrong_suffix_missing_pictures_and_wrong_choice_are_refused(tmp_path: Path) -> None:
    selection, mots = Selection(labelled(hard_labels())), find_format("mots-txt")
    with pytest.raises(LipError, match=r"ends in \.json"):
        next(export(selection, find_format("coco"), tmp_path / "out.txt"))
    with pytest.raises(LipError, match="the video file is needed"):
        next(export(selection, find_format("cutouts"), tmp_path / "out"))
    with pytest.raises(LipError, match="one of 1, 2, not 3"):
        next(export(selection, mots, tmp_path / "out.txt", mots.writer.options(other_class=3)))


def test_a_project_is_a_labelled_video(tmp_path: Path) -> None:
    project = Project.create(noise_video(3))
    source: LabelledVideo = project
    labels = hard_labels()[0]
    project.set_labels(1, labels)
    list(export(Selection(source), find_format("davis"), tmp_path / "out"))
    assert len(list((tmp_path / "out" / "array").glob("*.png"))) == 3


@pytest.mark.parametrize("form", [known for known in WRITABLE if not known.writer.suffix], ids=lambda known: known.name)
@pytest.mark.parametrize("flipped", [False, True])
def test_the_names_told_beforehand_are_those_written(tmp_path: Path, form: Format, flipped: bool) -> None:
    maps = hard_labels(ignore=False)
    selection = Selection(labelled(maps), 1, 6, pictures=noise_video(len(maps)))
    switches = {field.name: True for field in fields(form.writer.options) if field.default is False and flipped}
    options = form.writer.options(**switches)
    list(export(selection, form, tmp_path / "out", options))
    beside = {"data.yaml", "meta.json", "ImageSets/2017/val.txt", "ImageSets/Segmentation/default.txt"}
    beside |= {"labelmap.txt", "isat.yaml"}
    written = {
        path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()
    }
    told = {name for frame in selection.frames for name in form.writer.names(selection, options, frame)}
    if form.name == "masks":  # an object that is seen somewhere has a mask in every frame
        assert told <= written
    else:
        assert told == {name for name in written if name not in beside and not name.startswith(".")}


@pytest.mark.parametrize("form", [form for form in WRITABLE if not form.writer.suffix], ids=lambda form: form.name)
def test_hidden_files_are_of_no_kind_that_programs_collect(form: Format, tmp_path: Path) -> None:
    """Programs read every *.json, *.png or *.txt of a folder, those with a dot in front, too."""
    if form.writer.needs_pictures(form.writer.options()):
        pytest.skip("shows the video's pictures")
    export_all(labelled(hard_labels()[:2]), form.name, tmp_path / "out")
    hidden = [path for path in (tmp_path / "out").rglob(".*") if path.is_file()]
    assert [path.suffix for path in hidden] == [""]
