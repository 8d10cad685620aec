"""Memory over a long video: 1,000 frames must take no more than 250, but for kept states."""

from __future__ import annotations

import os
import time
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture

from lipcore.masks import read_label_map
from lipcore.propagation.kept import StateStore
from lipcore.resources import resource
from lipcore.segmenter import Segmenter
from lipcore.video import open_video

FRAMES = 1000
MARKS = (100, 250, 500, 1000)  # frames after which the resident memory is read
STATES = 2**24  # bytes of kept states, few enough to be full at the second mark, whatever the size


def write_long_video(folder: Path, size: tuple[int, int]) -> None:
    """The bundled clip to and fro, `FRAMES` pictures of this width and height; repeated ones are links."""
    folder.mkdir()
    with open_video(resource("sample/clip.mp4")) as video:
        order = [*range(len(video)), *range(len(video) - 2, 0, -1)]
        for number in range(FRAMES):
            path = folder / f"{number:05d}.png"
            if number < len(video):
                picture = cv2.resize(video[number], size, interpolation=cv2.INTER_AREA)
                cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
            else:
                os.link(folder / f"{order[number % len(order)]:05d}.png", path)


@pytest.mark.timeout(3600)
def test_memory_stays_flat(tmp_path: Path, benchmark: BenchmarkFixture) -> None:
    """Propagates three objects with the bundled weights, untuned; LIP_WIDTH makes the video smaller than 854x480."""
    labels = read_label_map(resource("sample/masks") / "00000.png")
    width = int(os.environ.get("LIP_WIDTH", labels.shape[1]))
    size = width, round(labels.shape[0] * width / labels.shape[1])
    write_long_video(tmp_path / "video", size)
    annotations = {0: np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST), np.uint8)}
    segmenter = Segmenter.load(device="cpu", max_side=width)
    segmenter.states = StateStore(budget=STATES)
    process, resident, seconds, spent = psutil.Process(), {}, [], [time.process_time()]
    torch.manual_seed(0)

    def propagate() -> None:
        with open_video(tmp_path / "video") as video:
            for count, result in enumerate(segmenter.propagate(video, annotations), start=1):
                seconds.append(result.seconds)
                spent.append(time.process_time())
                if count in MARKS:
                    resident[count] = process.memory_info().rss / 1e6
                    print(f"after {count} frames: {resident[count]:.0f} MB resident", flush=True)

    benchmark.pedantic(propagate, rounds=1)
    costs = np.diff(spent)
    print(f"processor seconds per frame, median: {np.median(costs[50:150]):.3f} around frame 100, ", end="")
    print(f"{np.median(costs[-100:]):.3f} at the end")
    benchmark.extra_info |= {f"MB after {count}": round(value) for count, value in resident.items()}
    assert len(seconds) == FRAMES
    assert resident[1000] - resident[250] < 40
