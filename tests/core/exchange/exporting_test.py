"""Exports in every format: counted, whole or not at all, and refused before anything is written."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.exchange import WRITABLE, ExportReport, Format, LabelledFrames, Selection, export, find_format
from tests.core.export.noise import noise_video
from tests.core.hard_labels import HEIGHT, WIDTH, hard_labels, labelled

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
    assert seen == [ExportReport(done, len(maps)) for done in range(len(maps) + 1)]
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


def test_wrong_suffix_missing_pictures_and_wrong_choice_are_refused(tmp_path: Path) -> None:
    selection, mots = Selection(labelled(hard_labels())), find_format("mots-txt")
    with pytest.raises(LipError, match=r"ends in \.json"):
        next(export(selection, find_format("coco"), tmp_path / "out.txt"))
    with pytest.raises(LipError, match="the video file is needed"):
        next(export(selection, find_format("cutouts"), tmp_path / "out"))
    with pytest.raises(LipError, match="one of 1, 2, not 3"):
        next(export(selection, mots, tmp_path / "out.txt", mots.writer.options(other_class=3)))
