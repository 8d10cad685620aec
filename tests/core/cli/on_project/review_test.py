"""`lip review`: doubtful frames, the worst first, as text and as JSON."""

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
from lipcore.workflow.doubt import DOUBTFUL_SCORE, SURE_SCORE
from tests.helpers import blank_video

A_LITTLE = SURE_SCORE - 0.3 * (SURE_SCORE - DOUBTFUL_SCORE)  # the quality of a mask that is doubted by 30 %


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Six frames of one square that was propagated: the network is unsure of two, and of the last one a little."""
    project = Project.create(blank_video(6, 20, 30))
    project.set_object(default_object(1))
    labels = np.zeros((20, 30), np.uint8)
    labels[5:15, 5:15] = 1
    for frame, score in enumerate((1.0, 0.95, 0.3, 0.95, 0.1, A_LITTLE)):
        project.set_labels(frame, labels)
        project.set_provenance(frame, 1, Provenance.USER if frame == 0 else Provenance.MODEL)
        if frame:
            project.set_instance(frame, 1, score, (5.0, 5.0, 15.0, 15.0))
    ProjectFolder.create(tmp_path / "clip.lip", project).close()
    return tmp_path / "clip.lip"


def test_the_worst_frame_comes_first_with_its_reason(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = path.parent / "figures.json"
    assert main(["review", str(path), "--json", str(figures)]) == 0
    content = json.loads(figures.read_text())
    rows = content["doubtful"]
    assert content["propagated"]
    assert [row["frame"] for row in rows] == [4, 2]
    assert [row["quality"] for row in rows] == [0.1, 0.3]
    assert rows[0]["rank"] >= rows[1]["rank"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"frame 4, Object 1: {rows[0]['reason']} (doubt {rows[0]['doubt']:.0%})"
    assert lines[-1] == "2 doubtful frames."


def test_from_where_on_a_frame_is_listed_can_be_said(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for percent, count in (("100", 2), ("31", 2), ("29", 3), ("1", 3)):
        assert main(["review", str(path), "--from", percent]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == f"{count} doubtful frames."
    for percent in ("0", "101", "x"):
        assert main(["review", str(path), "--from", percent]) == 2
    assert "expected a number from 1 to 100" in capsys.readouterr().err


def test_results_do_not_replace_the_project(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(path), "--json", str(path / "project.json")]) == 1
    assert "project.json" in capsys.readouterr().err
