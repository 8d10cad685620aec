"""MOTS as text: frames that count from 1, and lines of another form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from lipcore.exchange import open_import
from tests.core.importing.foreign import VIDEO, H, W, box, put, refused

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # inside pycocotools


def test_mots_frames_that_are_counted_from_one(tmp_path: Path) -> None:
    code = coco_mask.encode(np.asfortranarray(box(1, 1, 9, 9)))["counts"].decode()
    lines = [f"{frame} {identity} 2 {H} {W} {code}" for frame, identity in ((1, 2001), (4, 2007), (2, 10000))]
    opened = open_import(put(tmp_path / "clip.txt", "\n".join(lines)), VIDEO)
    assert opened.frames == [0, 1, 3]
    assert opened.notes == ("Its frames are counted from 1.",)
    assert {number: item.name for number, item in opened.objects.items()} == {1: "pedestrian 1", 7: "pedestrian 7"}
    assert [int(step.labels.max()) for step in opened.read()] == [1, 255, 7]


def test_mots_text_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    refused(put(tmp_path / "a.txt", "1 2 3 4 5 6 7"), "mots-txt", "six columns")
