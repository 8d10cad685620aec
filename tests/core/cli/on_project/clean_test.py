"""`lip clean`: every frame of a range is cleaned as one edit, a person's masks stay, mistakes are sentences."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lipcore.cli.main import main
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.storage.project_folder import ProjectFolder
from lipcore.video import open_video
from tests.helpers import MovingSquare


@pytest.fixture
def project(moving_square: MovingSquare, tmp_path: Path) -> Path:
    """The moving square with a hole and a speck on every frame, painted on frame 0, and a second object."""
    with open_video(moving_square.path) as video:
        made = Project.create(video)
    for number in (1, 2):
        made.set_object(default_object(number))
    for frame in range(12):
        labels = moving_square.truth[frame].copy()
        labels[14 + frame : 16 + frame, 16 + frame : 18 + frame] = 0
        labels[2:4, 2:4] = 1
        labels[40:47, 2:9] = 2
        labels[42, 4] = 0
        made.set_labels(frame, labels)
        made.set_provenance(frame, 1, Provenance.USER if frame == 0 else Provenance.MODEL)
        made.set_provenance(frame, 2, Provenance.MODEL)
    ProjectFolder.create(tmp_path / "square.lip", made).close()
    return tmp_path / "square.lip"


def labels_of(project: Path) -> list[np.ndarray]:
    folder = ProjectFolder.read(project)
    found = [folder.project.labels(frame) for frame in range(12)]
    folder.close()
    return found


def test_an_object_is_cleaned_on_a_range(
    project: Path, moving_square: MovingSquare, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, report = labels_of(project), tmp_path / "report.json"
    words = ["clean", str(project), "--object", "1", "--fill-holes", "2", "--drop-specks", "2", "--range", "0:6"]
    assert main([*words, "--json", str(report)]) == 0
    assert "Cleaned Object 1 on 5 of 6 frames" in capsys.readouterr().out
    assert json.loads(report.read_text()) == {"object": 1, "frames": 6, "changed": [1, 2, 3, 4, 5]}
    for frame, labels in enumerate(labels_of(project)):
        if 1 <= frame < 6:
            np.testing.assert_array_equal(labels == 1, moving_square.truth[frame] == 1)
            np.testing.assert_array_equal(labels == 2, before[frame] == 2)
        else:
            np.testing.assert_array_equal(labels, before[frame])


def test_all_objects_are_cleaned_and_painted_ones_if_told(project: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    words = ["clean", str(project), "--fill-holes", "2", "--json", str(report), "--painted"]
    assert main(words) == 0
    assert json.loads(report.read_text()) == {"objects": [1, 2], "frames": 12, "changed": list(range(12))}
    for labels in labels_of(project):
        assert (labels == 2).sum() == 49
    folder = ProjectFolder.read(project)
    assert folder.project.provenance(0, 1) == Provenance.USER
    folder.close()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "at least one way to clean"),
        (["--grow", "101"], "grow must be from 0 to 100"),
        (["--object", "7", "--grow", "1"], "no object 7"),
        (["--range", "5:99", "--grow", "1"], "no frames 5:99"),
    ],
)
def test_what_is_wrong_is_a_sentence(
    project: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    before = labels_of(project)
    assert main(["clean", str(project), *words]) == 1
    assert sentence in capsys.readouterr().err
    np.testing.assert_array_equal(labels_of(project), before)
