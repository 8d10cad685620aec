"""What is in a folder of results: whole, damaged, changed by a person, or without a mark."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lipcore.batch.standing import MARK, Standing, digests_of, refuse_changed, standing
from lipcore.errors import LipError
from lipcore.files import digest
from lipcore.masks import write_label_map
from lipcore.runs.results_folder import REPORT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A finished folder of three masks with its mark."""
    for frame in range(3):
        write_label_map(tmp_path / f"{frame:05d}.png", np.full((4, 5), frame, np.uint8))
    mark = {"summary": {"frames": 3}, "made_of": "abc", "files": digests_of(tmp_path)}
    (tmp_path / MARK).write_text(json.dumps(mark))
    return tmp_path


def test_a_folder_as_it_was_written_is_whole(folder: Path) -> None:
    assert standing(folder) == Standing({"frames": 3}, "abc")
    assert list(digests_of(folder)) == ["00000.png", "00001.png", "00002.png"]  # the mark is none of them
    refuse_changed(folder)


def test_what_is_missing_or_cut_off_is_gone_and_another_mask_is_a_persons(folder: Path) -> None:
    (folder / "00000.png").unlink()
    (folder / "00001.png").write_bytes((folder / "00001.png").read_bytes()[:20])
    write_label_map(folder / "00002.png", np.ones((4, 5), np.uint8))
    found = standing(folder)
    assert (found.gone, found.changed) == (("00000.png", "00001.png"), ("00002.png",))
    with pytest.raises(LipError, match=r"00002\.png was changed after LIP wrote it"):
        refuse_changed(folder)


def test_several_changed_files_are_counted(folder: Path) -> None:
    for frame in range(2):
        write_label_map(folder / f"{frame:05d}.png", np.full((4, 5), 9, np.uint8))
    with pytest.raises(LipError, match=r"00000\.png and 1 more was changed"):
        refuse_changed(folder)


@pytest.mark.parametrize("mark", ["", "[]", "{}", '{"summary": {}}', '{"summary": 5, "files": {}}'])
def test_without_a_mark_the_report_tells_what_a_person_changed(folder: Path, mark: str) -> None:
    (folder / MARK).write_text(mark)
    assert standing(folder) == Standing()
    masks = {"00000.png": digest((folder / "00000.png").read_bytes()), "00001.png": "another"}
    (folder / REPORT).write_text(json.dumps({"masks": masks}))
    assert standing(folder) == Standing(changed=("00001.png",))


def test_nothing_at_all_is_no_result(tmp_path: Path) -> None:
    assert standing(tmp_path / "none") == Standing()
