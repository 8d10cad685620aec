"""Curves on disk: they come back as they were, old projects open, and damaged ones are dropped with a sentence."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lipcore.curves.curve import Curve
from lipcore.errors import LipError
from lipcore.project.objects import default_object
from lipcore.project.past_edit import PastEdit
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import FrameChange
from lipcore.storage.curve_documents import curve_document, decode_curve
from lipcore.storage.edits_file import read_edits, write_edits
from lipcore.storage.project_files import ProjectFiles
from lipcore.storage.project_folder import ProjectDamaged, ProjectFolder
from lipcore.storage.project_lock import ProjectPlace
from lipcore.workflow.curves import draw
from tests.core.curves.shapes import curves, moving
from tests.core.project.helpers import assert_same, paint, small_project
from tests.core.storage.faulty_disk import FaultyDisk

FRAMES = 40


def edit(project: Project, object_id: int, *wanted: Curve) -> PastEdit:
    """Give an object these curves and the masks that they draw, as the window does."""
    changes = tuple(each.change for each in draw(project, object_id, wanted) if not each.change.is_empty())
    before = tuple(project.objects.values())
    with project.edit():
        for change in changes:
            project.restore(change.after)
        project.set_object(replace(project.objects[object_id], curves=wanted))
    return PastEdit("Curve", changes, (before, tuple(project.objects.values())))


@settings(max_examples=80, deadline=None)
@given(curves(FRAMES - 1))
def test_a_curve_comes_back_from_json(curve: Curve) -> None:
    assert decode_curve(json.loads(json.dumps(curve_document(curve))), FRAMES) == curve


@settings(max_examples=150, deadline=None)
@given(curves(FRAMES - 1), st.data())
def test_a_changed_document_gives_a_curve_or_a_sentence(curve: Curve, data: st.DataObject) -> None:
    document: Any = json.loads(json.dumps(curve_document(curve)))
    junk = data.draw(
        st.sampled_from([None, True, -1, 0, 2**31, 1e308, 1e5 + 1, "x", [], {}, [[]], [[0, 1]], {"a": 1}, [None] * 9])
    )
    place = document
    while isinstance(place, dict | list) and place:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if data.draw(st.booleans()) or not isinstance(place[key], dict | list):
            place[key] = junk
            break
        place = place[key]
    with suppress(LipError):
        assert np.isfinite(decode_curve(document, FRAMES).keys[0].shape.points).all()


@settings(max_examples=15, deadline=None)
@given(st.lists(curves(FRAMES - 1), max_size=3, unique_by=lambda curve: curve.number))
def test_curves_and_their_masks_survive_closing(tmp_path_factory: pytest.TempPathFactory, wanted: list[Curve]) -> None:
    path = tmp_path_factory.mktemp("curves") / "a.lip"
    project = small_project(FRAMES)
    folder = ProjectFolder.create(path, project)
    edit(project, 1, *wanted)
    folder.close()
    opened = ProjectFolder.open(path, accept_damage=False)
    assert_same(opened.project, project)
    assert opened.project.objects[1].curves == tuple(wanted)
    opened.close()


def test_edits_of_curves_can_be_taken_back_after_reopening(tmp_path: Path) -> None:
    project = small_project(FRAMES)
    folder = ProjectFolder.create(tmp_path / "a.lip", project)
    edits = [
        edit(project, 1, moving((0, 2))),
        edit(project, 1, moving((0, 2), (10, 12))),
        edit(project, 1, moving((0, 2), (10, 12)), moving((3, 0), number=2)),
    ]
    folder.close()
    write_edits(folder.path, project, edits)
    opened = ProjectFolder.open(folder.path)
    found = read_edits(folder.path, opened.project)
    assert [each.objects for each in found] == [each.objects for each in edits]
    for one, two in zip(found, edits, strict=True):
        for mine, theirs in zip(one.changes, two.changes, strict=True):
            assert (mine.frame, mine.before.packed, mine.after.packed) == (
                *(theirs.frame, theirs.before.packed, theirs.after.packed),
            )
    opened.project.set_object(replace(opened.project.objects[1], curves=(moving((0, 3)),)))
    opened.flush()
    assert read_edits(folder.path, opened.project) == ()
    opened.close()


def test_a_key_that_many_edits_share_is_kept_once(tmp_path: Path) -> None:
    project = small_project(FRAMES)
    folder = ProjectFolder.create(tmp_path / "a.lip", project)
    long = moving(*((frame, float(frame % 7)) for frame in range(FRAMES)))
    edits = [edit(project, 1, long, moving((0, float(number)), number=2)) for number in range(30)]
    folder.close()
    write_edits(folder.path, project, [replace(each, changes=()) for each in edits])
    assert (folder.path / "edits.bin").stat().st_size < 120_000
    assert len(read_edits(folder.path, project)) == 30


def test_a_project_without_curves_is_written_as_before(tmp_path: Path) -> None:
    folder = ProjectFolder.create(tmp_path / "a.lip", small_project(5))
    folder.close()
    assert "curves" not in json.loads((folder.path / "project.json").read_bytes())
    assert ProjectFolder.read(folder.path).project.objects[1].curves == ()


def _damage(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    for name in ("project.json", "project-copy.json"):
        document = json.loads((folder / name).read_bytes())
        change(document)
        (folder / name).write_text(json.dumps(document))


def test_a_curve_that_is_damaged_is_dropped_with_a_sentence_and_the_rest_stays(tmp_path: Path) -> None:
    project = small_project(FRAMES)
    folder = ProjectFolder.create(tmp_path / "a.lip", project)
    edit(project, 1, moving((0, 2), (10, 12)), moving((3, 0), number=2))
    folder.close()
    masks = [project.labels(frame) for frame in range(FRAMES)]

    def change(document: dict[str, Any]) -> None:
        document["curves"]["1"][0]["keys"][1][1][0] = [float("nan"), 0]

    _damage(folder.path, change)
    with pytest.raises(ProjectDamaged, match="damaged"):
        ProjectFolder.open(folder.path, accept_damage=False)
    opened = ProjectFolder.open(folder.path)
    assert opened.damage == opened.notes
    assert len(opened.damage) == 1
    assert "A curve of Object 1 cannot be read" in opened.damage[0]
    assert "The masks stay." in opened.damage[0]
    assert [curve.number for curve in opened.project.objects[1].curves] == [2]
    for frame in range(FRAMES):
        np.testing.assert_array_equal(opened.project.labels(frame), masks[frame])
    opened.close()
    assert (folder.path / "damaged" / "project.json").exists()
    again = ProjectFolder.open(folder.path, accept_damage=False)
    assert again.notes == ()
    again.close()


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([], "Curves must be an object"),
        ({"9": []}, "There is no object '9' for its curves"),
        ({"1": 7}, "Curves must be a list"),
        ({"1": [None]}, "a curve must be an object"),
        ({"1": [{"number": 1, "subtract": False, "smooth": False, "keys": [[99, [[0, 0], [1, 1], [0, 1]]]]}]}, "frame"),
        ({"1": [{"number": 1, "subtract": False, "smooth": False, "keys": []}]}, "at least on one"),
        ({"1": [{"number": 1, "subtract": False, "smooth": False, "keys": [[0, [[0, 0, 1]] * 3]]}]}, "two or six"),
    ],
)
def test_every_kind_of_damage_has_its_sentence(tmp_path: Path, value: object, sentence: str) -> None:
    folder = ProjectFolder.create(tmp_path / "a.lip", small_project(5))
    folder.close()
    _damage(folder.path, lambda document: document.update(curves=value))
    found = ProjectFolder.read(folder.path)
    assert sentence in found.damage[0]
    assert set(found.project.objects) == {1, 2}


def test_a_damaged_record_gives_way_to_its_copy_with_all_curves(tmp_path: Path) -> None:
    project = small_project(FRAMES)
    folder = ProjectFolder.create(tmp_path / "a.lip", project)
    edit(project, 1, moving((0, 2)))
    folder.close()
    document = json.loads((folder.path / "project.json").read_bytes())
    document["curves"]["1"][0]["number"] = "one"
    (folder.path / "project.json").write_text(json.dumps(document))
    opened = ProjectFolder.open(folder.path)
    assert "Its copy was used." in opened.notes[0]
    assert opened.project.objects[1].curves == (moving((0, 2)),)
    opened.close()


@pytest.mark.parametrize("keys", [((0, 2.0),), ((0, 2.0), (6, 9.0))])
def test_a_full_disk_at_any_write_leaves_curves_and_masks_of_one_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: tuple[tuple[int, float], ...]
) -> None:
    """Whatever fails: on disk is the edit with its curve and all its masks, or neither."""
    for failing in range(1, 200):
        path = tmp_path / f"{failing}.lip"
        project = small_project(10)
        paint(project, 8, 2)
        ProjectFolder.create(path, project).close()
        opened = ProjectFolder.open(path)
        opened.close()
        project = opened.project
        edit(project, 1, moving(*keys))
        files = ProjectFiles(path, ProjectPlace(path, None))
        steps = iter(range(1, 1000))

        def fail(step: str, name: Path, failing: int = failing, steps: Iterator[int] = steps) -> None:
            if next(steps) == failing:
                raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patched:
            FaultyDisk(path, patched).hook = fail
            try:
                files.save(project)
                done = True
            except LipError:
                done = False
        found = ProjectFolder.read(path).project
        drawn = [frame for frame in range(10) if found.provenance(frame, 1) == Provenance.USER]
        wanted = list(range(keys[0][0], keys[-1][0] + 1))
        assert (found.objects[1].curves, drawn) in [((), []), ((moving(*keys),), wanted)], failing
        if done:
            assert drawn == wanted
            break
    else:
        pytest.fail("the save never succeeded")


def test_undoing_an_edit_restores_the_curves_and_masks_on_disk(tmp_path: Path) -> None:
    project = small_project(FRAMES)
    folder = ProjectFolder.create(tmp_path / "a.lip", project)
    before = small_project(FRAMES)
    done = edit(project, 1, moving((0, 2), (9, 20)))
    folder.flush()
    with project.edit():
        for change in reversed(done.changes):
            assert isinstance(change, FrameChange)
            project.restore(change.before)
        project.set_object(default_object(1))
    folder.close()
    found = ProjectFolder.read(folder.path).project
    np.testing.assert_array_equal(found.provenances, before.provenances)
    assert not found.areas[:, 1:].any()
    assert found.objects[1].curves == ()
