"""The Python API: names that lipcore itself offers, and the example and notebook that show them."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
from pathlib import Path

import pytest

import lipcore
from lipcore.masks import read_label_map

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


@pytest.mark.parametrize("name", lipcore.__all__)
def test_every_name_of_the_api_is_there(name: str) -> None:
    assert getattr(lipcore, name) is not None


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        lipcore.nonsense  # noqa: B018


def test_the_example_segments_the_clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lipcore import Segmenter
    from lipcore.training.online import TuneConfig

    spec = importlib.util.spec_from_file_location("segment_clip", EXAMPLES / "segment_clip.py")
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    tune = Segmenter.tune
    few = TuneConfig(iterations=2, fast_id_start=True, rois_per_image=16, masks_per_image=4)
    monkeypatch.setattr(Segmenter, "tune", lambda self, video, masks, quality: tune(self, video, masks, overrides=few))
    similarity = example.segment_clip(tmp_path, max_side=128, frames=3)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["00000.png", "00001.png", "00002.png"]
    assert read_label_map(tmp_path / "00002.png").shape == (480, 854)
    assert 1 / 3 <= similarity <= 1  # the first of three frames is given


def test_the_notebook_uses_names_that_exist() -> None:
    cells = json.loads((EXAMPLES / "segment_clip.ipynb").read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("lipcore"):
            module = importlib.import_module(str(node.module))
            assert all(hasattr(module, alias.name) for alias in node.names)
