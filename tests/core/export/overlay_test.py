"""The overlay video, decoded back: as many frames, the same rate, H.264, the objects tinted."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.exchange import Selection, export, find_format
from lipcore.export.writers.overlay import OverlayOptions, paint
from tests.core.exchange import labelled
from tests.helpers import ArrayVideo


def write(path: Path, height: int, width: int, count: int, rate: float, **options: object) -> None:
    labels = np.zeros((height, width), np.uint8)
    labels[: height // 2] = 1
    video = ArrayVideo(np.full((count, height, width, 3), 128, np.uint8))
    selection = Selection(labelled([labels] * count, rate=rate), pictures=video)
    list(export(selection, find_format("overlay"), path, OverlayOptions(**options)))


@pytest.mark.parametrize(
    ("height", "width", "count", "rate"),
    [
        (48, 64, 12, 24.0),
        (37, 53, 7, 30000 / 1001),
        (49, 64, 1, 12.5),
        (48, 65, 60, 59.94),
        (16, 16, 3, 1.0),
        (1, 1, 2, 0.01),
    ],
)
def test_frame_count_and_rate_equal_the_source(
    tmp_path: Path, height: int, width: int, count: int, rate: float
) -> None:
    write(tmp_path / "out.mp4", height, width, count, rate)
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        assert stream.average_rate == Fraction(rate).limit_denominator(60_000)
        assert stream.codec_context.name == "h264"
        assert (stream.height, stream.width) == (height + height % 2, width + width % 2)
    assert len(frames) == count


def test_colours_survive_within_the_codecs_tolerance(tmp_path: Path) -> None:
    write(tmp_path / "out.mp4", 64, 64, 3, 24.0, outline=False, opacity=1.0, names=True)
    with av.open(str(tmp_path / "out.mp4")) as container:
        frame = next(container.decode(video=0)).to_ndarray(format="rgb24", src_colorspace="itu709")
    np.testing.assert_allclose(frame[50, 32], (128, 128, 128), atol=4)
    np.testing.assert_allclose(frame[24, 4], (10, 20, 30), atol=8)


def test_paint_tints_objects_only() -> None:
    picture = np.full((6, 6, 3), 100, np.uint8)
    labels = np.zeros((6, 6), np.uint8)
    labels[:, 3:], labels[0] = 1, 255
    colours = np.zeros((256, 3), np.uint8)
    colours[1] = (200, 0, 100)
    painted = paint(picture, labels, colours, OverlayOptions(outline=False))
    np.testing.assert_array_equal(painted[3, 5], (150, 50, 100))
    np.testing.assert_array_equal(painted[labels != 1], picture[labels != 1])
    outlined = paint(picture, labels, colours, OverlayOptions())
    np.testing.assert_array_equal(outlined[3, 3], (200, 0, 100))


def test_wrong_opacity_and_rate_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="opacity"):
        write(tmp_path / "out.mp4", 8, 8, 1, 24.0, opacity=2.0)
    with pytest.raises(LipError, match="above zero"):
        write(tmp_path / "out.mp4", 8, 8, 1, 0.0)
    with pytest.raises(LipError, match="above zero"):
        write(tmp_path / "out.mp4", 8, 8, 1, float("nan"))
    assert list(tmp_path.iterdir()) == []
