"""What is exported: ranges, objects, and names that are safe as file names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.exchange import LabelledFrames, Selection
from lipcore.export.selection import safe_name
from tests.core.export.noise import noise_video
from tests.core.hard_labels import hard_labels, labelled


def test_range_and_objects_are_respected() -> None:
    maps = hard_labels()
    selection = Selection(labelled(maps), 2, 4, (2, 4))
    assert list(selection.frames) == [2, 3, 4]
    assert set(np.unique(selection.labels(2))) == {0, 2, 4, 255}
    np.testing.assert_array_equal(selection.labels(2) == 4, maps[2] == 4)


@pytest.mark.parametrize(
    ("first", "last", "only", "words"),
    [(5, 2, None, "not a range"), (0, 99, None, "not a range"), (-1, 2, None, "not a range"), (0, 1, (), "No object")],
)
def test_impossible_selections_are_refused(first: int, last: int, only: tuple[int, ...] | None, words: str) -> None:
    with pytest.raises(LipError, match=words):
        Selection(labelled(hard_labels()), first, last, only)


def test_unknown_object_and_wrong_number_of_pictures_are_refused() -> None:
    with pytest.raises(LipError, match="no object 9"):
        Selection(labelled(hard_labels()[:2]), only=(9,))
    with pytest.raises(LipError, match="3 frames but 8"):
        Selection(labelled(hard_labels()), pictures=noise_video(3))


@pytest.mark.parametrize(
    "names", [["../x", "b"], ["a", "A"], ["con", "b"], ["a/b", "b"], ["", "b"], ["..", "b"], ["a.", "b"]]
)
def test_frame_names_that_would_leave_the_folder_or_clash_become_numbers(names: list[str]) -> None:
    labels = np.zeros((4, 4), np.uint8)
    source = LabelledFrames("clip", 4, 4, names, 24.0, {}, lambda _: labels)
    assert list(Selection(source).frame_names) == ["00000", "00001"]


LETTERS = (
    "../../x",
    "a" * 500,
    "森" * 300,
    "é. " * 100,
    "",
    "..",
    "CON.txt",
    "a\nb",
    "C:\\x",
    " x. ",
    "💥/é",
    "\x00",
    "\ud800a",
    "\udcffb",
)


@pytest.mark.parametrize("text", LETTERS)
def test_safe_names_are_single_path_components(tmp_path: Path, text: str) -> None:
    (tmp_path / safe_name(text)).mkdir()
    assert [path.name for path in tmp_path.iterdir()] == [safe_name(text)]
    assert safe_name(safe_name(text)) == safe_name(text)
