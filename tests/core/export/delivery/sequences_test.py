"""Cut-outs keep the picture's colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lipcore.exchange import Selection, export, find_format
from lipcore.export.delivery.sequences import CutOutOptions
from tests.core.export.noise import noise_video
from tests.core.hard_labels import hard_labels, labelled


@pytest.mark.parametrize("per_object", [False, True])
def test_cut_outs_keep_the_colours_and_are_opaque_on_the_object(tmp_path: Path, per_object: bool) -> None:
    maps, video = hard_labels()[:1], noise_video(1)
    options = CutOutOptions(per_object)
    list(export(Selection(labelled(maps), pictures=video), find_format("cutouts"), tmp_path / "out", options))
    path = tmp_path / "out" / f"clip_{'Object 2' if per_object else 'all'}_00000.png"
    with Image.open(path) as picture:
        pixels = np.array(picture)
    np.testing.assert_array_equal(pixels[..., :3], video[0])
    np.testing.assert_array_equal(pixels[..., 3] == 255, maps[0] == 2 if per_object else maps[0] > 0)
