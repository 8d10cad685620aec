"""Objects: one that exists is valid, and the default one has its id's colour."""

from __future__ import annotations

import pytest

from lipcore.errors import LipError
from lipcore.project.objects import MAX_NAME_LENGTH, VideoObject, default_object


def test_default_objects_are_called_and_coloured_by_their_id() -> None:
    assert default_object(1) == VideoObject(1, "Object 1", (128, 0, 0))
    assert default_object(2).colour == (0, 128, 0)
    assert len({default_object(number).colour for number in range(1, 255)}) == 254


@pytest.mark.parametrize("number", [-1, 0, 255, 256])
def test_ids_that_mean_background_or_ignored_are_no_objects(number: int) -> None:
    with pytest.raises(LipError, match="from 1 to 254"):
        default_object(number)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\tb", "\u2028x", "\ud800", "x" * (MAX_NAME_LENGTH + 1)])
def test_a_name_is_one_line_that_says_something(name: str) -> None:
    with pytest.raises(LipError, match="name"):
        VideoObject(1, name, (0, 0, 0))


@pytest.mark.parametrize("colour", [(0, 0), (0, 0, 0, 0), (-1, 0, 0), (0, 0, 256)])
def test_a_colour_is_three_bytes(colour: tuple[int, int, int]) -> None:
    with pytest.raises(LipError, match="three numbers"):
        VideoObject(1, "cat", colour)
