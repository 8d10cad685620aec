"""From a source to frames of labels: which frame a picture is, sizes that fit, and imports that show nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.importing.flow import import_source
from lipcore.importing.result import ImportOptions
from lipcore.importing.source import Described, Drawn, Picture, Source
from tests.helpers import blank_video

VIDEO = blank_video(4, 6, 8)  # called 00000 to 00003


def source(pictures: Sequence[Picture], lone: bool = False, seen: bool = True, notes: tuple[str, ...] = ()) -> Source:
    """A source whose picture shows one object at the column that is its index, if it is seen at all."""

    def draw(index: int, height: int, width: int) -> Drawn:
        labels = np.zeros((height, width), np.uint8)
        labels[:, index] = seen
        return Drawn(labels, {}, notes)

    return Source(
        "a.json", pictures, {"cat": Described("cat", None, 1, "label cat")}, lambda ids: draw, ("Read.",), lone
    )


def columns(pictures: Sequence[Picture], **options: object) -> dict[int, int]:
    """The object's column by frame."""
    opened = import_source(source(pictures), VIDEO, ImportOptions(**options))
    return {step.frame: int(np.flatnonzero(step.labels[0])[0]) for step in opened.read()}


def test_pictures_are_read_in_the_order_of_their_frames() -> None:
    opened = import_source(source([Picture("00002"), Picture("00000")]), VIDEO, ImportOptions())
    assert opened.frames == [0, 2]
    assert (opened.notes, opened.origins) == (("Read.",), {1: "label cat"})
    assert columns([Picture("00002"), Picture("00000")]) == {0: 1, 2: 0}


def test_numbers_go_before_names_and_may_count_from_one() -> None:
    assert columns([Picture("x", frame=3), Picture("y", frame=0)]) == {0: 1, 3: 0}
    opened = import_source(source([Picture("x", frame=4), Picture("y", frame=1)]), VIDEO, ImportOptions())
    assert (opened.frames, opened.notes) == ([0, 3], ("Read.", "Its frames are counted from 1."))


def test_a_lone_file_goes_where_it_is_told_or_named_or_to_the_first_frame() -> None:
    def frames(picture: Picture, **options: object) -> tuple[list[int], int]:
        opened = import_source(source([picture], lone=True), VIDEO, ImportOptions(**options))
        return list(opened.frames), len(opened.notes)

    assert frames(Picture("00002")) == ([2], 1)
    assert frames(Picture("drawing", other_name="00003")) == ([3], 1)
    assert frames(Picture("drawing")) == ([0], 2)
    assert frames(Picture("drawing"), frame=1) == ([1], 1)
    with pytest.raises(LipError, match="no frame 4"):
        frames(Picture("drawing"), frame=4)


def test_sizes_must_be_equal_or_nearly_so_where_that_is_allowed() -> None:
    near, far = Picture("00000", (7, 8)), Picture("00000", (8, 8))
    for picture, stretch in ((near, False), (far, True)):
        with pytest.raises(LipError, match="but the video has 8 x 6: they must be equal"):
            import_source(source([picture]), VIDEO, ImportOptions(stretch=stretch))
    (step,) = import_source(source([near]), VIDEO, ImportOptions(stretch=True)).read()
    assert step.labels.shape == (6, 8)
    assert "stretched" in step.notes[0]


def test_an_import_that_shows_nothing_is_an_error_that_says_why() -> None:
    opened = import_source(source([Picture("00000")], seen=False, notes=("all is grey.",)), VIDEO, ImportOptions())
    with pytest.raises(LipError, match=r"none of its 1 frames shows an object \(Frame 0: all is grey\)"):
        list(opened.read())


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(LipError, match="nothing in it for any frame"):
        import_source(source([]), VIDEO, ImportOptions())
