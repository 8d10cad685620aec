"""The sound of a video: what cannot be copied is a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.export.selection import Selection
from lipcore.video import open_video
from tests.core.export.delivery.sources import (
    deliver,
    selection,
    write_source,
)
from tests.core.hard_labels import labelled


def test_sound_that_a_container_cannot_hold_is_a_sentence(tmp_path: Path) -> None:
    with open_video(write_source(tmp_path / "source.mov")) as video:
        chosen = Selection(labelled([np.ones((48, 64), np.uint8)] * 24), pictures=video)
        with pytest.raises(LipError, match="The sound is aac, which a file of type webm cannot hold"):
            deliver(chosen, "matte-video", tmp_path / "out.webm", codec="vp9", sound=True)
    assert [path.name for path in tmp_path.iterdir()] == ["source.mov"]


def test_a_video_without_sound_is_a_sentence(tmp_path: Path) -> None:
    for form, suffix in (("prores", ".mov"), ("matte-video", ".mp4"), ("overlay", ".mp4")):
        with pytest.raises(LipError, match="no sound to copy"):
            deliver(selection(), form, tmp_path / f"out{suffix}", sound=True)
    assert list(tmp_path.iterdir()) == []
