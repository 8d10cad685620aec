"""Segment the bundled clip from its first mask, and compare the result with the true masks.

Run `python docs/examples/segment_clip.py`; it takes some minutes on a CPU and writes masks to the folder `masks`.
"""

import argparse
from pathlib import Path

from lipcore import Segmenter, open_video, read_label_map, region_similarity, write_label_map
from lipcore.resources import resource


def segment_clip(out: Path, quality: str = "fast", max_side: int | None = None, frames: int = 48) -> float:
    """Write a label map per frame to `out` and return the mean J of all objects, 0..1."""
    truths = resource("sample/masks")
    out.mkdir(parents=True, exist_ok=True)
    scores = []
    with open_video(resource("sample/clip.mp4")) as video:
        annotations = {0: read_label_map(truths / "00000.png")}
        segmenter = Segmenter.load("small", max_side=max_side)
        for step in segmenter.tune(video, annotations, quality):
            if step.preparing:
                print(f"preparing {step.prepared} of {step.to_prepare} frames")
            else:
                print(f"tuning {step.number} of {step.total}: loss {step.loss:.3f}")
        for result in segmenter.propagate(video, annotations, range(frames)):
            name = f"{video.frame_names[result.frame]}.png"
            write_label_map(out / name, result.labels)
            truth = read_label_map(truths / name)
            scores += [region_similarity(truth == number, result.labels == number) for number in (1, 2, 3)]
            seen = ", ".join(f"{one.object_id} ({one.score:.2f})" for one in result.instances)
            print(f"frame {result.frame}: objects {seen}, {result.seconds:.2f} s")
    return sum(scores) / len(scores)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("masks"))
    parser.add_argument("--quality", default="fast", choices=("fast", "balanced", "best"))
    arguments = parser.parse_args()
    print(f"mean J: {segment_clip(arguments.out, arguments.quality):.3f}")
