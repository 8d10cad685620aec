"""The edits that can be taken back, on disk: they come back as they were, or not at all."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.mask_store import PackedLabels
from lipcore.project.objects import default_object
from lipcore.project.past_edit import PastEdit
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell, FrameChange
from lipcore.storage.edits_file import EDITS, read_edits, write_edits
from lipcore.storage.project_folder import ProjectFolder
from tests.core.storage.mutated_files_test import mutate_bytes, mutate_json
from tests.helpers import blank_video

NOISE = np.random.default_rng(1).integers(0, 2, (48, 64), np.uint8)


@pytest.fixture
def project() -> Project:
    project = Project.create(blank_video(6))
    project.set_object(default_object(1))
    return project


def change(project: Project, frame: int, labels: np.ndarray) -> FrameChange:
    cell = Cell(1, Provenance.MODEL, 0.25, (1.0, 2.0, 3.5, 4.0), agreement=0.5)
    made = project.change(frame, labels, [cell])
    project.restore(made.after)
    return made


@pytest.fixture
def edits(project: Project) -> list[PastEdit]:
    first = change(project, 2, np.full((48, 64), 1, np.uint8))
    second = change(project, 2, NOISE)
    both = change(project, 4, NOISE), second
    objects = (), (default_object(1),)
    weights = project.add_weights(b"state", [2]).name
    return [
        PastEdit("Add object", objects=objects),
        PastEdit("Paint", (first,)),
        PastEdit("Correct", both, weights=("", weights), by_run=True),
    ]


@pytest.fixture
def folder(project: Project, edits: list[PastEdit], tmp_path: Path) -> Path:
    """A project that was saved with its edits, and closed."""
    opened = ProjectFolder.create(tmp_path / "clip.lip", project)
    opened.flush()
    write_edits(opened.path, project, edits)
    opened.close()
    return opened.path


def read(folder: Path) -> tuple[PastEdit, ...]:
    opened = ProjectFolder.open(folder)
    try:
        return read_edits(folder, opened.project)
    finally:
        opened.close()


def plain(edit: PastEdit) -> PastEdit:
    """The edit without the numbers of revisions, which begin anew."""
    changes = [FrameChange(*(replace(side, revision=0) for side in (each.before, each.after))) for each in edit.changes]
    return replace(edit, changes=tuple(changes))


def test_edits_come_back_as_they_were(folder: Path, edits: list[PastEdit]) -> None:
    found = read(folder)
    assert [*found] == list(map(plain, edits))
    first, later = found[1].changes[0], found[2].changes[1]
    assert first.after.packed is later.before.packed  # so that what changed no pixel is known for that
    assert later.changes_pixels


@pytest.mark.parametrize("what", ["pixels", "objects", "weights"])
def test_a_project_that_was_changed_otherwise_meanwhile_has_no_edits_to_take_back(folder: Path, what: str) -> None:
    with_edits = ProjectFolder.open(folder)
    if what == "pixels":
        change(with_edits.project, 5, NOISE)
    elif what == "objects":
        with_edits.project.set_object(replace(default_object(1), name="other"))
    else:
        with_edits.project.use_weights("")
    with_edits.close()
    assert read(folder) == ()


def test_a_damaged_file_is_passed_over(folder: Path, edits: list[PastEdit]) -> None:
    path, generator = folder / EDITS, np.random.default_rng(3)
    whole = path.read_bytes()
    for _ in range(60):
        data = bytearray(whole)
        data[int(generator.integers(len(data)))] ^= 1 << int(generator.integers(8))
        path.write_bytes(bytes(data))
        assert read(folder) == ()
    for length in (0, 5, 20, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert read(folder) == ()


def test_a_label_map_that_does_not_unpack_to_its_size_is_refused() -> None:
    packed, _ = PackedLabels.pack(NOISE)
    runs, _ = PackedLabels.pack(np.full((48, 64), 1, np.uint8))
    for each in (packed, runs):
        assert PackedLabels.checked(48, 64, each.coding, each.data) == each
        for height, width, data in ((48, 65, each.data), (4, 4, each.data), (48, 64, each.data[:-6]), (48, 64, b"")):
            with pytest.raises(LipError, match="damaged"):
                PackedLabels.checked(height, width, each.coding, data)
    with pytest.raises(LipError, match="damaged"):
        PackedLabels.checked(48, 64, "other", packed.data)


def test_mutated_edits_come_back_whole_or_not_at_all(folder: Path, edits: list[PastEdit]) -> None:
    """Changes of the list and of the label maps, under a stamp and a digest that are right: nothing raises."""
    data, opened = (folder / EDITS).read_bytes(), ProjectFolder.open(folder)
    start = data.index(b'{"stamp"')
    magic, end = data[: start - 40], start + int.from_bytes(data[start - 8 : start], "little")
    outcomes = set()
    for number in range(int(os.environ.get("LIP_MUTATED_EDITS", "400"))):
        dice = random.Random(f"edits:{number}")
        header, maps = data[start:end], data[end:]
        if dice.random() < 0.7:
            header = mutate_json(header, dice)
        else:
            maps = mutate_bytes(maps, dice)
        body = len(header).to_bytes(8, "little") + header + maps
        (folder / EDITS).write_bytes(magic + sha256(body).digest() + body)
        found = read_edits(folder, opened.project)
        assert len(found) < 4 * len(edits)  # an entry may have been doubled
        for edit in found:
            for each in edit.changes:
                for side in (each.before, each.after):
                    assert side.packed is None or side.packed.unpack().shape == (48, 64)
        outcomes.add(bool(found))
    opened.close()
    assert outcomes == {True, False}
