"""Sequences of cut-outs and mattes, read back by OpenCV, Pillow and ffmpeg with the values that were meant."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from lipcore.errors import LipError
from lipcore.exchange import Selection, export, find_format
from lipcore.export.delivery.sequences import CutOutOptions
from lipcore.matting import EdgeSettings, foreground_colours, steady_alphas
from tests.core.export.delivery.sources import (
    FIRST,
    FRAMES,
    SEEN,
    SIZE,
    deliver,
    ffmpeg,
    ffmpeg_raw,
    maps,
    pictures,
    selection,
    soft_selection,
)
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


@pytest.mark.parametrize("premultiplied", [False, True])
def test_cut_outs_are_read_by_pillow_and_ffmpeg(tmp_path: Path, premultiplied: bool) -> None:
    out = deliver(selection(), "cutouts", tmp_path / "out", premultiplied=premultiplied)
    for frame in range(FRAMES):
        path = out / f"clip_all_{frame:05d}.png"
        with Image.open(path) as picture:
            pixels = np.array(picture)
        inside = SEEN[frame][..., None] | (not premultiplied)
        np.testing.assert_array_equal(pixels[..., :3], np.where(inside, pictures()[frame], 0))
        np.testing.assert_array_equal(pixels[..., 3], np.where(SEEN[frame], 255, 0))
    shown = ffmpeg_raw(path, "rgba", np.dtype(np.uint8)).reshape(*SIZE, 4)
    np.testing.assert_array_equal(shown, pixels)


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_mattes_have_sixteen_bits_for_opencv_and_ffmpeg(tmp_path: Path, kind: str) -> None:
    out = deliver(selection(), "mattes", tmp_path / "out", file_type=kind, first_frame=1001)
    names = sorted(path.name for path in out.iterdir() if not path.name.startswith("."))
    assert names[0] == f"clip_{FIRST}_01001.{kind}"
    assert len(names) == 2 * FRAMES
    for frame, labels in enumerate(maps()):
        for number, name in ((1, FIRST), (2, "Object 2")):
            path = out / f"clip_{name}_{frame + 1001:05d}.{kind}"
            pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            assert pixels.dtype == np.uint16
            np.testing.assert_array_equal(pixels, np.where(labels == number, 65535, 0))
    np.testing.assert_array_equal(ffmpeg(path, "gray16le", SIZE, 1)[0, ..., 0], pixels)


def test_a_template_that_collides_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    form = find_format("mattes")
    options = form.writer.options(name_template="{object}")
    with pytest.raises(LipError, match=r"put \{frame\} into it"):
        next(export(selection(), form, tmp_path / "out" / "deep", options))
    assert list(tmp_path.iterdir()) == []


def test_soft_cut_outs_have_the_objects_own_colours(tmp_path: Path) -> None:
    chosen = soft_selection(only=(2,))
    straight = deliver(chosen, "cutouts", tmp_path / "a", per_object=True) / "clip_Object 2_00003.png"
    multiplied = deliver(chosen, "cutouts", tmp_path / "b", per_object=True, premultiplied=True) / straight.name
    with Image.open(straight) as one, Image.open(multiplied) as other:
        colours, lit = np.array(one) / 255, np.array(other) / 255
    alpha = dict(
        steady_alphas(
            lambda t: pictures()[t], maps().__getitem__, [3], FRAMES, {2: EdgeSettings(width=3.0, feather=1.5)}
        )
    )[3][2]
    np.testing.assert_allclose(colours[..., :3], foreground_colours(pictures()[3], alpha), atol=0.003)
    np.testing.assert_allclose(lit[..., :3], colours[..., :3] * alpha[..., None], atol=0.005)
