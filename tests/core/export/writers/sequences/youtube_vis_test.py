"""YouTube-VIS: one annotation an object, null where it is not seen, and a crowd of what is ignored."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lipcore.export.writers.sequences.youtube_vis import YoutubeVisOptions
from lipcore.importing.run_lengths import decode_run_lengths
from tests.core.export.writers.written import HEIGHT, WIDTH, maps, read_json, write


def test_objects_have_a_code_for_each_frame_in_which_they_are_seen(tmp_path: Path) -> None:
    content = read_json(write("youtube-vis", tmp_path / "out.json"))
    (video,) = content["videos"]
    assert (video["length"], video["height"], video["width"]) == (2, HEIGHT, WIDTH)
    assert video["file_names"] == ["clip/00000.jpg", "clip/00001.jpg"]
    names = {each["id"]: each["name"] for each in content["categories"]}
    found = {each["id"]: each for each in content["annotations"]}
    assert {number: names[each["category_id"]] for number, each in found.items()} == {
        1: "Käse / 1",
        2: "Object 2",
        255: "ignore",
    }
    assert [found[number]["iscrowd"] for number in (1, 2, 255)] == [0, 0, 1]
    for number, each in found.items():
        for code, area, labels in zip(each["segmentations"], each["areas"], maps(), strict=True):
            wanted = labels == number
            if code is None:
                assert not wanted.any()
                continue
            np.testing.assert_array_equal(decode_run_lengths(code["counts"], HEIGHT, WIDTH, "a"), wanted)
            assert area == wanted.sum()
    assert found[2]["segmentations"][0] is None
    assert found[2]["bboxes"] == [None, [0, 5, 3, 1]]


def test_the_extension_of_the_pictures_can_be_said(tmp_path: Path) -> None:
    content = read_json(write("youtube-vis", tmp_path / "out.json", YoutubeVisOptions("png")))
    assert content["videos"][0]["file_names"][0] == "clip/00000.png"
