"""The process that the crash test kills: paints and propagates as the window does, and keeps a log of it.

Every edit is a function of its number, so that whoever reads the project can tell which edits are in it.
Run as `python -m tests.e2e.crash_worker FOLDER LOG FIRST_EDIT`.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lipcore.project.objects import VideoObject, default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance, after_stroke
from lipcore.storage.project_folder import ProjectFolder
from tests.helpers import blank_video

FRAMES, HEIGHT, WIDTH = 90, 120, 160
OBJECTS = (1, 2, 3)
SECONDS_PER_FRAME = 0.02  # of propagation; a fast network


def frames_of(edit: int) -> range:
    """The frames that an edit touches: one for a stroke, a run of them for propagation."""
    dice = random.Random(edit)
    first = dice.randrange(FRAMES)
    return range(first, first + 1) if dice.random() < 0.6 else range(first, min(FRAMES, first + 12))


def is_whole(edit: int) -> bool:
    """Whether all frames of the edit change at once, as when two objects are swapped in a range."""
    return len(frames_of(edit)) > 1 and edit % 3 == 0


def labels_of(edit: int, frame: int) -> NDArray[np.uint8]:
    """The label map that the edit gives the frame: (H, W) uint8."""
    dice = np.random.default_rng((edit, frame))
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    for object_id in OBJECTS:
        top, left = dice.integers(0, HEIGHT - 20), dice.integers(0, WIDTH - 20)
        labels[top : top + dice.integers(5, 40), left : left + dice.integers(5, 40)] = object_id
    return labels


def cells_of(edit: int, frame: int) -> dict[int, tuple[Provenance, float]]:
    """Provenance and id score that the edit gives each object of the frame."""
    propagated = len(frames_of(edit)) > 1
    provenance = Provenance.MODEL if propagated else after_stroke((edit + frame) % 5)
    return {object_id: (provenance, float(np.float32((edit * 7 + object_id) % 1000 / 1000))) for object_id in OBJECTS}


def apply(project: Project, edit: int, frame: int) -> None:
    """What the window does for a stroke, and for one propagated frame."""
    with project.edit():
        project.set_labels(frame, labels_of(edit, frame))
        for object_id, (provenance, score) in cells_of(edit, frame).items():
            project.set_provenance(frame, object_id, provenance)
            project.set_instance(frame, object_id, score, (float(edit), float(frame), 3.0, 4.0))


def main(path: Path, log_path: Path, edit: int) -> None:
    """Edit until killed; the log gets "made EDIT FRAME" after each frame, and "saved EDIT" once the edit is safe."""
    os.write(sys.stdout.fileno(), b".")
    log = os.open(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    if (path / "project.json").exists():
        folder = ProjectFolder.open(path)
    else:
        project = Project.create(blank_video(FRAMES, HEIGHT, WIDTH))
        for object_id in OBJECTS:
            project.set_object(default_object(object_id))
        folder = ProjectFolder.create(path, project)
        os.write(log, b"created\n")
    while True:
        frames = frames_of(edit)
        if is_whole(edit):
            with folder.project.edit():
                for frame in frames:
                    apply(folder.project, edit, frame)
        for frame in frames:
            if not is_whole(edit):
                apply(folder.project, edit, frame)
            os.write(log, f"made {edit} {frame}\n".encode())
            if len(frames) > 1 and not is_whole(edit):
                time.sleep(SECONDS_PER_FRAME)
        if edit % 5 == 0:
            folder.project.set_object(VideoObject(1, f"Name {edit}", (edit % 256, 0, 0)))
            folder.project.add_weights(str(edit).encode() * 1000, [frames[0]])
            folder.project.prune_weights([])
        folder.flush()
        os.write(log, f"saved {edit}\n".encode())
        edit += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
