"""Jobs for worker processes: functions of a module, so that they can be sent to them."""

from __future__ import annotations

import json
import os
import signal
import threading

from lipcore.batch.job import SegmentJob, Summary
from lipcore.errors import LipError
from lipcore.files import digest
from lipcore.masks import read_label_map, write_label_map
from lipcore.video import open_video
from tests.helpers import shifted


def segment(job: SegmentJob) -> Summary:
    """The masks of the moving square without a network: each frame's are the first's, moved one pixel a frame."""
    with open_video(job.video) as video:
        first = read_label_map(job.annotations)
        for frame, name in enumerate(video.frame_names):
            write_label_map(job.out / f"{name}.png", shifted(first, frame))
        masks = {path.name: digest(path.read_bytes()) for path in job.out.glob("*.png")}
        (job.out / "lip.json").write_text(json.dumps({"settings": {"out": str(job.out)}, "masks": masks}))
        seconds = float(str(job.method.get("seed", 0)))
        return {"frames": len(video), "objects": 1, "tune_seconds": seconds, "device": job.method.get("device", "")}


def fail(job: SegmentJob) -> Summary:
    """Fails in the way that the video's name says."""
    if job.video.name == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if job.video.name == "bug":
        raise ZeroDivisionError("a bug")
    if job.video.name == "full":
        (job.out / "half.png").write_bytes(b"half")
        raise LipError("The disk is full.")
    return segment(job)


def wait_for_ever(job: SegmentJob) -> Summary:
    """Does the video "a"; another one is never done."""
    if job.video.name.startswith("waiting"):
        threading.Event().wait()
    return segment(job)


def say_and_wait(job: SegmentJob) -> Summary:
    """Says the number of its process, and is never done."""
    (job.out / "half.png").write_bytes(b"half")
    print(os.getpid(), flush=True)
    threading.Event().wait()
    return segment(job)


def square(number: int) -> int:
    """For the processes alone."""
    if number < 0:
        raise LipError(f"{number} is below zero.")
    if number > 100:
        os._exit(number % 256)
    return number * number


def thread_limit(_: int) -> str:
    """The number of threads a process was started with."""
    return os.environ.get("OMP_NUM_THREADS", "")


def process_id(_: int) -> int:
    """Which process does a job."""
    return os.getpid()
