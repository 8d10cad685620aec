"""A folder of results holds one run: whole, or the earlier one; and never loses what LIP did not write."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.masks import read_label_map, write_label_map
from lipcore.runs.results_folder import REPORT, UNFINISHED, ResultsFolder

NAMES = ("00000", "00001", "00002")


def finish(path: Path, value: int, names: tuple[str, ...] = NAMES, identity: str = "a") -> None:
    results = ResultsFolder(path, names)
    results.begin(identity)
    for name in names:
        results.write(name, np.full((4, 5), value, np.uint8))
    results.finish({"run": value})


def values(path: Path) -> dict[str, int]:
    return {mask.name: int(read_label_map(mask)[0, 0]) for mask in sorted(path.glob("*.png"))}


def test_an_interrupted_run_leaves_the_earlier_one_whole(tmp_path: Path) -> None:
    finish(tmp_path, 1)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    results = ResultsFolder(tmp_path, NAMES)
    results.begin("b")
    results.write("00000", np.full((4, 5), 2, np.uint8))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_new_run_replaces_all_of_an_earlier_one(tmp_path: Path) -> None:
    finish(tmp_path, 1, (*NAMES, "00003"))
    finish(tmp_path, 2)
    assert values(tmp_path) == {"00000.png": 2, "00001.png": 2, "00002.png": 2}
    assert json.loads((tmp_path / REPORT).read_text())["run"] == 2
    assert not (tmp_path / UNFINISHED).exists()


def test_while_masks_are_put_in_place_the_report_says_so_and_a_new_run_repairs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(tmp_path, 1)
    replace, count = os.replace, 0

    def fail(source: Path, target: Path) -> None:
        nonlocal count
        count += target.parent == tmp_path and target.suffix == ".png"
        if count == 2:
            raise KeyboardInterrupt
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        with pytest.raises(KeyboardInterrupt):
            finish(tmp_path, 2)
    assert values(tmp_path) == {"00000.png": 2, "00001.png": 1, "00002.png": 1}
    assert json.loads((tmp_path / REPORT).read_text())["unfinished"] is True
    finish(tmp_path, 3)
    assert set(values(tmp_path).values()) == {3}


@pytest.mark.parametrize("foreign", ["picture", "corrected mask"])
def test_what_lip_did_not_write_is_never_replaced(tmp_path: Path, foreign: str) -> None:
    if foreign == "corrected mask":
        finish(tmp_path, 1)
    write_label_map(tmp_path / "00001.png", np.eye(4, 5, dtype=np.uint8))
    before = (tmp_path / "00001.png").read_bytes()
    with pytest.raises(LipError, match=r"such as 00001\.png: choose another folder"):
        finish(tmp_path, 2)
    assert (tmp_path / "00001.png").read_bytes() == before


def test_a_mask_that_is_corrected_during_the_run_is_not_replaced(tmp_path: Path) -> None:
    finish(tmp_path, 1)
    results = ResultsFolder(tmp_path, NAMES)
    results.begin("b")
    results.write("00000", np.full((4, 5), 2, np.uint8))
    write_label_map(tmp_path / "00001.png", np.eye(4, 5, dtype=np.uint8))
    with pytest.raises(LipError, match="changed since"):
        results.finish({})
    assert values(tmp_path)["00000.png"] == 1


def test_results_of_a_version_without_digests_are_replaced_unless_they_are_newer(
    tmp_path: Path,
) -> None:
    finish(tmp_path, 1)
    (tmp_path / REPORT).write_text(json.dumps({"frames": [{"name": name} for name in (*NAMES, "../x")]}))
    finish(tmp_path, 2)
    (tmp_path / REPORT).write_text(json.dumps({"frames": [{"name": name} for name in NAMES]}))
    os.utime(tmp_path / REPORT, ns=(1, 1))
    with pytest.raises(LipError, match="changed since"):
        finish(tmp_path, 3)


def test_only_the_same_run_goes_on_with_what_was_tuned(tmp_path: Path) -> None:
    results = ResultsFolder(tmp_path, NAMES)
    assert results.begin("a") == b""
    results.keep_tuned(b"tuned")
    assert ResultsFolder(tmp_path, NAMES).begin("a") == b"tuned"
    assert ResultsFolder(tmp_path, NAMES).begin("b") == b""
    assert ResultsFolder(tmp_path, NAMES).begin("a") == b""


@pytest.mark.parametrize("content", ["", "[]", "null", '{"masks": 5}', '{"frames": [1, {"name": 2}]}', "[" * 100_000])
def test_a_damaged_report_knows_no_masks(tmp_path: Path, content: str) -> None:
    finish(tmp_path, 1)
    (tmp_path / REPORT).write_text(content)
    with pytest.raises(LipError, match="3 pictures that LIP did not write"):
        finish(tmp_path, 2)
