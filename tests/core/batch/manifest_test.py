"""Manifests and folders of videos."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from lipcore.batch.manifest import read_jobs
from lipcore.errors import LipError
from lipcore.masks import write_label_map


def manifest(folder: Path, text: str) -> Path:
    path = folder / "jobs.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_manifest_paths_start_at_its_folder(tmp_path: Path) -> None:
    path = manifest(tmp_path, "\ufeffvideo,annotations,name\nin/a.mp4, masks/a.png ,first\n/b.mp4,b,\n")
    one, two = read_jobs(path, tmp_path / "out", {"seed": 3})
    assert (one.name, one.video, one.annotations) == ("first", tmp_path / "in/a.mp4", tmp_path / "masks/a.png")
    assert (two.name, two.video, two.out) == ("b", Path("/b.mp4"), tmp_path / "out" / "b")
    assert one.method == {"seed": 3}


def test_twenty_thousand_rows_are_read_in_seconds(tmp_path: Path) -> None:
    rows = "".join(f"v{number}.mp4,m{number}.png\n" for number in range(20_000))
    start = time.process_time()
    assert len(read_jobs(manifest(tmp_path, "video,annotations\n" + rows), tmp_path / "out", {})) == 20_000
    assert time.process_time() - start < 20  # it took 40 s for these, and four times as much for twice as many


def test_a_path_that_no_file_can_have_is_a_sentence(tmp_path: Path) -> None:
    path = manifest(tmp_path, f"video,annotations\n{'n' * 300}.mp4,m.png\n")
    with pytest.raises(LipError, match="a path in line 2 cannot be used, its name is too long"):
        read_jobs(path, tmp_path / "out", {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no video with annotations"),
        ("video,annotations\n", "no video with annotations"),
        ("film,masks\na,b\n", "line 2 needs a video"),
        ("video,annotations\na.mp4\n", "line 2 needs"),
        ("video,annotations\na.mp4,x\nb/a.mp4,y\n", "two videos are called 'a'"),
        ("video,annotations,name\na,b,x\nc,d,X\n", "two videos"),
        ("video,annotations,name\na,b,../x\n", "not a plain name"),
        ("video,annotations,name\na,b,.hidden\n", "not a plain name"),
        ('video,annotations\n"a', "not CSV"),
    ],
)
def test_wrong_manifests_are_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(LipError, match=words):
        read_jobs(manifest(tmp_path, text), tmp_path / "out", {})


def test_binary_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_bytes(b"\xff\xfe\x00video")
    with pytest.raises(LipError, match="not CSV"):
        read_jobs(tmp_path / "jobs.csv", tmp_path / "out", {})


def test_folder_of_videos_and_annotations(tmp_path: Path) -> None:
    for name in ("videos/a.mp4", "videos/b/0.png", "videos/none.mp4", "annotations/a.png", "annotations/b/0.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    jobs = read_jobs(tmp_path, tmp_path / "out", {})
    assert [(job.name, job.annotations.name) for job in jobs] == [("a", "a.png"), ("b", "b")]


def test_davis_data_set_uses_the_first_mask_alone(tmp_path: Path) -> None:
    for name in ("JPEGImages/480p/dog", "Annotations/480p/dog"):
        (tmp_path / name).mkdir(parents=True)
        for frame in range(3):
            write_label_map(tmp_path / name / f"{frame:05d}.png", np.ones((4, 4), np.uint8))
    (job,) = read_jobs(tmp_path, tmp_path / "out", {})
    assert job.annotations == tmp_path / "Annotations" / "480p" / "dog" / "00000.png"


def test_folder_without_these_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="neither videos"):
        read_jobs(tmp_path, tmp_path / "out", {})
