"""Names by template: what they become, and one sentence for every way in which they can be wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.export.delivery.names import FileNames, unique_names
from lipcore.export.selection import Selection, safe_name
from lipcore.export.source import LabelledFrames
from lipcore.project.objects import VideoObject
from tests.core.hard_labels import labelled


def selection(names: list[str], frames: int = 12, video: str = "clip") -> Selection:
    """Objects 1, 2, ... of these names on so many frames."""
    known = {number: VideoObject(number, name, (1, 2, 3)) for number, name in enumerate(names, 1)}
    labels = np.zeros((4, 4), np.uint8)
    numbers = [f"{frame:05d}" for frame in range(frames)]
    return Selection(LabelledFrames(video, 4, 4, numbers, 24.0, known, lambda _: labels))


def named(template: str, names: list[str] = ["dog"], per_object: bool = True, first: int | None = 0) -> FileNames:  # noqa: B006
    return FileNames(selection(names), template, ".png", per_object, first)


def test_fields_are_filled_in_and_frames_are_counted_from_the_first() -> None:
    files = named("{video}_{object}_{id:03d}_{frame:05d}", ["dog", "Käse / 1"], first=1001)
    files.check()
    assert files.of_frame(2) == ["clip_dog_001_01003.png", "clip_Käse _ 1_002_01003.png"]
    assert named("{video}_{object}_{frame}", per_object=False).of_frame(7) == ["clip_all_7.png"]
    assert named("{video}_{object}", first=None).of_frame(7) == ["clip_dog.png"]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{video}_{take}_{frame}", r"no field \{take\} here: there are \{frame\}, \{id\}, \{object\}, \{video\}"),
        ("{}_{frame}", r"no field \{\} here"),
        ("{0}_{frame}", r"no field \{0\} here"),
        ("{object.__class__}_{frame}", r"no field \{object.__class__\}"),
        ("{object[0]}_{frame}", r"no field \{object\[0\]\}"),
        ("{object!r}_{frame}", "or numbers with their digits"),
        ("{object:>30}_{frame}", "or numbers with their digits"),
        ("{frame:999999999d}", "or numbers with their digits"),
        ("{frame:{id}}", "or numbers with their digits"),
        ("{frame:x}", "or numbers with their digits"),
        ("{frame", "without its partner"),
        ("frame}", "without its partner"),
        ("{object}/{frame}", "all files lie in one folder"),
        ("{object}\\{frame}", "all files lie in one folder"),
        ("../{frame}", "all files lie in one folder"),
    ],
)
def test_a_wrong_template_is_one_sentence(template: str, words: str) -> None:
    with pytest.raises(LipError, match=words) as raised:
        named(template)
    assert str(raised.value).count(". ") == 0


@pytest.mark.parametrize(
    ("template", "names", "words"),
    [
        ("{object}", ["dog"], r"put \{frame\} into it"),
        ("{frame}", ["dog", "cat"], r"put \{object\} or \{id\} into it"),
        ("{object}{frame}", ["dog", "dog1"], "put a sign between the fields"),
        ("", ["dog"], "cannot be a file's name"),
        (".{object}{frame}", ["dog"], "cannot be a file's name"),
        ("{object}_{frame}.", ["dog"], "cannot be a file's name"),
        ("{object}:{frame}", ["dog"], "cannot be a file's name"),
        ("{object}\n{frame}", ["dog"], "cannot be a file's name"),
        ("a" * 200 + "{frame}", ["dog"], "cannot be a file's name"),
        ("{frame}", [], "no object to deliver"),
    ],
)
def test_names_that_collide_or_no_system_can_have_are_refused(template: str, names: list[str], words: str) -> None:
    with pytest.raises(LipError, match=words):
        named(template, names).check()


def test_a_video_that_lasts_one_frame_needs_no_field_for_it() -> None:
    files = named("{object}", ["dog", "cat"])
    replace(files, selection=selection(["dog", "cat"], frames=1)).check()


@pytest.mark.parametrize("number", [-1, 10_000_000])
def test_numbers_that_are_no_frames_are_refused(number: int) -> None:
    with pytest.raises(LipError, match="from 0 to 9,999,999"):
        named("{frame}", first=number)


def test_names_of_objects_are_safe_and_never_alike() -> None:
    names = ["a/b", "a?b", "A_B", "con", "é", "é", "x" * 199, "x" * 200, "..", "a_b_1", "森" * 60]
    found = unique_names(selection(names), safe_name)
    assert len({name.casefold() for name in found.values()}) == len(names)
    assert all(safe_name(name) == name for name in found.values())
    files = named("{object}_{frame}", names)
    files.check()
    assert max(len(name.encode()) for name in files.of_frame(0)) < 120
    assert files.of(4, 0) == "_con_0.png"


def test_a_title_of_a_video_cannot_leave_the_folder() -> None:
    for title in ("../../etc", "..", "C:\\x", "a" * 400):
        files = FileNames(selection(["dog"], video=title), "{video}_{frame}", ".png", True)
        files.check()
        assert safe_name(files.of(1, 0)) == files.of(1, 0)


def test_every_hard_object_has_a_name() -> None:
    labels = np.arange(255, dtype=np.uint8)[None]
    files = FileNames(Selection(labelled([labels])), "{object}_{frame:05d}", ".png", True)
    files.check()
    assert len(set(files.of_frame(0))) == 254
