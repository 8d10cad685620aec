"""`lip export` and `lip import`: from labels to a project and back, with every answer a user gets."""

from __future__ import annotations

import itertools
import json
import threading
from contextlib import closing
from pathlib import Path

import av
import numpy as np
import pytest

from lipcore.cli.main import main
from lipcore.exchange import WRITABLE, open_import
from lipcore.masks import read_label_map, write_label_map
from lipcore.project.provenance import Provenance
from lipcore.storage.project_folder import ProjectFolder
from lipcore.video import open_video
from tests.helpers import MovingSquare


@pytest.fixture
def truth(moving_square: MovingSquare, tmp_path: Path) -> Path:
    """The true masks of the moving square, as a folder of indexed PNGs."""
    folder = tmp_path / "truth" / "moving_square"
    folder.mkdir(parents=True)
    for frame, labels in enumerate(moving_square.truth):
        write_label_map(folder / f"{frame:05d}.png", labels)
    return folder


@pytest.fixture
def project(moving_square: MovingSquare, truth: Path, tmp_path: Path) -> Path:
    """A project with the true masks imported."""
    path = tmp_path / "square.lip"
    assert main(["import", str(truth), "--video", str(moving_square.path), "--project", str(path)]) == 0
    return path


def test_import_makes_a_project_with_annotated_frames(project: Path, moving_square: MovingSquare) -> None:
    folder = ProjectFolder.open(project)
    try:
        for frame, labels in enumerate(moving_square.truth):
            np.testing.assert_array_equal(folder.project.labels(frame), labels)
        assert folder.project.annotated_frames == list(range(12))
        assert folder.project.objects[1].name == "Object 1"
    finally:
        folder.close()


def test_a_project_that_is_open_in_a_window_is_exported_as_it_is_saved(
    project: Path, moving_square: MovingSquare, tmp_path: Path
) -> None:
    command = ["export", str(project), "--format", "davis", "--out", str(tmp_path / "out")]
    folder = ProjectFolder.open(project)
    try:
        with folder.project.edit():
            for frame in range(12):
                folder.project.set_labels(frame, np.roll(moving_square.truth[frame], 5, axis=1))
        folder.flush()
        before = sorted((path, path.stat().st_mtime_ns) for path in project.rglob("*"))
        assert main(command) == 0
        assert sorted((path, path.stat().st_mtime_ns) for path in project.rglob("*")) == before
        for frame in range(12):
            exported = read_label_map(tmp_path / "out" / "square" / f"{frame:05d}.png")
            np.testing.assert_array_equal(exported, folder.project.labels(frame))
    finally:
        folder.close()


def test_reading_goes_on_while_a_window_saves(project: Path, moving_square: MovingSquare) -> None:
    truth, stop = moving_square.truth, threading.Event()
    folder = ProjectFolder.open(project)

    def swap_back_and_forth() -> None:
        """All frames at once show object 1, or all show object 2."""
        for number in itertools.cycle((2, 1)):
            with folder.project.edit():
                for frame in range(12):
                    folder.project.set_labels(frame, truth[frame] * np.uint8(number))
            folder.flush()
            if stop.is_set():
                return

    thread = threading.Thread(target=swap_back_and_forth)
    thread.start()
    try:
        for _ in range(10):
            reader = ProjectFolder.read(project)
            shown = {int(reader.project.labels(frame).max()) for frame in range(12)}
            assert shown in ({1}, {2}), "an edit of all frames was seen in some of them"
            reader.close()
    finally:
        stop.set()
        thread.join()
        folder.close()


@pytest.mark.parametrize("name", [form.name for form in WRITABLE])
def test_every_format_is_written_from_a_project(project: Path, tmp_path: Path, name: str) -> None:
    suffix = next(form.writer.suffix for form in WRITABLE if form.name == name)
    out = tmp_path / f"out{suffix}"
    assert main(["export", str(project), "--format", name, "--out", str(out)]) == 0
    assert out.exists()


