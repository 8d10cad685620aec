"""Movies read back by PyAV and the program ffmpeg: alpha, black and white, rate, times, time code and sound."""

from __future__ import annotations

import math
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.exchange import ExportReport, export, find_format
from lipcore.export.delivery import movies
from lipcore.export.selection import Selection
from lipcore.video import open_video
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

SEEN = [np.isin(labels, (1, 2)) for labels in maps()]
CODECS = {
    "h264": (".mp4", 1),
    "hevc": (".mp4", 0),
    "vp9": (".webm", 0),
}  # and by how many of 219 steps a value may be off


def luma(path: Path) -> list[NDArray[np.int64]]:
    """The planes of brightness, 16 black and 235 white."""
    with av.open(str(path)) as container:
        found = []
        for frame in container.decode(video=0):
            plane = frame.planes[0]
            rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]
            found.append(rows.astype(np.int64))
    return found


def test_prores_has_the_alpha_for_ffmpeg(tmp_path: Path) -> None:
    path = deliver(selection(), "prores", tmp_path / "out.mov")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.codec_tag, stream.average_rate) == ("ap4h", 24)
        assert (stream.width, stream.height) == (WIDTH, HEIGHT)
    shown = ffmpeg(path, "rgba64le", (HEIGHT, WIDTH), 4)
    assert len(shown) == FRAMES
    for frame, seen in enumerate(SEEN):
        np.testing.assert_array_equal(shown[frame, ..., 3] >> 4, np.where(seen, 4095, 0))  # ProRes decodes to 12 bits
        error = np.abs(shown[frame, ..., :3] / 257 - pictures()[frame])
        assert error[seen].mean() < 4


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 100, 50)])
def test_prores_keeps_flat_colours(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    flat = ArrayVideo(np.full((FRAMES, HEIGHT, WIDTH, 3), colour, np.uint8))
    path = deliver(Selection(labelled(maps()), pictures=flat), "prores", tmp_path / "out.mov")
    shown = ffmpeg(path, "rgba64le", (HEIGHT, WIDTH), 4)
    np.testing.assert_allclose(shown[..., :3] / 257, np.broadcast_to(colour, (FRAMES, HEIGHT, WIDTH, 3)), atol=2)


def test_the_same_prores_comes_out_every_time(tmp_path: Path) -> None:
    def pixels(name: str) -> list[bytes]:
        with av.open(str(deliver(selection(), "prores", tmp_path / name))) as container:
            return [bytes(packet) for packet in container.demux(video=0)]

    first = pixels("0.mov")
    assert all(pixels(f"{number}.mov") == first for number in range(1, 6))


def test_prores_multiplies_by_alpha_if_asked(tmp_path: Path) -> None:
    path = deliver(selection(), "prores", tmp_path / "out.mov", premultiplied=True)
    shown = ffmpeg(path, "rgba64le", (HEIGHT, WIDTH), 4)
    far = np.zeros((HEIGHT, WIDTH), bool)
    far[:4] = True  # no object is near, so no edge rings
    assert (shown[0, far] / 257).max() < 3


@pytest.mark.parametrize("value", [0.0, 0.25, 0.5, 1.0])
def test_soft_alpha_goes_through_prores_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: float) -> None:
    monkeypatch.setattr(
        movies.Layers, "alpha", lambda layer, number: np.full(layer.labels.shape, value, np.float32), raising=True
    )
    path = deliver(selection(), "prores", tmp_path / "out.mov")
    shown = ffmpeg(path, "rgba64le", (HEIGHT, WIDTH), 4)
    np.testing.assert_allclose(shown[..., 3] / 65520, value, atol=1 / 1023)


@pytest.mark.parametrize("codec", CODECS)
def test_white_reads_back_as_white(tmp_path: Path, codec: str) -> None:
    suffix, error = CODECS[codec]
    path = deliver(selection(), "matte-video", tmp_path / f"out{suffix}", codec=codec)
    planes = luma(path)
    assert len(planes) == FRAMES
    for plane, seen in zip(planes, SEEN, strict=True):
        expected = np.where(np.pad(seen, ((0, 1), (0, 1)), mode="edge"), 235, 16)
        assert np.abs(plane - expected).max() <= error
    grey = ffmpeg_raw(path, "rgb24", np.dtype(np.uint8)).reshape(FRAMES, HEIGHT + 1, WIDTH + 1, 3)
    for shown, seen in zip(grey, SEEN, strict=True):
        np.testing.assert_allclose(shown[:HEIGHT, :WIDTH], np.where(seen[..., None], [255] * 3, 0), atol=2 * error)


