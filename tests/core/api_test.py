"""The Python API: names that lipcore itself offers; example, notebook and page that show them run as they stand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lipcore
from lipcore.masks import read_label_map, write_label_map
from tests.helpers import load_script, write_moving_square

DOCS = Path(__file__).resolve().parents[2] / "docs"
EXAMPLES = DOCS / "examples"


@pytest.mark.parametrize("name", lipcore.__all__)
def test_every_name_of_the_api_is_there(name: str) -> None:
    assert getattr(lipcore, name) is not None


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        lipcore.nonsense  # noqa: B018


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real network with a small input and two iterations of tuning, whatever is asked for."""
    from lipcore import Segmenter
    from lipcore.tuning.config import TuneConfig

    load, tune = Segmenter.load, Segmenter.tune
    few = TuneConfig(iterations=2, fast_id_start=True, rois_per_image=16, masks_per_image=4)
    monkeypatch.setattr(Segmenter, "load", lambda preset, max_side=None: load(preset, max_side=128))
    monkeypatch.setattr(Segmenter, "tune", lambda self, video, masks, quality: tune(self, video, masks, config=few))


@pytest.mark.usefixtures("quick")
def test_the_example_segments_the_clip(tmp_path: Path) -> None:
    example = load_script(EXAMPLES / "segment_clip.py")
    similarity = example.segment_clip(tmp_path, frames=3)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["00000.png", "00001.png", "00002.png"]
    assert read_label_map(tmp_path / "00002.png").shape == (480, 854)
    assert 1 / 3 <= similarity <= 1  # the first of three frames is given


@pytest.mark.usefixtures("quick")
def test_the_page_about_the_api_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(
        r"^```python\n(.*?)^```", (DOCS / "api.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    square = write_moving_square(tmp_path / "video.mp4", frames=3)  # a folder of pictures is a video too
    write_label_map(tmp_path / "first_frame.png", square.truth[0])
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "api.md", "exec"), {})
    assert [path.name for path in sorted((tmp_path / "masks").iterdir())] == ["00000.png", "00001.png", "00002.png"]
    np.testing.assert_array_equal(read_label_map(tmp_path / "masks" / "00000.png"), square.truth[0])


@pytest.mark.usefixtures("quick")
def test_the_notebook_runs_from_top_to_bottom(capsys: pytest.CaptureFixture[str]) -> None:
    cells = json.loads((EXAMPLES / "segment_clip.ipynb").read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] for cell in cells if cell["cell_type"] == "code"), "the notebook is kept clean"
    names: dict[str, Any] = {}
    for source in sources:
        exec(compile(source, "segment_clip.ipynb", "exec"), names)
    assert sorted(names["results"]) == list(range(24))
    assert len(names["losses"]) == 2
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["1", "2", "3"]
