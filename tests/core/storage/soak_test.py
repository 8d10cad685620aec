"""Two thousand frames of ten objects through the project and its writer, again and again: memory stays flat."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.storage.project_folder import ProjectFolder
from tests.helpers import ArrayVideo

FRAMES, HEIGHT, WIDTH = 2000, 540, 960
ROUNDS = 4


class LongVideo(ArrayVideo):
    """Says that it has many frames, without pictures."""

    def __init__(self) -> None:
        super().__init__(np.zeros((1, HEIGHT, WIDTH, 3), np.uint8))
        self.frame_names = [f"{frame:05d}" for frame in range(FRAMES)]


def ellipses(frame: int, seed: int) -> NDArray[np.uint8]:
    """Ten objects on their ways."""
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    for object_id in range(1, 11):
        angle = frame / 90 + object_id + seed
        centre = (int(WIDTH / 2 + WIDTH / 3 * np.sin(angle)), int(HEIGHT / 2 + HEIGHT / 3 * np.cos(1.3 * angle)))
        cv2.ellipse(labels, centre, (30 + 2 * object_id, 45), frame % 180, 0, 360, object_id, -1)
    return labels


def propagate(project: Project, seed: int, frames: range) -> None:
    """Write frames as the window does."""
    for frame in frames:
        with project.edit():
            project.set_labels(frame, ellipses(frame, seed))
            for object_id in range(1, 11):
                project.set_provenance(frame, object_id, Provenance.MODEL)
                project.set_instance(frame, object_id, 0.9, (1.0, 2.0, 3.0, 4.0))


def resident_megabytes() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_memory_stays_flat(tmp_path: Path) -> None:
    project = Project.create(LongVideo())
    for object_id in range(1, 11):
        project.set_object(default_object(object_id))
    folder = ProjectFolder.create(tmp_path / "soak.lip", project)
    after_rounds = []
    for seed in range(ROUNDS):
        for frames in (range(500), range(500, 1000), range(1000, 2000)):
            propagate(project, seed, frames)
            folder.flush(600)
            print(f"round {seed}: {resident_megabytes():.0f} MB after frame {frames.stop}")
        project.add_weights(os.urandom(2_000_000), [0])
        folder.flush(600)
        after_rounds.append(resident_megabytes())
    folder.close()
    assert after_rounds[-1] - after_rounds[0] < 30
    opened = ProjectFolder.open(folder.path)
    assert opened.notes == ()
    np.testing.assert_array_equal(opened.project.labels(1999), project.labels(1999))
    opened.close()
