"""OpenEXR: named layers, linear colours, rate and time code, read back by OpenEXR and ffmpeg."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenEXR

from lipcore.exchange import Selection
from lipcore.export.delivery.exr import linear
from tests.core.export.delivery.sources import (
    FRAMES,
    SEEN,
    SIZE,
    deliver,
    ffmpeg_raw,
    maps,
    pictures,
    selection,
    write_source,
)
from tests.core.hard_labels import labelled
from tests.helpers import ArrayVideo


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
