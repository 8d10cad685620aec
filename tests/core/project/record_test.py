"""Records: a project that exists is a possible one; what is not is a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lipcore.errors import LipError
from lipcore.project.objects import default_object
from lipcore.project.record import MAX_FRAMES, ProjectRecord
from lipcore.project.stopped_run import StoppedRun
from tests.core.project.helpers import small_project


@pytest.fixture
def record() -> ProjectRecord:
    return small_project(3).record


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"frame_names": ()}, "this video has 0"),
        ({"frame_names": tuple(map(str, range(MAX_FRAMES + 1)))}, "this video has 100,001"),
        ({"height": 0}, "30 x 0 pixels"),
        ({"height": 10**6, "width": 10**6}, "pixels are not possible"),
        ({"frame_rate": 0.0}, "A frame rate of 0.0"),
        ({"frame_rate": float("nan")}, "A frame rate of nan"),
        ({"frame_names": ("a", "b", "A")}, "Two frames of the video"),
        ({"in_out": (2, 1)}, "The working range"),
        ({"in_out": (0, 3)}, "The working range"),
        ({"stopped": StoppedRun("both", 1, 3)}, "The stopped run"),
        ({"name": "x" * 256}, "at most 255 characters"),
        ({"name": "a\0"}, "at most 255 characters"),
        ({"settings": {str(number): 1 for number in range(201)}}, "at most 200 settings"),
        ({"settings": {"x" * 101: 1}}, "at most 200 settings"),
        ({"settings": {"size": 1e301}}, "The setting 'size' cannot be kept"),
        ({"settings": {"size": float("nan")}}, "The setting 'size' cannot be kept"),
        ({"settings": {"text": "x" * 1001}}, "The setting 'text' cannot be kept"),
        ({"objects": (default_object(1), default_object(1))}, "the same id"),
    ],
)
def test_what_is_not_possible_is_a_sentence(record: ProjectRecord, change: dict[str, object], words: str) -> None:
    with pytest.raises(LipError, match=words):
        replace(record, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "a\\b", "a\nb", "\x7f", "x" * 201, "\ud800"])
def test_a_name_of_a_frame_stays_in_its_folder(record: ProjectRecord, name: str) -> None:
    with pytest.raises(LipError, match="A frame cannot be called"):
        replace(record, frame_names=("a", "b", name))


@pytest.mark.parametrize("name", ["a.b", "x" * 200, "é 1", "-"])
def test_plain_names_are_kept(record: ProjectRecord, name: str) -> None:
    assert replace(record, frame_names=("a", "b", name)).frame_names[2] == name


def test_very_long_names_of_very_many_frames_are_refused(record: ProjectRecord) -> None:
    names = tuple(f"{number:05d}{'x' * 150}" for number in range(60_000))
    with pytest.raises(LipError, match="too long to be kept"):
        replace(record, frame_names=names, in_out=(0, 1))