def test_range_objects_and_overwrite(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["export", str(project), "--format", "davis", "--out", str(tmp_path / "out"), "--range", "2:5"]
    assert main([*command, "--objects", "1"]) == 0
    assert sorted(path.stem for path in (tmp_path / "out" / "square").iterdir()) == ["00002", "00003", "00004"]
    assert main(command) == 1
    assert "overwritten" in capsys.readouterr().err
    assert main([*command, "--overwrite"]) == 0


def test_a_dry_run_shows_the_names_and_writes_nothing(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["export", str(project), "--format", "mattes", "--out", str(out), "--dry-run", "--first-frame", "1001"]
    assert main([*command, "--name-template", "{object}.{frame:04d}"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[:2] == [str(out / "Object 1.1001.png"), str(out / "Object 1.1002.png")]
    assert shown[-2:] == ["…", str(out / "Object 1.1012.png")]
    assert main([*command, "--name-template", "{object}"]) == 1
    assert "put {frame} into it" in capsys.readouterr().err
    movie = ["export", str(project), "--format", "prores", "--out", str(tmp_path / "a.mov"), "--dry-run"]
    assert main(movie) == 0
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / "a.mov")]
    assert main([*movie, "--sound"]) == 1
    assert "no sound to copy" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["moving_square", "square.lip", "truth"]


def test_options_of_formats(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = ["export", str(project), "--out", str(tmp_path / "out"), "--format"]
    assert main([*base, "davis", "--opacity", "0.5"]) == 1
    assert "no option --opacity" in capsys.readouterr().err
    assert main([*base, "yolo", "--pieces", "sideways"]) == 2
    assert main([*base, "davis", "--image-sets", "--pictures"]) == 0
    assert len(list((tmp_path / "out" / "JPEGImages").rglob("*.jpg"))) == 12


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--range", "5"], 2, "A:B"),
        (["--range", "8:99"], 1, "not a range"),
        (["--objects", "7"], 1, "no object 7"),
        (["--objects", "x"], 2, "not a list"),
    ],
)
def test_wrong_choices(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, words: str
) -> None:
    assert main(["export", str(project), "--format", "davis", "--out", str(tmp_path / "out"), *arguments]) == status
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_labels_are_converted_without_a_project(moving_square: MovingSquare, truth: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    command = ["export", str(truth), "--video", str(moving_square.path), "--format", "coco", "--out", str(out)]
    assert main(command) == 0
    assert len(json.loads(out.read_text())["images"]) == 12
    with open_video(moving_square.path) as video:
        for step in open_import(out, video).read():
            np.testing.assert_array_equal(step.labels, moving_square.truth[step.frame])


def test_overlay_of_a_project_whose_video_moved(project: Path, moving_square: MovingSquare, tmp_path: Path) -> None:
    moved = moving_square.path.rename(tmp_path / "moved")
    command = ["export", str(project), "--format", "overlay", "--out", str(tmp_path / "out.mp4")]
    assert main(command) == 1
    assert main([*command, "--video", str(moved)]) == 0
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 12


def test_import_keeps_annotated_cells_unless_told(project: Path, tmp_path: Path) -> None:
    other = np.full((48, 64), 2, np.uint8)
    write_label_map(tmp_path / "00003.png", other)
    command = ["import", str(tmp_path / "00003.png"), "--project", str(project)]
    assert main([*command, "--provenance", "model"]) == 0
    folder = ProjectFolder.open(project)
    labels = folder.project.labels(3).copy()
    assert folder.project.provenance(3, 1) is Provenance.USER
    assert folder.project.provenance(3, 2) is Provenance.MODEL
    folder.close()
    assert set(np.unique(labels)) == {1, 2}
    assert main([*command, "--replace"]) == 0
    folder = ProjectFolder.open(project)
    np.testing.assert_array_equal(folder.project.labels(3), other)
    assert folder.project.provenance(3, 1) is Provenance.NONE
    folder.close()


def test_import_leaves_objects_alone_that_the_file_does_not_contain(project: Path, tmp_path: Path) -> None:
    other = np.zeros((48, 64), np.uint8)
    other[:6, 40:] = 2
    write_label_map(tmp_path / "00003.png", other)
    command = ["import", str(tmp_path / "00003.png"), "--project", str(project), "--provenance", "model"]
    with closing(ProjectFolder.open(project)) as folder:
        before = folder.project.labels(3).copy()
        folder.project.set_provenance(3, 1, Provenance.MODEL)
    assert main(command) == 0
    with closing(ProjectFolder.open(project)) as folder:
        np.testing.assert_array_equal(folder.project.labels(3), before + other)
        assert folder.project.provenance(3, 1) is Provenance.MODEL


def test_failed_import_leaves_the_project_as_it_was(project: Path, truth: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in sorted(project.rglob("*.png"))}
    write_label_map(truth / "00000.png", np.full((48, 64), 7, np.uint8))
    (truth / "00011.png").write_bytes(b"not a picture")
    assert main(["import", str(truth), "--project", str(project), "--replace"]) == 1
    assert {path: path.read_bytes() for path in sorted(project.rglob("*.png"))} == before


def test_results_survive_the_way_through_a_project(project: Path, moving_square: MovingSquare, tmp_path: Path) -> None:
    assert main(["export", str(project), "--format", "davis", "--out", str(tmp_path / "out")]) == 0
    for frame, labels in enumerate(moving_square.truth):
        np.testing.assert_array_equal(read_label_map(tmp_path / "out" / "square" / f"{frame:05d}.png"), labels)
