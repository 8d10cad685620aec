"""`lip tune`, `lip propagate` and `lip review` give a project what the window gives it."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lipcore.cli.main import main
from lipcore.cli.on_project import propagate, tune
from lipcore.project.project import Project
from lipcore.storage.project_folder import ProjectFolder
from lipgui.document import edits
from tests.e2e.conftest import Hands
from tests.helpers import FakeSegmenter, MovingSquare


class Unsure(FakeSegmenter):
    """Of frames after the fifth it is less sure the later they are."""

    def __init__(self) -> None:
        super().__init__(score=0.6)


@pytest.fixture
def segmenter() -> FakeSegmenter:
    return Unsure()


def everything(project: Project) -> tuple[object, ...]:
    cells = project.provenances.tobytes(), project.scores.tobytes(), project.boxes.tobytes()
    labels = [project.labels(frame).tobytes() for frame in range(project.frame_count)]
    states = [(entry.name, entry.examples) for entry in project.weights.entries]
    return labels, cells, project.weights_in_use, states


def test_the_commands_do_what_the_window_does(
    opened: Hands,
    moving_square: MovingSquare,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    window, document = opened.window, opened.window.document
    opened.paint_square()
    document.go_to(9)
    edits.paint(document, np.roll(moving_square.truth[9] > 0, 3, axis=1))
    opened.qtbot.waitUntil(lambda: window.status.saved_label.text() == "Kept as a draft", timeout=10_000)
    folder = window.session.folder_path
    assert folder is not None
    copy = tmp_path / "copy.lip"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*lock*"))
    opened.run("tune")
    opened.run("propagate_both")
    opened.qtbot.waitUntil(lambda: window.review.list.count() > 0, timeout=10_000)
    listed = [window.review.list.item(row).text() for row in range(window.review.list.count())]
    monkeypatch.setattr(tune, "load_segmenter", lambda arguments: Unsure())
    monkeypatch.setattr(propagate, "load_segmenter", lambda arguments: Unsure())
    figures = tmp_path / "figures.json"
    assert main(["tune", str(copy)]) == 0
    assert main(["propagate", str(copy), "--direction", "both", "--json", str(figures)]) == 0
    assert json.loads(figures.read_text())["frames"] == list(range(12))
    with closing(ProjectFolder.read(copy)) as read:
        assert everything(read.project) == everything(document.project)
    capsys.readouterr()
    assert main(["review", str(copy), "--json", str(figures)]) == 0
    rows = json.loads(figures.read_text())["doubtful"]
    assert [f"Frame {row['frame']}  ·  {row['name']}: {row['reason']}" for row in rows] == listed
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"frame {rows[0]['frame']}, Object 1: {rows[0]['reason']} (doubt {rows[0]['doubt']:.0%})"
    assert lines[-1] == f"{len(rows)} doubtful frames."


def test_before_a_run_there_is_nothing_to_review(tmp_path: Path, moving_square: MovingSquare) -> None:
    project = tmp_path / "a.lip"
    given = ["--project", str(project), "--video", str(moving_square.path)]
    mask = tmp_path / "mask.png"
    assert main(["import", str(write_mask(mask, moving_square)), *given, "--frame", "0"]) == 0
    figures = tmp_path / "figures.json"
    assert main(["review", str(project), "--json", str(figures)]) == 0
    assert json.loads(figures.read_text()) == {"propagated": False, "doubtful": []}
    assert main(["propagate", str(project), "--range", "3:99"]) == 1


def write_mask(path: Path, square: MovingSquare) -> Path:
    from lipcore.masks import write_label_map

    write_label_map(path, square.truth[0])
    return path
