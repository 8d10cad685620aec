"""A labelled video whose pictures lie in a file with sound and time code, and readers that are not LIP's."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.exchange import Selection, export, find_format
from lipcore.matting import EdgeSettings
from tests.core.hard_labels import labelled
from tests.helpers import ArrayVideo

HEIGHT, WIDTH, FRAMES = 37, 53, 8
SOUND_RATE = 48_000


def maps(height: int = HEIGHT, width: int = WIDTH) -> list[NDArray[np.uint8]]:
    """Two objects, of which the first one moves, and ignored pixels."""
    made = []
    for frame in range(FRAMES):
        labels = np.zeros((height, width), np.uint8)
        labels[5:20, 5 + frame : 25 + frame], labels[22:30, 3:30], labels[33:] = 1, 2, 255
        made.append(labels)
    return made


def pictures(height: int = HEIGHT, width: int = WIDTH) -> NDArray[np.uint8]:
    """Smooth colours, every frame others."""
    rows, columns = np.mgrid[:height, :width]
    frames = [np.stack([4 * rows + 5 * frame, 3 * columns, rows + columns], axis=-1) for frame in range(FRAMES)]
    return np.clip(frames, 0, 255).astype(np.uint8)


SIZE = (HEIGHT, WIDTH)
SEEN = [np.isin(labels, (1, 2)) for labels in maps()]
FIRST = "Käse _ 1"  # how the first object is called in names of files


def selection(**changes: object) -> Selection:
    """All frames with their pictures."""
    return Selection(labelled(maps()), pictures=ArrayVideo(pictures()), **changes)  # type: ignore[arg-type]


def soft_selection(**changes: object) -> Selection:
    """The same objects, the second one with soft edges."""
    source = selection().source
    objects = dict(source.objects)
    objects[2] = replace(objects[2], edges=EdgeSettings(width=3.0, feather=1.5))  # type: ignore[type-var]
    return Selection(replace(source, objects=objects), pictures=ArrayVideo(pictures()), **changes)  # type: ignore[type-var, arg-type]


def deliver(chosen: Selection, form: str, target: Path, **options: object) -> Path:
    """Export and give the target."""
    known = find_format(form)
    list(export(chosen, known, target, known.writer.options(**options)))
    return target


def write_source(path: Path, sound: str = "aac", time_code: str = "01:00:00:00") -> Path:
    """A movie of 24 frames in one second, MPEG-4, with a tone that grows louder."""
    with av.open(str(path), "w") as container:
        container.metadata["timecode"] = time_code
        video = container.add_stream("mpeg4", rate=Fraction(24))
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = container.add_stream(sound, rate=SOUND_RATE)
        audio.layout = "mono"
        for frame in range(24):
            picture = np.full((48, 64, 3), 10 * frame, np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            times = np.arange(2000 * frame, 2000 * (frame + 1)) / SOUND_RATE
            wave = (times * np.sin(2 * np.pi * 440 * times)).astype(np.float32)[None]
            heard = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            heard.sample_rate, heard.pts = SOUND_RATE, 2000 * frame
            container.mux(audio.encode(heard))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    return path


def ffmpeg(path: Path, pixels: str, size: tuple[int, int], channels: int, *options: str) -> NDArray[np.uint16]:
    """What the program ffmpeg decodes, (T, H, W, channels) of 16 bits; skips where there is no such program."""
    return ffmpeg_raw(path, pixels, np.dtype("<u2"), *options).reshape(-1, *size, channels)


def ffmpeg_raw(path: Path, pixels: str, kind: np.dtype, *options: str) -> NDArray[np.generic]:
    """The values of ffmpeg's raw video."""
    program = shutil.which("ffmpeg")
    if program is None:
        pytest.skip("there is no program ffmpeg")
    alone = ("-filter_threads", "1")  # in several threads FFmpeg mixes up rows of alpha now and then
    command = [program, "-v", "error", *alone, *options, "-i", path, "-pix_fmt", pixels, "-f", "rawvideo", "-"]
    run = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(run.stdout, kind)
