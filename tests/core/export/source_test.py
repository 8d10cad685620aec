"""Labelled videos: a project is one, and so are label maps that are read by a function."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lipcore.exchange import LabelledVideo, Selection, export, find_format
from lipcore.export.source import LabelledFrames
from lipcore.project.project import Project
from tests.core.export.noise import noise_video
from tests.core.hard_labels import hard_labels


def test_a_project_is_a_labelled_video(tmp_path: Path) -> None:
    project = Project.create(noise_video(3))
    source: LabelledVideo = project
    labels = hard_labels()[0]
    project.set_labels(1, labels)
    list(export(Selection(source), find_format("davis"), tmp_path / "out"))
    assert len(list((tmp_path / "out" / "array").glob("*.png"))) == 3


def test_without_scores_there_are_none_for_any_frame() -> None:
    frames = LabelledFrames("clip", 2, 3, ["a", "b"], 24.0, {}, lambda frame: np.full((2, 3), frame, np.uint8))
    assert frames.frame_count == 2
    assert frames.scores.shape == (2, 256)
    assert np.isnan(frames.scores).all()
    assert (frames.labels(1) == 1).all()


def test_scores_that_are_given_are_kept() -> None:
    scores = np.full((1, 256), 0.5, np.float32)
    frames = LabelledFrames("clip", 2, 3, ["a"], 24.0, {}, lambda frame: np.zeros((2, 3), np.uint8), scores)
    assert frames.scores is scores
