"""Print what a frame costs in every format of delivery, as docs/speed.md has it: seconds of one core, and bytes.

python tests/benchmarks/delivery.py

Three ellipses move over the bundled clip at its own size and at 1920x1080; medians of three runs over ten frames.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from lipcore.exchange import LabelledFrames, Selection, export, find_format
from lipcore.project.edge_settings import EdgeSettings
from lipcore.project.objects import VideoObject
from lipcore.resources import resource
from lipcore.video import open_video
from tests.helpers import ArrayVideo

FRAMES, RUNS, OBJECTS = 10, 3, 3
SIZES = ((854, 480), (1920, 1080))
HARD, SOFT = EdgeSettings(), EdgeSettings(width=6.0)
CASES: tuple[tuple[str, str, dict[str, object], EdgeSettings], ...] = (
    ("cutouts", "", {}, HARD),
    ("cutouts", "", {"premultiplied": True}, HARD),
    ("mattes", "", {}, HARD),
    ("mattes", "", {"file_type": "tiff"}, HARD),
    ("mattes", "", {}, SOFT),
    ("prores", ".mov", {}, HARD),
    ("prores", ".mov", {}, SOFT),
    ("matte-video", ".mp4", {}, HARD),
    ("matte-video", ".mp4", {"codec": "hevc"}, HARD),
    ("matte-video", ".webm", {"codec": "vp9"}, HARD),
    ("exr", "", {}, HARD),
    ("exr", "", {"layers": "colours"}, HARD),
    ("cryptomatte", "", {}, HARD),
)


def scene(width: int, height: int, edges: EdgeSettings) -> Selection:
    """The clip at this size with its objects."""
    with open_video(resource("sample/clip.mp4")) as clip:
        pictures = np.stack([cv2.resize(clip[frame], (width, height)) for frame in range(FRAMES)])
    maps = [np.zeros((height, width), np.uint8) for _ in range(FRAMES)]
    for frame, labels in enumerate(maps):
        for number in range(1, OBJECTS + 1):
            middle = width * number // (OBJECTS + 1) + 4 * frame, height // 2
            cv2.ellipse(labels, middle, (width // 10, height // 3), 15 * number + frame, 0, 360, number, -1)
    objects = {
        number: VideoObject(number, f"Object {number}", (1, 2, 3), edges=edges) for number in range(1, OBJECTS + 1)
    }
    names = [f"{frame:05d}" for frame in range(FRAMES)]
    source = LabelledFrames("clip", height, width, names, 24.0, objects, maps.__getitem__)
    return Selection(source, pictures=ArrayVideo(pictures))


def main() -> None:
    for width, height in SIZES:
        for name, suffix, options, edges in CASES:
            form, chosen, seconds = find_format(name), scene(width, height, edges), []
            for _ in range(RUNS):
                with tempfile.TemporaryDirectory() as folder:
                    target = Path(folder) / f"out{suffix}"
                    start = time.process_time()
                    list(export(chosen, form, target, form.writer.options(**options)))
                    seconds.append((time.process_time() - start) / FRAMES)
                    files = [target] if suffix else [path for path in target.iterdir() if path.suffix != ".json"]
                    size = sum(path.stat().st_size for path in files) / FRAMES / 1000
            words = " ".join([name, *map(str, options.values()), *(["soft"] if edges == SOFT else [])])
            print(f"{width}x{height}  {words:24}  {statistics.median(seconds):.3f} s  {size:6.0f} kB", flush=True)
    print("load", *(f"{each:.0f}" for each in os.getloadavg()))


if __name__ == "__main__":
    main()
