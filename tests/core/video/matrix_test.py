"""Codecs, containers and damage against what a decoder gives in one plain run: count, order, size and pixels."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.video import Video, open_video
from tests.core.video.clips import MATRICES, copy, cut, join, pack, set_matrix
from tests.core.video.file_test import FRAMES, number_of, picture, write_video

Pictures = list[NDArray[np.uint8]]
X265 = {"x265-params": "keyint=12:bframes=3:log-level=none"}
CODECS: dict[str, tuple[str, dict[str, str], str]] = {
    "h264": ("libx264", {"g": "12", "bf": "3"}, "mp4 mov mkv avi wmv flv nut ts m2ts mxf h264 3gp"),
    "h264-open": ("libx264", {"g": "12", "bf": "3", "x264-params": "open-gop=1"}, "mp4 mkv ts"),
    "hevc": ("libx265", X265, "mp4 mkv ts hevc"),
    "av1": ("libsvtav1", {"preset": "12", "g": "20"}, "mp4 webm obu"),
    "vp8": ("libvpx", {"g": "12", "auto-alt-ref": "1", "lag-in-frames": "16", "cpu-used": "8"}, "webm ivf"),
    "vp9": ("libvpx-vp9", {"g": "12", "auto-alt-ref": "1", "lag-in-frames": "16", "cpu-used": "8"}, "webm mp4"),
    "mpeg4": ("mpeg4", {"g": "12", "bf": "2"}, "avi mp4 mkv wmv"),
    "mpeg2": ("mpeg2video", {"g": "12", "bf": "2"}, "mpg vob ts mxf mkv avi"),
    "mpeg1": ("mpeg1video", {"g": "12", "bf": "2"}, "mpg avi"),
    "wmv2": ("wmv2", {"g": "12"}, "wmv avi"),
    "flv1": ("flv", {"g": "12"}, "flv"),
    "mjpeg": ("mjpeg", {"strict": "unofficial"}, "avi mov mkv"),
    "prores": ("prores_ks", {}, "mov mkv"),
    "dnxhr": ("dnxhd", {"profile": "dnxhr_sq"}, "mov mxf"),
    "ffv1": ("ffv1", {}, "mkv avi"),
    "huffyuv": ("huffyuv", {}, "avi"),
    "png": ("png", {}, "mov avi"),
}
MATRIX = [f"{codec}.{container}" for codec, (_, _, containers) in CODECS.items() for container in containers.split()]
FORMATS = {"dnxhr": "yuv422p", "huffyuv": "yuv422p", "prores": "yuv422p10le", "png": "rgb24"}


def decoded(path: Path) -> Pictures:
    """Every frame in the order of the decoder, which runs through the file once and alone."""
    pictures: Pictures = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "SLICE"
        for packet in container.demux(stream):
            try:
                pictures += [frame.to_ndarray(format="rgb24") for frame in packet.decode()]
            except av.FFmpegError:  # cut off here
                continue
    return pictures


def assert_equal(video: Video, truth: Pictures, guessed: int = 0) -> None:
    """In sequence, at random and backwards; at the end are `guessed` pictures that the decoder had to complete."""
    assert len(video) == len(truth)
    count = len(truth) - guessed
    shuffled = np.random.default_rng(0).permutation(count)[:20].tolist()
    for frame in [*range(count), *shuffled, *range(count - 1, max(count - 8, -1), -1)]:
        assert video[frame].shape == truth[frame].shape
        assert np.array_equal(video[frame], truth[frame]), frame


def ffmpeg_frames(path: Path, height: int, width: int) -> Pictures | None:
    """What the program ffmpeg shows, where there is one."""
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    options = "-map 0:v:0 -vsync passthrough -pix_fmt rgb24 -f rawvideo -"
    run = subprocess.run([program, "-v", "quiet", "-i", path, *options.split()], capture_output=True, check=False)
    return list(np.frombuffer(run.stdout, np.uint8).reshape(-1, height, width, 3))


@pytest.mark.parametrize("name", MATRIX)
def test_codecs_and_containers(tmp_path: Path, name: str) -> None:
    kind = name.split(".")[0]
    codec, options, _ = CODECS[kind]
    size = (144, 256) if kind == "dnxhr" else (48, 64)
    path = write_video(tmp_path / name, codec, size, list(range(30)), pix_fmt=FORMATS.get(kind, "yuv420p"), **options)
    truth = decoded(path)
    assert [number_of(frame) for frame in truth] == list(range(30))
    with open_video(path, 0) as video:
        assert_equal(video, truth)
        assert video.frame_rate == pytest.approx(25, rel=0.001)
        assert not video.notes


@pytest.mark.parametrize(
    ("codec", "container"), [("h264", "mp4"), ("h264", "mov"), ("hevc", "mp4"), ("mpeg4", "mp4"), ("h264-open", "mp4")]
)
@pytest.mark.parametrize(("start", "stop"), [(5, 60), (17, 60), (31, 52), (0, 43), (59, 60)])
def test_clips_trimmed_without_encoding(tmp_path: Path, container: str, codec: str, start: int, stop: int) -> None:
    encoder, options, _ = CODECS[codec]
    source = write_video(tmp_path / "source.mp4", encoder, **options)
    path = copy(source, tmp_path / f"clip.{container}", start, stop)
    truth = decoded(path)
    assert number_of(truth[0]) == start
    with open_video(path, 0) as video:
        assert_equal(video, truth)
        assert not video.notes


@pytest.mark.parametrize("container", ["avi", "mkv", "mp4"])
def test_packed_b_frames(tmp_path: Path, container: str) -> None:
    source = write_video(tmp_path / "source.avi", "mpeg4", bf="1", g="12")
    path = pack(source, tmp_path / f"packed.{container}")
    truth = decoded(path)
    numbers = [number_of(frame) for frame in truth]
    assert numbers == sorted(numbers)
    assert len(numbers) >= FRAMES - 2
    with open_video(path, 0) as video:
        assert_equal(video, truth)


JOINS = {"overlapping": 10, "equal": 0, "later first": -9000, "later second": 9000, "days later": 9_000_000}


@pytest.mark.parametrize("shift", JOINS.values(), ids=JOINS.keys())
@pytest.mark.parametrize(("container", "codec"), [("ts", "h264"), ("ts", "hevc"), ("ts", "mpeg2"), ("vob", "mpeg2")])
def test_joined_recordings(tmp_path: Path, container: str, codec: str, shift: int) -> None:
    encoder, options, _ = CODECS[codec]
    parts = [
        write_video(tmp_path / f"{first}.{container}", encoder, times=list(range(first, first + 25)), **options)
        for first in (max(0, -shift), max(0, shift))
    ]
    path = join(tmp_path / f"joined.{container}", *parts)
    truth = decoded(path)
    assert [number_of(frame) for frame in truth] == list(range(25)) * 2
    with open_video(path, 0) as video:
        assert_equal(video, truth)
        assert video.frame_rate == pytest.approx(25, rel=0.03)


@pytest.mark.parametrize("name", MATRICES)
def test_display_matrices(tmp_path: Path, name: str) -> None:
    path = set_matrix(write_video(tmp_path / "a.mp4", "mpeg4", (48, 64), list(range(6))), name)
    moved: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
        "mirror": np.fliplr,
        "flip": np.flipud,
        "turn": lambda frame: np.rot90(frame, 2),
        "clockwise": lambda frame: np.rot90(frame, -1),
        "anticlockwise": np.rot90,
        "transpose": lambda frame: frame.swapaxes(0, 1),
        "transverse": lambda frame: np.rot90(frame.swapaxes(0, 1), 2),
    }
    truth = [moved[name](frame) for frame in decoded(path)]
    with open_video(path) as video:
        assert_equal(video, truth)
        shown = ffmpeg_frames(path, video.height, video.width)
        if shown is not None:
            assert len(shown) == len(truth)
            assert all(np.abs(a.astype(int) - b).mean() < 3 for a, b in zip(shown, truth, strict=True))


@pytest.mark.parametrize("name", ["h264.mp4", "hevc.mov", "h264.mkv", "h264.ts", "mpeg4.avi", "vp9.webm", "h264.flv"])
@pytest.mark.parametrize("part", [0.75, 0.87])
def test_cut_off_files(tmp_path: Path, name: str, part: float) -> None:
    codec, options, _ = CODECS[name.split(".")[0]]
    whole = write_video(tmp_path / f"whole-{name}", codec, grain=60, **options)
    path = cut(whole, tmp_path / name, part)
    truth = decoded(path)
    with open_video(path, 0) as video:
        assert 10 <= len(video) < FRAMES == len(decoded(whole))
        assert_equal(video, truth, guessed=name.endswith(".ts"))
        if not name.endswith((".ts", ".flv")):  # which have no header that would promise more
            assert f"{name} is cut off: it ends after {len(video)} frames" in video.notes[0]


def test_the_program_ffmpeg_shows_the_same(tmp_path: Path) -> None:
    """Against another build of FFmpeg, in case ours and the plain run err together."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("there is no program ffmpeg")
    source = write_video(tmp_path / "source.mp4", g="12", bf="3")
    shifted = [write_video(tmp_path / f"{first}.ts", times=list(range(first, first + 25))) for first in (0, 10)]
    paths = [
        copy(source, tmp_path / "trimmed.mp4", 5),
        write_video(tmp_path / "b.avi", g="12", bf="3"),
        write_video(tmp_path / "b.wmv", g="12", bf="3"),
        pack(write_video(tmp_path / "p.avi", "mpeg4", bf="1", g="12"), tmp_path / "packed.avi"),
        join(tmp_path / "joined.ts", *shifted),
        cut(source, tmp_path / "cut.mp4", 0.7),
    ]
    for path in paths:
        shown = ffmpeg_frames(path, 48, 64)
        assert shown is not None
        with open_video(path) as video:
            assert len(video) == len(shown), path.name
            differences = [np.abs(video[frame].astype(int) - shown[frame]).mean() for frame in range(len(video))]
            assert max(differences) < 3, path.name


def test_a_moving_picture_is_what_it_was(tmp_path: Path) -> None:
    """The truth itself: without loss, frame by frame, the pictures that were encoded."""
    path = write_video(tmp_path / "a.mkv", "ffv1", (47, 65))
    for number, frame in enumerate(decoded(path)):
        assert np.abs(frame.astype(int) - picture(number, 47, 65)).mean() < 2
