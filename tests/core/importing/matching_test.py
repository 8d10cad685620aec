"""Names of masks and frames: equal names, then numbers, then the order."""

from __future__ import annotations

import pytest

from lipcore.errors import LipError
from lipcore.importing.matching import match_frames


def test_names_match_exactly_then_by_number_then_by_order() -> None:
    frames = ["00000", "00001", "00002"]
    assert match_frames(["00002", "00000"], frames, "x") == ([2, 0], ())
    found, notes = match_frames(["mask_2", "mask_1"], frames, "x")
    assert found == [2, 1]
    assert "'mask_2' is frame 2" in notes[0]
    found, notes = match_frames(["c", "a", "b"], frames, "x")
    assert found == [2, 0, 1]
    assert "in order" in notes[0]
    assert match_frames(["7", "8", "9"], frames, "x")[0] == [0, 1, 2]


@pytest.mark.parametrize(("names", "words"), [([], "nothing"), (["a", "a"], "two entries"), (["a", "b"], "called 'a'")])
def test_names_that_cannot_be_matched_are_refused(names: list[str], words: str) -> None:
    with pytest.raises(LipError, match=words):
        match_frames(names, ["00000", "00001", "00002"], "x")
