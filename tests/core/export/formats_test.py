"""What holds for every export format: count, ranges, objects, atomicity, refusals."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.exchange import WRITABLE, ExportStep, Format, LabelledFrames, LabelledVideo, Selection, export, find_format
from lipcore.export.selection import safe_name
from lipcore.project.project import Project
from tests.core.exchange import HEIGHT, WIDTH, hard_labels, labelled
from tests.helpers import ArrayVideo

NAMES = [form.name for form in WRITABLE]


def pictures(count: int) -> ArrayVideo:
    return ArrayVideo(np.random.default_rng(2).integers(0, 256, (count, HEIGHT, WIDTH, 3)).astype(np.uint8))


def target_of(form: Format, folder: Path) -> Path:
    return folder / f"out{form.writer.suffix}"


@pytest.mark.parametrize("name", NAMES)
def test_progress_counts_every_frame_and_output_appears_at_the_end(tmp_path: Path, name: str) -> None:
    maps, form = hard_labels(), find_format(name)
    selection = Selection(labelled(maps), pictures=pictures(len(maps)))
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
    steps = export(Selection(labelled(maps), pictures=pictures(len(maps))), form, target_of(form, tmp_path))
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
        list(export(Selection(source, pictures=pictures(len(maps))), form, target_of(form, tmp_path)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_existing_output_is_refused_then_overwritten(tmp_path: Path, name: str) -> None:
    maps, form = hard_labels(), find_format(name)
    selection = Selection(labelled(maps), pictures=pictures(len(maps)))
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
    project = Project.create(pictures(3))
    source: LabelledVideo = project
    labels = hard_labels()[0]
    project.set_labels(1, labels)
    list(export(Selection(source), find_format("davis"), tmp_path / "out"))
    assert len(list((tmp_path / "out" / "array").glob("*.png"))) == 3


def test_range_and_objects_are_respected() -> None:
    maps = hard_labels()
    selection = Selection(labelled(maps), 2, 4, (2, 4))
    assert list(selection.frames) == [2, 3, 4]
    assert set(np.unique(selection.labels(2))) == {0, 2, 4, 255}
    np.testing.assert_array_equal(selection.labels(2) == 4, maps[2] == 4)


@pytest.mark.parametrize(
    ("first", "last", "only", "words"),
    [(5, 2, None, "not a range"), (0, 99, None, "not a range"), (-1, 2, None, "not a range"), (0, 1, (), "No object")],
)
def test_impossible_selections_are_refused(first: int, last: int, only: tuple[int, ...] | None, words: str) -> None:
    with pytest.raises(LipError, match=words):
        Selection(labelled(hard_labels()), first, last, only)


def test_unknown_object_and_wrong_number_of_pictures_are_refused() -> None:
    with pytest.raises(LipError, match="no object 9"):
        Selection(labelled(hard_labels()[:2]), only=(9,))
    with pytest.raises(LipError, match="3 frames but 8"):
        Selection(labelled(hard_labels()), pictures=pictures(3))


@pytest.mark.parametrize(
    "names", [["../x", "b"], ["a", "A"], ["con", "b"], ["a/b", "b"], ["", "b"], ["..", "b"], ["a.", "b"]]
)
def test_frame_names_that_would_leave_the_folder_or_clash_become_numbers(names: list[str]) -> None:
    labels = np.zeros((4, 4), np.uint8)
    source = LabelledFrames("clip", 4, 4, names, 24.0, {}, lambda _: labels)
    assert list(Selection(source).frame_names) == ["00000", "00001"]


LETTERS = (
    "../../x",
    "a" * 500,
    "森" * 300,
    "é. " * 100,
    "",
    "..",
    "CON.txt",
    "a\nb",
    "C:\\x",
    " x. ",
    "💥/é",
    "\x00",
    "\ud800a",
    "\udcffb",
)


@pytest.mark.parametrize("text", LETTERS)
def test_safe_names_are_single_path_components(tmp_path: Path, text: str) -> None:
    (tmp_path / safe_name(text)).mkdir()
    assert [path.name for path in tmp_path.iterdir()] == [safe_name(text)]
    assert safe_name(safe_name(text)) == safe_name(text)
