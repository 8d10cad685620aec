"""Labels without a video: the size and the frames that they say themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.exchange.convert import Shape, labelled_frames, shape_of
from lipcore.importing.result import ImportedFrame, LabelImport
from lipcore.importing.source import Drawn, Picture, Source
from lipcore.project.objects import VideoObject


def source(pictures: Sequence[Picture], video: str = "") -> Source:
    return Source(
        "a.json", pictures, {}, lambda ids: lambda index, height, width: Drawn(np.zeros((height, width))), video=video
    )


def test_pictures_come_in_natural_order() -> None:
    pictures = [Picture("a10", (4, 5)), Picture("a9", (4, 5)), Picture("a1")]
    assert shape_of(source(pictures, video="clip")) == Shape("clip", 4, 5, ["a1", "a9", "a10"])


def test_frames_that_are_numbered_keep_their_places() -> None:
    pictures = [Picture("x", (4, 5), frame=3), Picture("y", (4, 5), frame=1)]
    assert shape_of(source(pictures)) == Shape("a.json", 4, 5, ["00000", "y", "00002", "x"])
    twice = [Picture("x", (4, 5), frame=0), Picture("x", (4, 5), frame=1)]
    assert shape_of(source(twice)).frame_names == ["x", "x"]


def test_a_size_is_given_where_the_labels_say_none() -> None:
    assert shape_of(source([Picture("a")]), (8, 9)).width == 9
    assert shape_of(source([Picture("a", (4, 5))]), (8, 9)).width == 5


@pytest.mark.parametrize(
    ("pictures", "words"),
    [
        ([], "nothing in it"),
        ([Picture("a")], "give the size"),
        ([Picture("a", (4, 5)), Picture("b", (5, 4))], "different sizes"),
        ([Picture("a", (10**5, 10**5))], "too many"),
        ([Picture("a", (4, 5), frame=-1)], "from -1 to -1"),
        ([Picture("a", (4, 5), frame=10**6)], "from 1000000"),
    ],
)
def test_what_no_video_can_be_is_refused(pictures: list[Picture], words: str) -> None:
    with pytest.raises(LipError, match=words):
        shape_of(source(pictures))


def test_frames_that_nobody_labelled_are_empty_and_unnamed_objects_get_default_names() -> None:
    labels = np.array([[0, 3, 7, 255]], np.uint8)
    opened = LabelImport(
        [1],
        {7: VideoObject(7, "cat", (1, 2, 3))},
        (),
        lambda: iter([ImportedFrame(1, labels, {3: 0.5}, ("Seen.",))]),
        {},
    )
    notes: dict[str, None] = {}
    found = labelled_frames(opened, Shape("clip", 1, 4, ["a", "b"]), None, notes)
    assert {number: item.name for number, item in found.objects.items()} == {3: "Object 3", 7: "cat"}
    np.testing.assert_array_equal(found.labels(1), labels)
    assert not found.labels(0).any()
    assert found.scores[1, 3] == 0.5
    assert np.isnan(found.scores).sum() == found.scores.size - 1
    assert (list(notes), found.frame_rate) == (["Seen."], 24.0)
