"""`lip import`: into a new project or an existing one, said object by object, and annotated masks stay."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lipcore.cli.main import main
from lipcore.masks import write_label_map
from lipcore.project.provenance import Provenance
from lipcore.storage.project_folder import ProjectFolder
from tests.helpers import MovingSquare


@pytest.fixture
def masks(moving_square: MovingSquare, tmp_path: Path) -> Path:
    """The true masks of the first three frames."""
    (tmp_path / "masks").mkdir()
    for frame in range(3):
        write_label_map(tmp_path / "masks" / f"{frame:05d}.png", moving_square.truth[frame])
    return tmp_path / "masks"


def in_project(path: Path, frame: int) -> tuple[np.ndarray, Provenance]:
    """A frame's labels, and who answers for object 1 there."""
    with closing(ProjectFolder.read(path)) as folder:
        return folder.project.labels(frame).copy(), Provenance(folder.project.provenances[frame, 1])


def test_a_new_project_is_made_of_a_video(
    moving_square: MovingSquare, masks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "a.lip"
    assert main(["import", str(masks), "--project", str(project), "--video", str(moving_square.path)]) == 0
    assert "  Object 1 (index 1) → object 1, new" in capsys.readouterr().out.splitlines()
    for frame in range(3):
        labels, provenance = in_project(project, frame)
        np.testing.assert_array_equal(labels, moving_square.truth[frame])
        assert provenance == Provenance.USER
    assert in_project(project, 3)[1] == Provenance.NONE


def test_masks_that_are_annotated_stay_unless_they_are_to_be_replaced(
    moving_square: MovingSquare, masks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "a.lip"
    assert main(["import", str(masks), "--project", str(project), "--video", str(moving_square.path)]) == 0
    other = np.zeros_like(moving_square.truth[0])
    other[:4, :4] = 1
    for frame in (0, 5):
        write_label_map(masks / f"{frame:05d}.png", other)
    again = ["import", str(masks), "--project", str(project), "--provenance", "model"]
    assert main(again) == 0
    assert "→ object 1, Object 1" in capsys.readouterr().out
    np.testing.assert_array_equal(in_project(project, 0)[0], moving_square.truth[0])
    labels, provenance = in_project(project, 5)
    np.testing.assert_array_equal(labels, other)
    assert provenance == Provenance.MODEL
    assert main([*again, "--replace"]) == 0
    np.testing.assert_array_equal(in_project(project, 0)[0], other)


def test_what_is_wrong_leaves_no_project(
    moving_square: MovingSquare, masks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (masks / "00002.png").write_bytes(b"no picture")
    project = tmp_path / "a.lip"
    assert main(["import", str(masks), "--project", str(project), "--video", str(moving_square.path)]) == 1
    assert "00002.png" in capsys.readouterr().err
    assert not project.exists()
