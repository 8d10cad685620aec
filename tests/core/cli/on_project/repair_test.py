"""`lip repair`: masks of a project on disk are repaired, a person's stay, and what is wrong is a sentence."""

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
    """The moving square with its true masks, but for frames 4, 5 and 8, where there are none, and a second object."""
    with open_video(moving_square.path) as video:
        made = Project.create(video)
    for number in (1, 2):
        made.set_object(default_object(number))
    for frame in range(12):
        labels = moving_square.truth[frame].copy()
        if frame in (4, 5, 8):
            labels[:] = 0
        labels[:, 30:] = np.where(labels[:, 30:] == 0, 2, labels[:, 30:])  # beside it, so that it cannot be cut into
        made.set_labels(frame, labels)
        made.set_provenance(frame, 1, Provenance.USER if frame in (0, 8) else Provenance.MODEL)
    folder = ProjectFolder.create(tmp_path / "square.lip", made)
    folder.close()
    return tmp_path / "square.lip"


def test_gaps_are_filled_and_what_a_person_says_stays(
    project: Path, moving_square: MovingSquare, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.json"
    words = ["repair", str(project), "--object", "1", "--fill-gaps", "3", "--json", str(report)]
    assert main(words) == 0
    assert "Repaired Object 1 on 2 of 12 frames" in capsys.readouterr().out
    assert json.loads(report.read_text()) == {"object": 1, "frames": 12, "changed": [4, 5]}
    folder = ProjectFolder.read(project)
    for frame in (4, 5):
        labels, truth = folder.project.labels(frame), moving_square.truth[frame] == 1
        free = np.arange(labels.shape[1]) < 30
        assert (labels[:, 30:] == 2).all()  # the other object keeps its pixels
        assert (labels == 1)[:, free][truth[:, free]].mean() > 0.8
        assert folder.project.provenance(frame, 1) == Provenance.MODEL
    assert not (folder.project.labels(8) == 1).any()
    folder.close()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--object", "1"], "Choose at least one repair."),
        (["--object", "9", "--clean"], "The project has no object 9."),
        (["--object", "1", "--clean", "--range", "5:40"], "There are no frames 5:40 in 12 frames."),
        (["--object", "1", "--fill-gaps", "99"], "must be from 0 to 30"),
    ],
)
def test_what_cannot_be_repaired_is_a_sentence(
    project: Path, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["repair", str(project), *words]) == 1
    assert sentence in capsys.readouterr().err
