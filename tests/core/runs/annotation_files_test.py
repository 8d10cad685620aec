"""Annotations given as files: one mask, a folder of masks, or what a person painted in a project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.masks import write_label_map
from lipcore.project.provenance import Provenance
from lipcore.runs.annotation_files import annotation_inputs, read_annotations
from lipcore.storage.project_folder import ProjectFolder
from tests.core.project.helpers import paint, small_project
from tests.helpers import blank_video

VIDEO = blank_video(6, 20, 30)
LABELS = np.zeros((20, 30), np.uint8)
LABELS[2:8, 3:9] = 1


def read(path: Path) -> tuple[dict[int, np.ndarray], list[str]]:
    told: list[str] = []
    return read_annotations(path, VIDEO, told.append), told


def test_a_single_mask_is_for_the_first_frame_and_that_is_said_where_its_name_says_otherwise(tmp_path: Path) -> None:
    for name, sentences in (("drawing.png", 0), ("00003.png", 1)):
        write_label_map(tmp_path / name, LABELS)
        found, told = read(tmp_path / name)
        assert list(found) == [0]
        np.testing.assert_array_equal(found[0], LABELS)
        assert len(told) == sentences


def test_masks_of_a_folder_are_for_the_frames_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    for frame in (1, 4):
        write_label_map(tmp_path / "masks" / f"{frame:05d}.png", LABELS)
    assert list(read(tmp_path / "masks")[0]) == [1, 4]


def test_a_mask_that_is_one_pixel_off_is_stretched_and_that_is_said(tmp_path: Path) -> None:
    write_label_map(tmp_path / "a.png", np.ones((21, 30), np.uint8))
    found, told = read(tmp_path / "a.png")
    assert found[0].shape == (20, 30)
    assert any("stretched" in sentence for sentence in told)


def test_of_a_project_what_a_person_painted_is_read(tmp_path: Path) -> None:
    project = small_project(6)
    paint(project, 1, 1)
    paint(project, 3, 2, Provenance.MODEL)
    ProjectFolder.create(tmp_path / "a.lip", project).close()
    found, _ = read(tmp_path / "a.lip")
    assert list(found) == [1]
    np.testing.assert_array_equal(found[1], project.labels(1))
    with pytest.raises(LipError, match="a project of another video"):
        read_annotations(tmp_path / "a.lip", blank_video(5, 20, 30))


def test_what_is_missing_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="does not exist"):
        read(tmp_path / "none")


def test_a_palette_is_read_too() -> None:
    assert annotation_inputs(Path("a"), "ids") == (Path("a"),)
    assert annotation_inputs(Path("a"), "own.txt") == (Path("a"), Path("own.txt"))
