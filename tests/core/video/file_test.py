"""Video files: every frame exactly, whatever the order of reading; damaged files in one sentence."""

from __future__ import annotations

import os
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.video import Video, open_video
from lipcore.video.file import VideoFile

FRAMES = 60


def picture(number: int, height: int = 48, width: int = 64) -> NDArray[np.uint8]:
    """A frame that carries its number as eight black or white bars, which survive any codec."""
    bars = np.array([255 if number >> bit & 1 else 0 for bit in range(8)], np.uint8)
    return np.broadcast_to(bars[np.arange(width) * 8 // width][:, None], (height, width, 3)).copy()


def number_of(frame: NDArray[np.uint8]) -> int:
    bars = frame[frame.shape[0] // 2, [(2 * bit + 1) * frame.shape[1] // 16 for bit in range(8)], 0]
    return sum(int(bar > 127) << bit for bit, bar in enumerate(bars))


def write_video(
    path: Path,
    codec: str = "libx264",
    size: tuple[int, int] = (48, 64),
    times: list[int] | None = None,
    rotation: int = 0,
    pix_fmt: str = "yuv420p",
    grain: int = 0,
    **options: str,
) -> Path:
    times = list(range(FRAMES)) if times is None else times
    with av.open(
        str(path), "w", options={"movflags": "faststart"} if path.suffix in (".mp4", ".mov") else {}
    ) as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.height, stream.width, stream.pix_fmt = *size, "yuv444p" if size[0] % 2 else pix_fmt
        if rotation:
            stream.set_display_rotation(rotation)
        stream.codec_context.time_base = Fraction(1, 25)
        for number, time in enumerate(times):
            noise = np.random.default_rng(number).integers(0, grain + 1, (*size, 3), np.uint8)
            frame = av.VideoFrame.from_ndarray(
                picture(number, *size) // 2 + noise if grain else picture(number, *size), format="rgb24"
            )
            frame.pts, frame.time_base = time, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def assert_exact(video: Video, count: int = FRAMES) -> None:
    assert len(video) == count
    assert [number_of(video[frame]) for frame in range(count)] == list(range(count))
    for frame in np.random.default_rng(0).permutation(count)[:20].tolist() + list(range(count - 1, count - 20, -1)):
        assert number_of(video[frame]) == frame


CASES = {
    "b-frames.mp4": ("libx264", {"g": "12", "bf": "3"}),
    "one-keyframe.mkv": ("libx264", {"g": "250", "bf": "2"}),
    "open-gop.ts": ("libx264", {"g": "10", "bf": "3", "x264-params": "open-gop=1"}),
    "hevc.mp4": ("libx265", {"x265-params": "keyint=12:bframes=3:open-gop=1:log-level=none"}),
    "alternate-reference.webm": ("libvpx", {"auto-alt-ref": "1", "lag-in-frames": "16", "g": "20"}),
    "vp9.webm": ("libvpx-vp9", {"auto-alt-ref": "1", "lag-in-frames": "16", "g": "20"}),
    "no-times.avi": ("mpeg4", {"bf": "2", "g": "12"}),
    "plain.avi": ("mjpeg", {"strict": "unofficial"}),
    "old.mpg": ("mpeg2video", {"bf": "2", "g": "12"}),
    "raw.h264": ("libx264", {"g": "12", "bf": "2"}),
    "clip.gif": ("gif", {}),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("cache_bytes", [0, 2**26])
def test_every_frame_exactly_in_any_order(tmp_path: Path, name: str, cache_bytes: int) -> None:
    codec, options = CASES[name]
    path = tmp_path / name
    if codec == "gif":
        write_gif(path)
    else:
        write_video(path, codec, **options)
    with open_video(path, cache_bytes) as video:
        assert (video.height, video.width) == (48, 64)
        assert video.frame_names[7] == "00007"
        assert_exact(video)


def write_gif(path: Path) -> None:
    from PIL import Image

    frames = [Image.fromarray(picture(number)) for number in range(FRAMES)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=40)


def test_variable_frame_rate(tmp_path: Path) -> None:
    times = np.cumsum([1, 1, 5, 2, 9] * (FRAMES // 5)).tolist()
    with open_video(write_video(tmp_path / "a.mp4", times=times, g="12", bf="2")) as video:
        assert_exact(video)
        assert video.frame_rate == pytest.approx(25 * (FRAMES - 1) / (times[-1] - times[0]), rel=0.05)


def test_constant_frame_rate(tmp_path: Path) -> None:
    with open_video(write_video(tmp_path / "a.mkv")) as video:
        assert video.frame_rate == pytest.approx(25)
        assert video.name == "a"


def test_odd_sizes(tmp_path: Path) -> None:
    with open_video(write_video(tmp_path / "a.mkv", "ffv1", (47, 65))) as video:
        assert video[0].shape == (47, 65, 3)
        assert_exact(video)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotation_is_applied(tmp_path: Path, rotation: int) -> None:
    with open_video(write_video(tmp_path / "a.mp4", rotation=rotation)) as video:
        expected = np.rot90(picture(5), rotation // 90)
        assert video[5].shape == expected.shape
        assert (video.height, video.width) == expected.shape[:2]
        assert np.abs(video[5].astype(int) - expected).mean() < 20


def test_one_decode_per_frame_in_sequence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lipcore.video import file as video_file

    path = write_video(tmp_path / "a.mp4", g="12", bf="3")
    with VideoFile(path, 0) as video:
        converted: list[int] = []
        original = video_file.to_pixels
        monkeypatch.setattr(video_file, "to_pixels", lambda frame: converted.append(1) or original(frame))
        for frame in range(FRAMES):
            video[frame]
        assert len(converted) == FRAMES


def test_two_readers_at_once_get_their_own_frames(tmp_path: Path) -> None:
    wrong: list[tuple[int, int]] = []
    with open_video(write_video(tmp_path / "a.mp4", g="12", bf="3"), 10 * 48 * 64 * 3) as video:

        def read(order: list[int]) -> None:
            wrong.extend((frame, number_of(video[frame])) for frame in order if number_of(video[frame]) != frame)

        orders = [list(range(FRAMES)), list(range(FRAMES))[::-1], np.random.default_rng(1).permutation(FRAMES).tolist()]
        threads = [threading.Thread(target=read, args=(order,)) for order in orders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_damage_in_the_middle_is_one_sentence_or_a_frame(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", g="12", bf="0")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 300] = b"\x55" * 300
    path.write_bytes(data)
    with open_video(path, 0) as video:
        outcomes = set()
        for frame in range(len(video)):
            try:
                outcomes.add(video[frame].shape)
            except LipError as error:
                outcomes.add(str(error).startswith(f"Cannot decode frame {frame}"))
        assert outcomes <= {(48, 64, 3), True}


def test_no_video_stream(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        sound.sample_rate = 8000
        container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    with pytest.raises(LipError, match=r"^Cannot open .*sound\.wav: it has no video stream\.$"):
        open_video(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"\0" * 5000])
def test_no_video_at_all(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(LipError, match=r"^Cannot open .*a\.mp4: .*\.$") as caught:
        open_video(tmp_path / "a.mp4")
    assert "\n" not in str(caught.value)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="it does not exist"):
        open_video(tmp_path / "a.mp4")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mp4")
    for path in (tmp_path / "a.mp4", Path(os.devnull)):
        with pytest.raises(LipError, match="it is a pipe or a device, not a file"):
            open_video(path)


def test_beyond_the_ends_and_after_closing(tmp_path: Path) -> None:
    video = open_video(write_video(tmp_path / "a:b.mp4"))
    for frame in (-1, FRAMES):
        with pytest.raises(IndexError):
            video[frame]
    video.close()
    video.close()
    with pytest.raises(LipError, match="the video is closed"):
        video[3]


def test_an_unknown_codec_is_named_as_such(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi", "mpeg4")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"FMP4", b"XQZ9"))
    with pytest.raises(LipError, match=r"in a format that cannot be decoded|has no frames that can be decoded"):
        open_video(path)


def test_frames_above_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lipcore.video.streams.stream.MAX_PIXELS", 64 * 48 - 1)
    with pytest.raises(LipError, match="64 x 48 pixels are more than"):
        open_video(write_video(tmp_path / "a.mp4"))


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads as Linux lists them")
def test_frames_that_are_kept_keep_no_threads(tmp_path: Path) -> None:
    def threads() -> int:
        return len(os.listdir("/proc/self/task"))

    before = threads()
    with open_video(write_video(tmp_path / "clip.mp4")) as video:
        _ = video[0]
        decoding = threads()
        kept = [video[frame] for frame in range(1, FRAMES)]
        assert threads() <= decoding + 2
    assert threads() <= before + 2
    assert len(kept) == FRAMES - 1
