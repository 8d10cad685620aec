"""What is exported comes back bit for bit through every format that can be read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lipcore.errors import LipError
from lipcore.exchange import READABLE, Selection, export, find_format, open_import
from lipcore.export.writers.sequences.davis import DavisOptions
from tests.core.exchange import export_all, hard_labels, labelled
from tests.helpers import ArrayVideo

NAMES = [form.name for form in READABLE]
EXACT = [name for name in NAMES if name != "yolo"]  # which has neither pieces nor ignored pixels
NAMED = [name for name in EXACT if name not in ("davis", "mots-png", "mots-txt")]


def target(form: str, folder: Path) -> Path:
    return folder / f"out{find_format(form).writer.suffix}"


def read_all(path: Path, video: object, form: str) -> dict[int, np.ndarray]:
    opened = open_import(path, video, form)
    frames = {step.frame: step.labels for step in opened.read()}
    assert list(frames) == list(opened.frames)
    return frames


def listed(form: str, maps: Sequence[np.ndarray]) -> list[int]:
    """The frames that a file of the format lists: the text of MOTS only those in which something is seen."""
    return [frame for frame, labels in enumerate(maps) if form != "mots-txt" or labels.any()]


@pytest.mark.parametrize("form", EXACT)
@pytest.mark.parametrize("auto", [False, True])
def test_hard_labels_come_back(tmp_path: Path, form: str, auto: bool) -> None:
    maps = hard_labels()
    source = labelled(maps)
    path = export_all(source, form, target(form, tmp_path))
    frames = read_all(path, source, "auto" if auto else form)
    assert sorted(frames) == listed(form, maps)
    for frame in frames:
        labels = maps[frame]
        assert frames[frame].dtype == np.uint8
        np.testing.assert_array_equal(frames[frame], labels)


@pytest.mark.parametrize("form", NAMED)
def test_names_come_back(tmp_path: Path, form: str) -> None:
    source = labelled(hard_labels())
    opened = open_import(export_all(source, form, target(form, tmp_path)), source, form)
    assert opened.notes == ()
    assert opened.objects[1].name == ("Käse _ 1" if form == "masks" else "Käse / 1")
    assert {number: item.name for number, item in opened.objects.items() if number > 1} == {
        number: item.name for number, item in source.objects.items() if number > 1
    }


def test_scores_and_colours_come_back_from_coco(tmp_path: Path) -> None:
    source = labelled(hard_labels())
    opened = open_import(export_all(source, "coco", tmp_path / "out.json"), source)
    assert opened.objects[1].colour == (10, 20, 30)
    assert next(iter(opened.read())).scores == {1: 0.75}


def test_davis_data_set_layout_comes_back(tmp_path: Path) -> None:
    maps = hard_labels()
    source = labelled(maps)
    path = export_all(source, "davis", tmp_path / "out", DavisOptions(image_sets=True))
    np.testing.assert_array_equal(read_all(path, source, "auto")[0], maps[0])


@pytest.mark.parametrize("form", EXACT)
def test_a_range_comes_back_to_its_own_frames(tmp_path: Path, form: str) -> None:
    maps = hard_labels()
    source = labelled(maps)
    list(export(Selection(source, 2, 4), find_format(form), target(form, tmp_path)))
    frames = read_all(target(form, tmp_path), source, form)
    assert sorted(frames) == [frame for frame in listed(form, maps) if 2 <= frame <= 4]
    np.testing.assert_array_equal(frames[2], maps[2])


@pytest.mark.parametrize("form", EXACT)
@settings(max_examples=12, deadline=None)
@given(
    maps=hnp.arrays(
        np.uint8,
        st.tuples(st.integers(1, 3), st.integers(1, 12), st.integers(1, 12)),
        elements=st.sampled_from([0, 0, 0, 1, 2, 7, 254, 255]),
    )
)
def test_any_labels_come_back(tmp_path_factory: pytest.TempPathFactory, form: str, maps: np.ndarray) -> None:
    source = labelled(list(maps))
    path = export_all(source, form, target(form, tmp_path_factory.mktemp("any")))
    if not ((maps > 0) & (maps < 255)).any():
        with pytest.raises(LipError, match=r"has no masks|shows an object|nothing in it|no id of MOTS"):
            read_all(path, source, form)
        return
    frames = read_all(path, source, form)
    for frame, labels in frames.items():
        np.testing.assert_array_equal(labels, maps[frame])
    assert sorted(frames) == listed(form, maps)


def test_a_video_serves_as_the_shape_to_import_for(tmp_path: Path) -> None:
    labels = np.ones((4, 5), np.uint8)
    source = labelled([labels], name="array")
    video = ArrayVideo(np.zeros((1, 4, 5, 3), np.uint8))
    frames = read_all(export_all(source, "davis", tmp_path / "out"), video, "auto")
    np.testing.assert_array_equal(frames[0], labels)
