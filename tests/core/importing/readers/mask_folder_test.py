"""Folders of masks: found where data sets put them, by the video's name, with the names of objects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lipcore.errors import LipError
from lipcore.exchange import ImportOptions, open_import
from tests.core.importing.mask_files import SOURCE, write_masks


@pytest.mark.parametrize(
    "inside", ["", "clip", "Annotations/480p/clip", "Annotations/clip", "Annotations/Full-Resolution/clip", "only-one"]
)
def test_masks_are_found_where_data_sets_put_them(tmp_path: Path, inside: str) -> None:
    write_masks(tmp_path / "set" / inside, "00000", "00001")
    assert [step.frame for step in open_import(tmp_path / "set", SOURCE, "davis").read()] == [0, 1]


def test_one_of_several_videos_is_chosen_by_name_or_option(tmp_path: Path) -> None:
    write_masks(tmp_path / "clip", "00000", value=1)
    write_masks(tmp_path / "other", "00000", value=2)
    assert next(open_import(tmp_path, SOURCE, "davis").read()).labels.max() == 1
    chosen = open_import(tmp_path, SOURCE, "davis", ImportOptions(video="other"))
    assert next(chosen.read()).labels.max() == 2
    for name in ("third", "../other", "/etc"):
        with pytest.raises(LipError, match="its folders are clip, other"):
            open_import(tmp_path, SOURCE, "davis", ImportOptions(video=name))


def test_meta_names_objects_and_nothing_in_it_is_followed(tmp_path: Path) -> None:
    write_masks(tmp_path / "Annotations" / "clip", "00000")
    objects = {"1": {"category": "dog\n\x00"}, "../2": {"category": "x"}, "999": {"category": "y"}, "3": 5}
    (tmp_path / "meta.json").write_text(json.dumps({"videos": {"clip": {"objects": objects}, "../../etc": {}}}))
    opened = open_import(tmp_path, SOURCE)
    assert {number: item.name for number, item in opened.objects.items()} == {1: "dog"}


def test_single_file_belongs_to_its_name_its_option_or_the_first_frame(tmp_path: Path) -> None:
    write_masks(tmp_path, "00002", "drawing")
    assert open_import(tmp_path / "00002.png", SOURCE).frames == [2]
    opened = open_import(tmp_path / "drawing.png", SOURCE)
    assert (opened.frames, len(opened.notes)) == ([0], 1)
    assert open_import(tmp_path / "drawing.png", SOURCE, options=ImportOptions(frame=1)).frames == [1]
    with pytest.raises(LipError, match="no frame 3"):
        open_import(tmp_path / "drawing.png", SOURCE, options=ImportOptions(frame=3))
