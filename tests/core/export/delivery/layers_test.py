"""Layers of a frame: alphas as whole numbers, and soft edges as the matting makes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import OpenEXR
import pytest

from lipcore.errors import LipError
from lipcore.export.delivery.layers import as_whole
from lipcore.matting import EdgeSettings, steady_alphas
from tests.core.export.delivery.sources import (
    FIRST,
    FRAMES,
    deliver,
    maps,
    pictures,
    soft_selection,
)


def test_soft_alpha_keeps_sixteen_bits() -> None:
    ramp = np.linspace(0, 1, 65536, dtype=np.float32)
    np.testing.assert_array_equal(as_whole(ramp, 65535), np.arange(65536))
    np.testing.assert_array_equal(as_whole(np.array([-1, 0, 0.5, 1, 2], np.float32), 255), [0, 0, 128, 255, 255])


def test_soft_edges_are_delivered_as_the_matting_makes_them(tmp_path: Path) -> None:
    chosen = soft_selection()
    labels, edges = maps(), {2: EdgeSettings(width=3.0, feather=1.5)}
    expected = list(steady_alphas(lambda frame: pictures()[frame], labels.__getitem__, range(FRAMES), FRAMES, edges))
    mattes = deliver(chosen, "mattes", tmp_path / "mattes")
    layered = deliver(chosen, "exr", tmp_path / "exr")
    for frame, alphas in expected:
        assert ((alphas[2] > 0.05) & (alphas[2] < 0.95)).any()
        sixteen = cv2.imread(str(mattes / f"clip_Object 2_{frame:05d}.png"), cv2.IMREAD_UNCHANGED)
        np.testing.assert_allclose(sixteen / 65535, alphas[2], atol=1e-5)
        hard = cv2.imread(str(mattes / f"clip_{FIRST}_{frame:05d}.png"), cv2.IMREAD_UNCHANGED)
        np.testing.assert_allclose(hard / 65535, alphas[1], atol=1e-5)
        channels = OpenEXR.File(str(layered / f"clip_all_{frame:05d}.exr"), separate_channels=True).channels()
        np.testing.assert_array_equal(channels["Object_2.A"].pixels, alphas[2].astype(np.float16))
        np.testing.assert_allclose(channels["Y"].pixels, np.minimum(alphas[1] + alphas[2], 1), atol=1e-3)


def test_soft_edges_do_not_depend_on_what_else_is_chosen(tmp_path: Path) -> None:
    name = "clip_Object 2_00004.png"
    whole = deliver(soft_selection(), "mattes", tmp_path / "whole") / name
    alone = deliver(soft_selection(first=4, last=4, only=(2,)), "mattes", tmp_path / "alone") / name
    assert whole.read_bytes() == alone.read_bytes()


def test_soft_edges_without_the_video_are_a_sentence(tmp_path: Path) -> None:
    chosen = replace(soft_selection(), pictures=None)
    with pytest.raises(LipError, match="has soft edges, made with the pictures: the video file is needed"):
        deliver(chosen, "mattes", tmp_path / "out")
    deliver(replace(chosen, only=(1,)), "mattes", tmp_path / "out")
