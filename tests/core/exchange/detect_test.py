"""Which format a file or folder has, by what is in it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.exchange import READABLE, detect, find_format
from lipcore.masks import write_label_map
from tests.core.hard_labels import export_all, hard_labels, labelled

WRITTEN = [form.name for form in READABLE]


@pytest.mark.parametrize("form", WRITTEN)
def test_what_is_exported_is_found_to_be_what_it_is(tmp_path: Path, form: str) -> None:
    path = export_all(labelled(hard_labels()[:2]), form, tmp_path / f"out{find_format(form).writer.suffix}")
    assert detect(path) == form


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ({"shapes": []}, "labelme"),
        ({"_via_img_metadata": {}}, "via"),
        ({"items": [], "categories": {}}, "datumaro"),
        ({"objects": [], "info": {"description": "ISAT"}}, "isat"),
        ({"objects": [], "size": {}}, "supervisely"),
        ({"videos": [{"file_names": []}], "annotations": []}, "youtube-vis"),
        ({"videos": [{"name": "a"}], "annotations": []}, "coco"),
        ({"images": []}, "coco"),
        ([{"data": {}}], "label-studio"),
    ],
)
def test_json_is_told_by_its_keys(tmp_path: Path, content: object, form: str) -> None:
    (tmp_path / "a.json").write_text(json.dumps(content))
    assert detect(tmp_path / "a.json") == form


@pytest.mark.parametrize("content", [{}, [], [{"x": 1}], 5, {"objects": []}, {"x": {"y": 1}}])
def test_other_json_is_refused(tmp_path: Path, content: object) -> None:
    (tmp_path / "a.json").write_text(json.dumps(content))
    with pytest.raises(LipError, match="no format that LIP knows"):
        detect(tmp_path / "a.json")


@pytest.mark.parametrize(("line", "form"), [("1 2001 2 30 50 abc", "mots-txt"), ("0 0.5 0.5 0.1 0.2 0.3", "yolo")])
def test_text_is_told_by_its_first_line(tmp_path: Path, line: str, form: str) -> None:
    (tmp_path / "a.txt").write_text(line)
    assert detect(tmp_path / "a.txt") == form


def test_files_beside_pictures_are_what_they_are_and_not_the_pictures(tmp_path: Path) -> None:
    write_label_map(tmp_path / "00000.png", np.zeros((4, 5), np.uint8))
    assert detect(tmp_path) == "davis"
    (tmp_path / "other.json").write_text(json.dumps({"images": []}))
    assert detect(tmp_path) == "davis"  # nobody's annotations of these pictures
    (tmp_path / "00000.json").write_text(json.dumps({"shapes": []}))
    assert detect(tmp_path) == "labelme"


def test_files_of_other_kinds_hold_no_labels(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("x")
    with pytest.raises(LipError, match="only PNG, JSON, XML and TXT"):
        detect(tmp_path / "a.pdf")