@pytest.mark.parametrize("codec", CODECS)
def test_every_shade_of_a_matte_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: str) -> None:
    ramp = np.tile(np.linspace(0, 1, WIDTH, dtype=np.float32), (HEIGHT, 1))
    monkeypatch.setattr(movies.Layers, "alpha", lambda layer, number: ramp, raising=True)
    suffix, error = CODECS[codec]
    path = deliver(selection(), "matte-video", tmp_path / f"out{suffix}", codec=codec)
    for plane in luma(path):
        assert np.abs(plane[:HEIGHT, :WIDTH] - np.rint(16 + 219 * ramp)).max() <= error


def test_a_file_per_object_is_named_by_the_template(tmp_path: Path) -> None:
    for form, suffix in (("prores", ".mov"), ("matte-video", ".mp4")):
        out = deliver(selection(), form, tmp_path / form, per_object=True, name_template="{id}-{object}")
        files = sorted(path.name for path in out.iterdir() if not path.name.startswith("."))
        assert files == [f"1-Käse _ 1{suffix}", f"2-Object 2{suffix}"]
    for plane, labels in zip(luma(out / "2-Object 2.mp4"), maps(), strict=True):
        assert np.abs(plane[:HEIGHT, :WIDTH] - np.where(labels == 2, 235, 16)).max() <= 1


def test_more_objects_than_are_encoded_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movies, "_AT_ONCE", 1)
    form = find_format("matte-video")
    steps = list(export(selection(), form, tmp_path / "out", form.writer.options(per_object=True)))
    assert steps == [ExportReport(done, FRAMES) for done in range(FRAMES + 1)]
    for number, name in ((1, "clip_Käse _ 1.mp4"), (2, "clip_Object 2.mp4")):
        for plane, labels in zip(luma(tmp_path / "out" / name), maps(), strict=True):
            assert np.abs(plane[:HEIGHT, :WIDTH] - np.where(labels == number, 235, 16)).max() <= 1


@pytest.mark.parametrize(("form", "suffix"), [("prores", ".mov"), ("matte-video", ".mp4"), ("overlay", ".mp4")])
@pytest.mark.parametrize("first", [0, 6])
def test_rate_time_code_and_sound_are_those_of_the_frames(tmp_path: Path, form: str, suffix: str, first: int) -> None:
    source = write_source(tmp_path / "source.mov")
    with open_video(source) as video:
        labels = np.ones((48, 64), np.uint8)
        chosen = Selection(labelled([labels] * 24), first, 17, pictures=video)
        path = deliver(chosen, form, tmp_path / f"out{suffix}", sound=True)
    with av.open(str(path)) as container:
        assert container.streams.video[0].average_rate == Fraction(24)
        assert container.streams.video[0].metadata["timecode"] == f"01:00:00:{first:02d}"
        assert container.streams.video[0].frames == 18 - first
    sound, original = packets(path), packets(source)
    begin, end = first / 24, 18 / 24
    expected = [(time, data) for time, data in original if time < end and (time >= begin or first == 0)]
    assert [data for _, data in sound] == [data for _, data in expected]
    np.testing.assert_allclose([time + begin for time, _ in sound], [time for time, _ in expected], atol=1e-4)


def packets(path: Path) -> list[tuple[float, bytes]]:
    """The seconds and the bytes of every packet of sound."""
    with av.open(str(path)) as container:
        return [(float(each.pts * each.time_base), bytes(each)) for each in container.demux(audio=0) if each.size]


def test_times_of_frames_that_are_not_alike_are_kept(tmp_path: Path) -> None:
    chosen = selection()
    assert chosen.pictures is not None
    lengths = [0.1, 0.2, 0.05, 0.3, 0.1, 0.1, 0.25, 0.4]
    chosen.pictures.frame_seconds = lengths  # type: ignore[misc]
    for form, suffix in (("prores", ".mov"), ("matte-video", ".mp4")):
        path = deliver(chosen, form, tmp_path / f"out{suffix}")
        with av.open(str(path)) as container:
            times = [frame.time for frame in container.decode(video=0)]
            assert float(container.duration) / 1e6 == pytest.approx(math.fsum(lengths), abs=0.01)
        np.testing.assert_allclose(times, np.cumsum([0, *lengths[:-1]]), atol=1e-3)


def test_the_program_ffprobe_finds_nothing_wrong(tmp_path: Path) -> None:
    program = shutil.which("ffprobe")
    if program is None:
        pytest.skip("there is no program ffprobe")
    for form, name, options in (
        ("prores", "a.mov", {}),
        *(("matte-video", f"{codec}{suffix}", {"codec": codec}) for codec, (suffix, _) in CODECS.items()),
    ):
        path = deliver(selection(), form, tmp_path / name, **options)
        shown = "stream=color_range,color_space,color_primaries,color_transfer"
        run = subprocess.run(
            [program, "-v", "warning", "-show_entries", shown, "-of", "default=nw=1", path],
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stderr == ""
        assert {"color_range=tv", "color_space=bt709"} <= set(run.stdout.split()), (form, run.stdout)
