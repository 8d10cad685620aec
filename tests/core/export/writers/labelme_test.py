"""labelme files follow the schema of labelme's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from lipcore.exchange import Selection, export, find_format
from lipcore.export.writers.labelme import LabelmeOptions
from tests.core.export.noise import noise_video
from tests.core.hard_labels import export_all, hard_labels, labelled

REFERENCE = Path(__file__).parents[3] / "reference"


@pytest.mark.parametrize("pictures", [False, True])
def test_labelme_files_follow_the_schema(tmp_path: Path, pictures: bool) -> None:
    schema = Draft202012Validator(json.loads((REFERENCE / "labelme.schema.json").read_text(encoding="utf-8")))
    maps = hard_labels()
    selection = Selection(labelled(maps), pictures=noise_video(len(maps)))
    list(export(selection, find_format("labelme"), tmp_path / "out", LabelmeOptions(pictures)))
    files = sorted((tmp_path / "out").glob("0*.json"))
    assert len(files) == len(maps)
    for path in files:
        content = json.loads(path.read_text(encoding="utf-8"))
        schema.validate(content)
        assert (path.parent / content["imagePath"]).is_file() == pictures
    shape = json.loads(files[0].read_text(encoding="utf-8"))["shapes"][0]
    assert shape["points"] == [[2.0, 2.0], [39.0, 29.0]]


@pytest.mark.parametrize(
    "broken",
    [
        {"group_id": "7"},
        {"mask": None},
        {"points": [[1, 2]]},
        {"points": []},
        {"label": 3},
        {"shape_type": "blob"},
        {"flags": {"seen": 1}},
    ],
)
def test_the_schema_refuses_what_labelme_would(tmp_path: Path, broken: dict[str, object]) -> None:
    schema = Draft202012Validator(json.loads((REFERENCE / "labelme.schema.json").read_text(encoding="utf-8")))
    out = export_all(labelled(hard_labels()[:1]), "labelme", tmp_path / "out")
    content = json.loads((out / "00000.json").read_text(encoding="utf-8"))
    content["shapes"][0].update(broken)
    assert not schema.is_valid(content)
