"""Black and white masks: every frame of every object."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from tests.core.hard_labels import export_all, hard_labels, labelled


def test_single_masks_have_every_frame_of_every_object(tmp_path: Path) -> None:
    maps = hard_labels()
    out = export_all(labelled(maps), "masks", tmp_path / "out")
    assert (out / "001 Käse _ 1").is_dir()
    for number, folder in ((3, "003 Object 3"), (255, "255 ignore"), (254, "254 Object 254")):
        files = sorted((out / folder).iterdir())
        assert len(files) == len(maps)
        for path, labels in zip(files, maps, strict=True):
            mask = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            np.testing.assert_array_equal(mask, np.where(labels == number, 255, 0))
