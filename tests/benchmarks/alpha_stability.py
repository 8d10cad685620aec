"""Print how much soft edges boil, each frame for itself and steady over time.

python tests/benchmarks/alpha_stability.py                        the bundled clip
python tests/benchmarks/alpha_stability.py --davis DAVIS [NAME]   sequences of a DAVIS folder, every object of them

What counts is the mean absolute change of alpha (0 to 1) at pixels of the edge of which optical flow says that they are
the same in two neighbouring frames, as `tests.core.matting.stability.alpha_change` measures it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lipcore.masks import read_label_map
from lipcore.matting import EdgeSettings, steady_alphas
from lipcore.matting.steady import RADIUS
from lipcore.resources import resource
from lipcore.video import Video, open_video
from tests.core.matting.stability import alpha_change

Labels = Callable[[int], NDArray[np.uint8]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--davis", type=Path, help="folder with JPEGImages/480p and Annotations/480p")
    parser.add_argument("--width", type=float, default=8.0, help="width of the edges in pixels")
    parser.add_argument("--frames", type=int, default=24, help="frames of each sequence, from its first")
    parser.add_argument("names", nargs="*", help="sequences; all if none is named")
    arguments = parser.parse_args()
    edges = EdgeSettings(width=arguments.width)
    print("| sequence | object | masks as they are | soft, each frame alone | soft, steady | less |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, video, labels in sequences(arguments.davis, arguments.names):
        with video:
            count = min(arguments.frames, len(video))
            for object_id in np.unique(labels(0))[1:].tolist():
                if object_id == 255:
                    continue
                masks = [(labels(frame) == object_id).astype(np.uint8) for frame in range(count)]
                hard = mean_change(video, [mask.astype(np.float32) for mask in masks])
                alone, steady = (mean_change(video, alphas(video, masks, edges, radius)) for radius in (0, RADIUS))
                less = f"{100 * (1 - steady / alone):.0f} %"
                print(f"| {name} | {object_id} | {hard:.3f} | {alone:.3f} | {steady:.3f} | {less} |", flush=True)


def sequences(davis: Path | None, names: list[str]) -> Iterator[tuple[str, Video, Labels]]:
    """Name, video and label maps of each sequence."""
    if davis is None:
        yield (
            "bundled clip",
            open_video(resource("sample/clip.mp4")),
            lambda frame: read_label_map(resource(f"sample/masks/{frame:05d}.png")),
        )
        return
    for folder in sorted((davis / "JPEGImages" / "480p").iterdir()):
        if not names or folder.name in names:
            paths = sorted((davis / "Annotations" / "480p" / folder.name).iterdir())
            yield folder.name, open_video(folder), lambda frame, paths=paths: read_label_map(paths[frame])


def alphas(video: Video, masks: list[NDArray[np.uint8]], edges: EdgeSettings, radius: int) -> list[NDArray[np.float32]]:
    """The alphas of one object, of which up to `radius` frames before and after have a say."""
    count = len(masks)
    found = steady_alphas(video.__getitem__, masks.__getitem__, range(count), count, {1: edges}, radius)
    return [each.get(1, np.zeros(masks[0].shape, np.float32)) for _, each in found]


def mean_change(video: Video, found: list[NDArray[np.float32]]) -> float:
    """The mean over pairs of neighbouring frames."""
    changes = [
        alpha_change(found[frame - 1], found[frame], video[frame - 1], video[frame]) for frame in range(1, len(found))
    ]
    return float(np.nanmean(changes))


if __name__ == "__main__":
    main()
