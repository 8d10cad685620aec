"""A project tuned and propagated without a window: from its annotated frames, with its weights, by its rules."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.video import Video, open_video
from lipcore.workflow.headless import propagate_project, tune_project
from lipcore.workflow.run import PropagationRun
from tests.helpers import FakeSegmenter, write_moving_square


@pytest.fixture
def video(tmp_path: Path) -> Video:
    return open_video(write_moving_square(tmp_path / "clip", frames=6).path)


def annotated(video: Video) -> Project:
    """A project with the true mask painted on the first frame."""
    project = Project.create(video)
    labels = np.zeros((48, 64), np.uint8)
    labels[10:22, 12:24] = 1
    project.set_object(default_object(1))
    project.set_labels(0, labels)
    project.set_provenance(0, 1, Provenance.USER)
    return project


def test_what_was_tuned_is_in_use_and_known_by_its_frames(video: Video) -> None:
    project, segmenter = annotated(video), FakeSegmenter()
    steps = list(tune_project(project, video, segmenter, "fast"))
    assert [step.number for step in steps] == [1, 2, 3, 4, 5]
    assert segmenter.tuned_on == [(0,)]
    assert project.weights.content(project.weights_in_use) == segmenter.tuned_weights()
    (entry,) = project.weights.entries
    assert [frame for frame, _ in entry.examples] == [0]


def test_a_run_writes_what_the_network_finds_and_no_more(video: Video) -> None:
    project, segmenter = annotated(video), FakeSegmenter()
    labels = project.labels(3).copy()
    labels[:5, :5] = 1
    project.set_labels(3, labels)
    project.set_provenance(3, 1, Provenance.VERIFIED)
    run = PropagationRun(project, range(6), "forward")
    results = list(propagate_project(video, segmenter, run))
    assert segmenter.calls[-1] == "propagate"
    assert {result.frame for result in results} >= {1, 2, 4, 5}
    np.testing.assert_array_equal(project.labels(3), labels)  # verified
    assert project.labels(1)[11:23, 13:25].all()
    assert project.provenances[1, 1] == Provenance.MODEL


def test_without_an_annotated_frame_there_is_nothing_to_tune_on(video: Video) -> None:
    with pytest.raises(LipError):
        list(tune_project(Project.create(video), video, FakeSegmenter(), "fast"))
