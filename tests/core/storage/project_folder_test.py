"""ProjectFolder: what is saved comes back, damage is named."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.masks import read_label_map, write_label_map
from lipcore.project.edge_settings import EdgeSettings
from lipcore.project.objects import VideoObject, default_object
from lipcore.project.provenance import Provenance
from lipcore.project.stopped_run import StoppedRun
from lipcore.storage.project_folder import ProjectFolder
from tests.core.project.helpers import assert_same, paint, small_project


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[ProjectFolder]:
    folder = ProjectFolder.create(tmp_path / "clip.lip", small_project())
    yield folder
    folder.close(discard=True)


def reopen(folder: ProjectFolder) -> ProjectFolder:
    folder.close()
    return ProjectFolder.open(folder.path)


def test_everything_comes_back(folder: ProjectFolder) -> None:
    project = folder.project
    project.set_object(VideoObject(3, "Hündchen", (9, 8, 7), hidden=True, locked=True))
    project.set_object(default_object(1))
    paint(project, 2, 3, Provenance.CORRECTED)
    paint(project, 70, 1, Provenance.MODEL)
    project.set_instance(70, 1, 0.123, (1.5, 2.25, 3.0, 4.0))
    project.set_provenance(5, 1, Provenance.VERIFIED)
    project.set_in_out(1, 60)
    project.set_values((0.25, 0.75))
    project.set_stopped_run(StoppedRun("forward", 2, 70, ((2, 9), (12, 12)), (3,), correction=True))
    project.add_weights(b"state", [2])
    again = reopen(folder)
    assert_same(again.project, project)
    assert again.notes == ()
    assert again.saved
    assert again.project.weights.content(again.project.weights_in_use) == b"state"
    assert again.project.weights.entries[0].examples == ((2, project.labels_digest(2)),)
    again.close()


def test_soft_edges_come_back_and_hard_ones_leave_no_trace(folder: ProjectFolder) -> None:
    soft = replace(default_object(2), edges=EdgeSettings(width=6, shift=-1.5, contrast=2, feather=0.5))
    folder.project.set_object(default_object(1))
    folder.project.set_object(soft)
    again = reopen(folder)
    assert again.project.objects == {1: default_object(1), 2: soft}
    objects = json.loads((again.path / "project.json").read_bytes())["objects"]
    assert ["edges" in each for each in objects] == [
        False,
        True,
    ]  # a project without them is as older programs wrote it
    again.close()


@pytest.mark.parametrize("edges", [{"width": 1000}, {"shift": "far"}, 3, {"feather": -1}])
def test_impossible_edges_are_damage(folder: ProjectFolder, edges: object) -> None:
    folder.project.set_object(default_object(1))
    folder.close()
    for name in ("project.json", "project-copy.json"):
        path = folder.path / name
        if path.exists():
            document = json.loads(path.read_bytes())
            document["objects"][0]["edges"] = edges
            path.write_text(json.dumps(document))
    with pytest.raises(LipError, match="edge"):
        ProjectFolder.open(folder.path)


def test_masks_are_davis_files(folder: ProjectFolder) -> None:
    paint(folder.project, 4, 2)
    folder.flush()
    np.testing.assert_array_equal(read_label_map(folder.path / "masks" / "00004.png"), folder.project.labels(4))
    assert sorted(os.listdir(folder.path / "masks")) == ["00004.png"]


def test_edits_are_saved_without_being_asked(folder: ProjectFolder) -> None:
    paint(folder.project, 4, 2)
    folder._writer._condition.acquire()
    try:
        assert folder._writer._condition.wait_for(lambda: folder._writer._saved_edits == folder._writer._edits, 10)
    finally:
        folder._writer._condition.release()
    assert (folder.path / "masks" / "00004.png").exists()


def test_later_provenance_does_not_rewrite_the_mask(folder: ProjectFolder) -> None:
    paint(folder.project, 4, 2, Provenance.MODEL)
    folder.flush()
    before = (folder.path / "masks" / "00004.png").stat().st_mtime_ns
    folder.project.set_provenance(4, 2, Provenance.VERIFIED)
    again = reopen(folder)
    assert again.project.provenance(4, 2) is Provenance.VERIFIED
    assert (folder.path / "masks" / "00004.png").stat().st_mtime_ns == before
    again.close()


def test_a_folder_in_use_is_refused(folder: ProjectFolder, tmp_path: Path) -> None:
    with pytest.raises(LipError, match="already open in another window"):
        ProjectFolder.open(folder.path)
    with pytest.raises(LipError, match="exists already"):
        ProjectFolder.create(folder.path, small_project())
    code = (
        "from pathlib import Path; from lipcore.storage.project_folder import ProjectFolder as F\n"
        f"F.open(Path({str(folder.path)!r}))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "already open in another window" in other.stderr
    folder.close()
    ProjectFolder.open(folder.path / "project.json").close()


def test_a_lock_ends_with_its_process(folder: ProjectFolder) -> None:
    folder.close()
    code = (
        "import os; from pathlib import Path; from lipcore.storage.project_folder import ProjectFolder as F\n"
        f"F.open(Path({str(folder.path)!r})); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code], timeout=60)
    assert killed.returncode != 0
    ProjectFolder.open(folder.path).close()


def test_no_project(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="not a LIP project"):
        ProjectFolder.open(tmp_path)
    with pytest.raises(LipError, match="not a LIP project"):
        ProjectFolder.open(tmp_path / "nothing.lip")


def test_save_as_goes_on_in_the_new_folder(folder: ProjectFolder, tmp_path: Path) -> None:
    paint(folder.project, 1, 1)
    folder.project.add_weights(b"state", [1])
    moved = folder.save_as(tmp_path / "other")
    assert moved.path.name == "other.lip"
    paint(moved.project, 2, 1)
    again = reopen(moved)
    assert_same(again.project, moved.project)
    assert again.project.weights.content(again.project.weights_in_use) == b"state"
    again.close()
    old = ProjectFolder.open(folder.path)
    assert old.project.annotated_frames == [1]
    old.close()


def test_failed_save_as_goes_on_in_the_old_folder(folder: ProjectFolder, tmp_path: Path) -> None:
    paint(folder.project, 1, 1)
    (tmp_path / "used.lip").mkdir()
    (tmp_path / "used.lip" / "something").touch()
    with pytest.raises(LipError, match="not empty"):
        folder.save_as(tmp_path / "used.lip")
    paint(folder.project, 2, 1)
    again = reopen(folder)
    assert_same(again.project, folder.project)
    again.close()


def test_a_damaged_mask_is_set_aside_and_the_rest_opens(folder: ProjectFolder) -> None:
    paint(folder.project, 1, 1)
    paint(folder.project, 2, 1)
    folder.flush()
    mask = folder.path / "masks" / "00001.png"
    data = mask.read_bytes()
    mask.write_bytes(data[: len(data) // 2])
    again = reopen(folder)
    assert len(again.notes) == 1
    assert str(mask) in again.notes[0]
    assert (folder.path / "damaged" / "00001.png").read_bytes() == data[: len(data) // 2]
    assert not again.project.labels(1).any()
    assert again.project.annotated_frames == [2]
    paint(again.project, 1, 5)
    final = reopen(again)
    assert final.notes == ()
    assert_same(final.project, again.project)
    final.close()


def test_a_mask_changed_elsewhere_is_kept_as_painted(folder: ProjectFolder) -> None:
    paint(folder.project, 1, 1, Provenance.MODEL)
    folder.flush()
    labels = np.zeros((20, 30), np.uint8)
    labels[0] = 8
    write_label_map(folder.path / "masks" / "00001.png", labels)
    write_label_map(folder.path / "masks" / "00003.png", labels)
    again = reopen(folder)
    assert "00001.png was changed by another program" in again.notes[0]
    assert again.project.provenance(1, 8) is Provenance.USER
    assert again.project.provenance(1, 1) is Provenance.NONE
    assert again.project.annotated_frames == [1, 3]
    assert again.project.objects[8].name == "Object 8"
    np.testing.assert_array_equal(again.project.labels(1), labels)
    final = reopen(again)
    assert final.notes == ()
    final.close()


def test_a_mask_with_a_monstrous_header_is_set_aside(folder: ProjectFolder) -> None:
    paint(folder.project, 1, 1)
    folder.flush()
    mask = folder.path / "masks" / "00001.png"
    data = bytearray(mask.read_bytes())
    data[16:24] = struct.pack(">II", 100_000, 100_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    mask.write_bytes(data)
    again = reopen(folder)
    assert "100000 x 100000" in again.notes[0]
    assert (folder.path / "damaged" / "00001.png").exists()
    again.close()


@pytest.mark.parametrize("bomb", [b"[" * 9_000_000, b"[" + b"[]," * 800_000 + b"1]", b"9" * 9_000_000])
def test_a_json_bomb_is_refused(folder: ProjectFolder, bomb: bytes) -> None:
    folder.close()
    for name in ("project.json", "project-copy.json"):
        (folder.path / name).write_bytes(bomb)
    with pytest.raises(LipError, match=r"project\.json"):
        ProjectFolder.open(folder.path)


def test_a_missing_mask_is_named(folder: ProjectFolder) -> None:
    paint(folder.project, 1, 1)
    folder.flush()
    (folder.path / "masks" / "00001.png").unlink()
    again = reopen(folder)
    assert again.notes == ("Masks were removed, or LIP was stopped before they were saved: frames 00001.",)
    assert again.project.annotated_frames == []
    final = reopen(again)
    assert final.notes == ()
    final.close()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"1": 5}', b'{"9999": []}', b"[" * 100_000, b"\xff" * 10])
def test_damaged_cells_are_set_aside_and_masks_count_as_painted(folder: ProjectFolder, content: bytes) -> None:
    paint(folder.project, 1, 1, Provenance.MODEL)
    paint(folder.project, 70, 1, Provenance.MODEL)
    folder.flush()
    (folder.path / "scores" / "000000.json").write_bytes(content)
    again = reopen(folder)
    assert "000000.json" in again.notes[0]
    assert (folder.path / "damaged" / "000000.json").read_bytes() == content
    assert again.project.provenance(1, 1) is Provenance.USER
    assert again.project.provenance(70, 1) is Provenance.MODEL
    again.close()


@pytest.mark.parametrize("content", [b"", b"null", b'{"format": 1}', b"[" * 100_000, b'{"format": 1, "frames": 1e999}'])
def test_a_damaged_record_is_read_from_its_copy(folder: ProjectFolder, content: bytes) -> None:
    paint(folder.project, 1, 1)
    folder.flush()
    (folder.path / "project.json").write_bytes(content)
    again = reopen(folder)
    assert "project.json" in again.notes[0]
    assert (folder.path / "damaged" / "project.json").read_bytes() == content
    assert_same(again.project, folder.project)
    final = reopen(again)
    assert final.notes == ()
    final.close()


def test_two_damaged_records_are_an_error_that_changes_nothing(folder: ProjectFolder) -> None:
    folder.close()
    for name in ("project.json", "project-copy.json"):
        (folder.path / name).write_bytes(b"{}")
    with pytest.raises(LipError, match=r"project\.json"):
        ProjectFolder.open(folder.path)
    assert not (folder.path / "damaged").exists()
    assert (folder.path / "project.json").read_bytes() == b"{}"


def test_damaged_weights_are_set_aside(folder: ProjectFolder) -> None:
    first = folder.project.add_weights(b"first", [])
    folder.project.add_weights(b"second", [])
    folder.flush()
    (folder.path / "weights" / f"{folder.project.weights_in_use}.safetensors").write_bytes(b"junk")
    again = reopen(folder)
    assert [entry.name for entry in again.project.weights.entries] == [first.name]
    assert again.project.weights_in_use == ""
    assert len(again.notes) == 2
    again.project.use_weights(first.name)
    final = reopen(again)
    assert final.notes == ()
    assert final.project.weights.content(first.name) == b"first"
    final.close()


def test_a_damaged_history_of_weights_is_made_anew_from_the_states(folder: ProjectFolder) -> None:
    first = folder.project.add_weights(b"first", [1])
    folder.flush()
    second = folder.project.add_weights(b"second", [1, 2])
    folder.flush()
    (folder.path / "weights" / "history.json").write_bytes(b"[{}]")
    again = reopen(folder)
    assert len(again.notes) == 1
    assert "history of tuned weights" in again.notes[0]
    assert [entry.name for entry in again.project.weights.entries] == [first.name, second.name]
    assert again.project.weights_in_use == second.name
    final = reopen(again)
    assert final.notes == ()
    assert_same(final.project, again.project)
    final.close()


def test_weights_that_are_a_link_are_set_aside_not_followed(folder: ProjectFolder, tmp_path: Path) -> None:
    entry = folder.project.add_weights(b"state", [1])
    folder.flush()
    path = folder.path / "weights" / f"{entry.name}.safetensors"
    path.rename(tmp_path / "outside")
    path.symlink_to(tmp_path / "outside")
    again = reopen(folder)
    assert "leads out" in again.notes[0]
    assert again.project.weights_in_use == ""
    assert (tmp_path / "outside").read_bytes() == b"state"
    again.close()


def test_temporaries_are_removed(folder: ProjectFolder) -> None:
    folder.close()
    leftover = folder.path / "masks" / ".00001.png.0123456789ab.tmp"
    leftover.write_bytes(b"half")
    again = ProjectFolder.open(folder.path)
    assert not leftover.exists()
    again.close()


@pytest.mark.parametrize("name", ["masks", "scores", "weights", "damaged"])
def test_folders_that_lead_out_are_refused(folder: ProjectFolder, tmp_path: Path, name: str) -> None:
    folder.close()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.tmp").touch()
    if (folder.path / name).exists():
        (folder.path / name).rename(folder.path / f"{name}-old")
    (folder.path / name).symlink_to(outside)
    with pytest.raises(LipError, match="leads out"):
        ProjectFolder.open(folder.path)
    assert os.listdir(outside) == ["precious.tmp"]


def test_a_mask_that_is_a_link_is_set_aside_not_followed(folder: ProjectFolder, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    write_label_map(secret, np.ones((20, 30), np.uint8))
    before = secret.read_bytes()
    folder.close()
    (folder.path / "masks" / "00001.png").symlink_to(secret)
    again = ProjectFolder.open(folder.path)
    assert "leads out" in again.notes[0]
    assert not again.project.labels(1).any()
    paint(again.project, 1, 2)
    again.close()
    assert secret.read_bytes() == before


@pytest.mark.parametrize("name", ["../00001", "a/b", "a\\b", "", ".", "..", ".hidden", "a\n", "x" * 300, "\ud800"])
def test_frame_names_that_lead_out_are_refused(folder: ProjectFolder, name: str) -> None:
    folder.close()
    for file in ("project.json", "project-copy.json"):
        document = json.loads((folder.path / file).read_bytes())
        document["frames"]["names"] = [name, *(str(frame) for frame in range(1, 100))]
        (folder.path / file).write_text(json.dumps(document))
    with pytest.raises(LipError):
        ProjectFolder.open(folder.path)


def test_a_newer_format_is_refused_and_left_alone(folder: ProjectFolder) -> None:
    folder.close()
    document = json.loads((folder.path / "project.json").read_bytes()) | {"format": 99}
    (folder.path / "project.json").write_text(json.dumps(document))
    with pytest.raises(LipError, match="newer version"):
        ProjectFolder.open(folder.path)
    assert json.loads((folder.path / "project.json").read_bytes()) == document


def test_the_lock_file_survives_nothing_else(folder: ProjectFolder) -> None:
    folder.project.set_values((0.25, 0.75))
    folder.close()
    assert set(os.listdir(folder.path)) == {
        ".lock", "project.json", "project-copy.json", "masks", "scores", "weights",
    }  # fmt: skip
