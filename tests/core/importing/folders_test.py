"""Finding the masks of a video in folders, matching names to frames, naming objects, telling formats apart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.exchange import ImportOptions, detect, open_import
from lipcore.importing.matching import match_frames
from lipcore.importing.result import assign_ids, imported_object
from lipcore.masks import write_label_map
from tests.core.exchange import labelled

SOURCE = labelled([np.zeros((4, 5), np.uint8)] * 3)


def write_masks(folder: Path, *names: str, value: int = 1) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        write_label_map(folder / f"{name}.png", np.full((4, 5), value, np.uint8))


def test_names_match_exactly_then_by_number_then_by_order() -> None:
    frames = ["00000", "00001", "00002"]
    assert match_frames(["00002", "00000"], frames, "x") == ([2, 0], ())
    found, notes = match_frames(["mask_2", "mask_1"], frames, "x")
    assert found == [2, 1]
    assert "'mask_2' is frame 2" in notes[0]
    found, notes = match_frames(["c", "a", "b"], frames, "x")
    assert found == [2, 0, 1]
    assert "in order" in notes[0]
    assert match_frames(["7", "8", "9"], frames, "x")[0] == [0, 1, 2]


@pytest.mark.parametrize(("names", "words"), [([], "nothing"), (["a", "a"], "two entries"), (["a", "b"], "called 'a'")])
def test_names_that_cannot_be_matched_are_refused(names: list[str], words: str) -> None:
    with pytest.raises(LipError, match=words):
        match_frames(names, ["00000", "00001", "00002"], "x")


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


def test_object_folders_without_numbers_are_numbered_and_overlaps_remarked(tmp_path: Path) -> None:
    write_masks(tmp_path / "out" / "cat", "00000")
    write_masks(tmp_path / "out" / "dog", "00000")
    opened = open_import(tmp_path / "out", SOURCE, "masks")
    assert {number: item.name for number, item in opened.objects.items()} == {1: "cat", 2: "dog"}
    (step,) = opened.read()
    assert (step.labels == 2).all()
    assert "20 pixels" in step.notes[0]


def test_missing_and_strange_paths_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_text("x")
    for path, words in (("none", "does not exist"), ("a.doc", "Cannot import")):
        with pytest.raises(LipError, match=words):
            open_import(tmp_path / path, SOURCE)
    with pytest.raises(LipError, match="no format 'nothing'"):
        open_import(tmp_path, SOURCE, "nothing")
    assert detect(tmp_path) == "davis"
    with pytest.raises(LipError, match="no masks of 'clip'"):
        open_import(tmp_path, SOURCE)


def test_ids_are_kept_if_all_fit_else_renumbered() -> None:
    assert assign_ids(["a", "b"], {"a": 9, "b": 3}, "x") == {"a": 9, "b": 3}
    assert assign_ids(["a", "b"], {"a": 3, "b": 3}, "x") == {"a": 1, "b": 2}
    assert assign_ids(["a", "b"], {"a": 0, "b": True}, "x") == {"a": 1, "b": 2}


@pytest.mark.parametrize("name", ["", " \n", "\ud800", "x" * 5000, 5, None, "a\u2028b", "\x7f"])
def test_any_name_and_colour_give_a_valid_object(name: object) -> None:
    assert 1 <= len(imported_object(3, name, [1, 2, 300]).name) <= 200
