"""Mutated files through every importer: a LipError or valid labels, quickly, in little memory, never anything else."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lipcore.errors import LipError
from lipcore.exchange import READABLE, ImportOptions, find_format, open_import
from tests.core.hard_labels import export_all, hard_labels, labelled

resource = pytest.importorskip("resource", reason="measures memory as POSIX systems do")

MAX_SECONDS, MAX_BYTES = 5.0, 1_000_000_000
QUICK, THOROUGH = 25, -(-int(os.environ.get("LIP_MUTATED_INPUTS", "70000")) // 24)
"""Cases per format and kind of mutation: 24 of them."""
NAMES = [form.name for form in READABLE]
JSON_FILES = {
    "coco": "",
    "youtube-vis": "",
    "labelme": "00001.json",
    "isat": "00001.json",
    "via": "",
    "label-studio": "",
    "datumaro": "annotations/default.json",
    "supervisely": "clip/ann/00001.jpg.json",
}
"""The JSON file in an export of the format whose values are mutated."""
SOURCE = labelled([labels[:12, :16].copy() for labels in hard_labels()[:3]])

Change = tuple[float, int, bytes]
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=8)), min_size=1, max_size=6)
STRANGE = st.one_of(
    st.sampled_from(
        [None, True, -1, 0, 255, 256, 2**31, 2**63, 10**400, 1e308, float("nan"), float("inf"), "", "../../etc/passwd"]
    ),
    st.sampled_from(["\x00", "\ud800", "nan", "/", "C:\\x", "0" * 5000, "polygon", "mask", "circle", "rectangle"]),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.lists(st.integers(-40, 40), max_size=8),
    st.lists(st.lists(st.floats(-50, 50), min_size=2, max_size=2), max_size=6),
    st.lists(st.lists(st.floats(-50, 50), max_size=9), max_size=4),
    st.dictionaries(st.sampled_from(["size", "counts", "id", "track_id"]), st.integers(-5, 300), max_size=3),
)
EDITS = st.lists(st.tuples(st.lists(st.floats(0, 1), min_size=1, max_size=5), STRANGE), min_size=1, max_size=4)


def original(form: str, folder: Path) -> Path:
    """A good export of the format, made once in a folder."""
    path = folder / f"good{find_format(form).writer.suffix}"
    return path if path.exists() else export_all(SOURCE, form, path)


def mutated_bytes(data: bytes, changes: list[Change]) -> bytes:
    """Replace stretches of some bytes, at places given as parts of the length."""
    for place, length, replacement in changes:
        position = int(place * len(data))
        data = data[:position] + replacement + data[position + length :]
    return data


def mutated_json(value: object, edits: list[tuple[list[float], object]]) -> object:
    """Replace values at places found by walking down, each step given as a part of the number of entries."""
    for path, replacement in edits:
        place: Any = value
        for index, step in enumerate(path):
            if not isinstance(place, dict | list) or not place:
                break
            keys = list(place) if isinstance(place, dict) else range(len(place))
            key = keys[min(int(step * len(keys)), len(keys) - 1)]
            if index == len(path) - 1 or not isinstance(place[key], dict | list):
                place[key] = replacement
                break
            place = place[key]
    return value


@dataclass
class Tally:
    """How the cases ended."""

    cases: int = 0
    accepted: int = 0


def check(path: Path, form: str, options: ImportOptions, tally: Tally) -> None:
    """Import and require a LipError or valid labels, within the limits."""
    start = time.monotonic()
    tally.cases += 1
    with contextlib.suppress(LipError):
        opened = open_import(path, SOURCE, form, options)
        for number, video_object in opened.objects.items():
            assert video_object.object_id == number
        shown = 0
        for step in opened.read():
            shown += int(np.count_nonzero(step.labels))
            assert step.frame in opened.frames
            assert 0 <= step.frame < SOURCE.frame_count
            assert step.labels.dtype == np.uint8
            assert step.labels.shape == (SOURCE.height, SOURCE.width)
            assert all(0 <= score <= 1 for score in step.scores.values())
        assert shown, "accepted, but nothing is shown"
        tally.accepted += 1
    assert time.monotonic() - start < MAX_SECONDS


def spoil_one_file(path: Path, place: float, changes: list[Change]) -> None:
    """Mutate one file of an export."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    file = files[min(int(place * len(files)), len(files) - 1)]
    file.write_bytes(mutated_bytes(file.read_bytes(), changes))


def mutation_settings(count: int) -> settings:
    """The same cases every time in the quick test, others every time in the thorough one."""
    quick = count == QUICK
    return settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=quick,
    )


def run_bytes(form: str, folder: Path, count: int) -> None:
    good, tally = original(form, folder), Tally()

    @mutation_settings(count)
    @given(place=st.floats(0, 1), changes=CHANGES, auto=st.booleans(), frame=st.sampled_from([None, 0, 2, 9]))
    def mutate(place: float, changes: list[Change], auto: bool, frame: int | None) -> None:
        bad = folder / f"bad{good.suffix}"
        if good.is_dir():
            shutil.rmtree(bad, ignore_errors=True)
            shutil.copytree(good, bad)
        else:
            shutil.copyfile(good, bad)
        spoil_one_file(bad, place, changes)
        check(bad, "auto" if auto else form, ImportOptions(frame=frame), tally)

    limited(mutate)
    report(form, tally, count)


def run_json(form: str, folder: Path, count: int) -> None:
    good, tally = original(form, folder), Tally()
    file = good / JSON_FILES[form] if JSON_FILES[form] else good
    text = file.read_text(encoding="utf-8")
    bad = folder / file.name

    @mutation_settings(count)
    @given(edits=EDITS)
    def mutate(edits: list[tuple[list[float], object]]) -> None:
        bad.write_text(json.dumps(mutated_json(json.loads(text), edits)), encoding="utf-8")
        check(bad, form, ImportOptions(), tally)

    limited(mutate)
    report(form, tally, count)


def report(form: str, tally: Tally, count: int) -> None:
    """Say how the cases ended, and require that there were as many as asked for and some of either kind."""
    print(f"{form}: {tally.cases} cases, {tally.accepted} accepted")
    assert tally.cases >= count
    assert 0 < tally.accepted < tally.cases


def limited(mutate: Callable[[], None]) -> None:
    """Run, and require that the process's memory did not grow by more than the limit at any time."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mutate()
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MAX_BYTES


@pytest.mark.parametrize("form", NAMES)
def test_mutated_bytes(form: str, tmp_path: Path) -> None:
    run_bytes(form, tmp_path, QUICK)


@pytest.mark.parametrize("form", list(JSON_FILES))
def test_mutated_values(form: str, tmp_path: Path) -> None:
    run_json(form, tmp_path, QUICK)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("form", NAMES)
def test_mutated_bytes_thoroughly(form: str, tmp_path: Path) -> None:
    run_bytes(form, tmp_path, THOROUGH)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("form", list(JSON_FILES))
def test_mutated_values_thoroughly(form: str, tmp_path: Path) -> None:
    run_json(form, tmp_path, THOROUGH)
