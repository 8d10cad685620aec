"""Sequences of pictures, read back by OpenCV, Pillow, OpenEXR and ffmpeg with the values that were meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import OpenEXR
import pytest
from PIL import Image

from lipcore.errors import LipError
from lipcore.exchange import Selection, export, find_format
from lipcore.export.delivery.cryptomatte import hashed, ranks
from lipcore.export.delivery.exr import linear
from lipcore.export.delivery.layers import Layers, as_whole
from lipcore.matting import EdgeSettings, foreground_colours, steady_alphas
from tests.core.export.delivery.sources import (
    FRAMES,
    HEIGHT,
    WIDTH,
    deliver,
    ffmpeg,
    ffmpeg_raw,
    maps,
    pictures,
    selection,
    write_source,
)
from tests.core.hard_labels import labelled
from tests.helpers import ArrayVideo

SIZE = (HEIGHT, WIDTH)
SEEN = [np.isin(labels, (1, 2)) for labels in maps()]
FIRST = "Käse _ 1"


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


def test_soft_alpha_keeps_sixteen_bits() -> None:
    ramp = np.linspace(0, 1, 65536, dtype=np.float32)
    np.testing.assert_array_equal(as_whole(ramp, 65535), np.arange(65536))
    np.testing.assert_array_equal(as_whole(np.array([-1, 0, 0.5, 1, 2], np.float32), 255), [0, 0, 128, 255, 255])


def test_exr_has_a_named_matte_per_object(tmp_path: Path) -> None:
    out = deliver(selection(), "exr", tmp_path / "out")
    for frame, labels in enumerate(maps()):
        path = out / f"clip_all_{frame:05d}.exr"
        channels = OpenEXR.File(str(path), separate_channels=True).channels()
        assert sorted(channels) == ["Käse_1.A", "Object_2.A", "Y"]
        for name, mask in (("Käse_1.A", labels == 1), ("Object_2.A", labels == 2), ("Y", SEEN[frame])):
            assert channels[name].pixels.dtype == np.float16
            np.testing.assert_array_equal(channels[name].pixels, mask)
    shown = ffmpeg_raw(path, "grayf32le", np.dtype("<f4")).reshape(SIZE)
    np.testing.assert_array_equal(shown, SEEN[-1])


def test_exr_with_colours_is_linear_and_premultiplied_for_openexr_and_ffmpeg(tmp_path: Path) -> None:
    out = deliver(selection(), "exr", tmp_path / "out", layers="colours")
    path = out / f"clip_all_{FRAMES - 1:05d}.exr"
    channels = OpenEXR.File(str(path), separate_channels=True).channels()
    light = linear(pictures()[-1].astype(np.float32) / 255)
    for layer, mask in (("Käse_1.", maps()[-1] == 1), ("", SEEN[-1])):
        for place, name in enumerate("RGB"):
            expected = (light[..., place] * mask).astype(np.float16)
            np.testing.assert_allclose(channels[layer + name].pixels, expected, atol=1e-3)
        np.testing.assert_array_equal(channels[f"{layer}A"].pixels, mask)
    planes = ffmpeg_raw(path, "gbrapf32le", np.dtype("<f4"), "-layer", "Object_2").reshape(4, *SIZE)
    for plane, name in zip(planes, "GBRA", strict=True):
        np.testing.assert_array_equal(plane, channels[f"Object_2.{name}"].pixels)


def test_exr_per_object_holds_its_layer_alone(tmp_path: Path) -> None:
    out = deliver(selection(only=(2,)), "exr", tmp_path / "out", per_object=True)
    channels = OpenEXR.File(str(out / "clip_Object 2_00000.exr"), separate_channels=True).channels()
    assert sorted(channels) == ["Object_2.A", "Y"]


def test_exr_carries_rate_and_time_code_of_each_frame(tmp_path: Path) -> None:
    class Filmed(ArrayVideo):
        """Pictures that lie in a file."""

    video = Filmed(pictures())
    video.path = write_source(tmp_path / "source.mov", time_code="01:00:00:22")
    out = deliver(Selection(labelled(maps()), first=1, pictures=video), "exr", tmp_path / "out")
    header = OpenEXR.File(str(out / "clip_all_00002.exr")).header()
    assert header["framesPerSecond"] == 24
    code = header["timeCode"]
    assert (code.hours, code.minutes, code.seconds, code.frame, code.dropFrame) == (1, 0, 1, 0, 0)


def test_cryptomatte_hashes_as_the_specification_does() -> None:
    assert f"{hashed('hello'):08x}" == "248bfa47"  # MurmurHash3_x86_32, seed 0
    for name in map(str, range(3000)):
        value = np.uint32(hashed(name)).view(np.float32)
        assert np.isfinite(value)
        assert abs(value) >= np.finfo(np.float32).tiny


def test_cryptomatte_lists_objects_by_share(tmp_path: Path) -> None:
    out = deliver(selection(), "cryptomatte", tmp_path / "out")
    path = out / "clip_crypto_00000.exr"
    file = OpenEXR.File(str(path), separate_channels=True)
    channels, labels = file.channels(), maps()[0]
    identity = channels["CryptoObject00.R"].pixels
    assert identity.dtype == np.float32
    for number, name in ((1, "Käse / 1"), (2, "Object 2")):
        found = identity.view(np.uint32) == hashed(name)
        np.testing.assert_array_equal(found, labels == number)
        assert f"{hashed(name):08x}" in file.header()["cryptomatte/3ae39a5/manifest"]
    np.testing.assert_array_equal(channels["CryptoObject00.G"].pixels, SEEN[0])
    assert not channels["CryptoObject02.A"].pixels.any()
    planes = ffmpeg_raw(path, "gbrapf32le", np.dtype("<f4"), "-layer", "CryptoObject00").reshape(4, *SIZE)
    np.testing.assert_array_equal(planes[2].view(np.uint32), identity.view(np.uint32))


def test_ranks_are_sorted_by_share() -> None:
    class Shared(Layers):
        """Object n covers n hundredths of every pixel."""

        def alpha(self, number: int | None) -> np.ndarray:
            return np.full((2, 2), (number or 0) / 100, np.float32)

    layer = Shared(selection(), 0, np.zeros((2, 2), np.uint8))
    found, shares = ranks(layer, {number: 1000 + number for number in (3, 1, 9, 2, 7, 5, 8)})
    assert found[:, 0, 0].tolist() == [1009, 1008, 1007, 1005, 1003, 1002]
    np.testing.assert_allclose(shares[:, 1, 1], [0.09, 0.08, 0.07, 0.05, 0.03, 0.02], atol=1e-6)


def test_cryptomatte_is_read_by_its_reader(tmp_path: Path) -> None:
    reader = pytest.importorskip("cryptomatte_api")
    out = deliver(selection(), "cryptomatte", tmp_path / "out")
    for frame, labels in enumerate(maps()):
        (matte,) = reader.Cryptomatte.load(str(out / f"clip_crypto_{frame:05d}.exr"), load_preview=False)
        for number, name in ((1, "Käse / 1"), (2, "Object 2")):
            np.testing.assert_array_equal(np.asarray(matte.mask(name)), labels == number)


def test_a_template_that_collides_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    form = find_format("mattes")
    options = form.writer.options(name_template="{object}")
    with pytest.raises(LipError, match=r"put \{frame\} into it"):
        next(export(selection(), form, tmp_path / "out" / "deep", options))
    assert list(tmp_path.iterdir()) == []


def soft_selection(**changes: object) -> Selection:
    """The same objects, the second one with soft edges."""
    source = selection().source
    objects = dict(source.objects)
    objects[2] = replace(objects[2], edges=EdgeSettings(width=3.0, feather=1.5))  # type: ignore[type-var]
    return Selection(replace(source, objects=objects), pictures=ArrayVideo(pictures()), **changes)  # type: ignore[type-var, arg-type]


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


def test_soft_edges_without_the_video_are_a_sentence(tmp_path: Path) -> None:
    chosen = replace(soft_selection(), pictures=None)
    with pytest.raises(LipError, match="has soft edges, made with the pictures: the video file is needed"):
        deliver(chosen, "mattes", tmp_path / "out")
    deliver(replace(chosen, only=(1,)), "mattes", tmp_path / "out")
