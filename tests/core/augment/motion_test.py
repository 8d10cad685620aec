"""Motions chain and invert, keep cut objects at their border, and bends never fold."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.augment.motion import Pose, hold_at_borders, motion_from_pose, random_bend
from lipcore.augment.render import (
    chain,
    invert,
)

STAY = np.array([[[1.0, 0, 0], [0, 1.0, 0]]])


def test_motions_chain_and_invert() -> None:
    pose = Pose(*(np.array([value, value + 0.1]) for value in (30.0, 40.0, 0.3, 0.5)))
    motion = motion_from_pose(pose, (5, 6), mirrored=True)
    assert motion[0] @ [5, 6, 1] == pytest.approx([30, 40])
    assert np.linalg.det(motion[0, :, :2]) == pytest.approx(-np.exp(0.6))
    assert chain(motion, invert(motion)) == pytest.approx(np.repeat(STAY, 2, axis=0), abs=1e-9)


def test_cut_off_objects_stay_at_the_border() -> None:
    course = np.array([10.0, 60.0, 120.0])
    pose = Pose(course, course, np.log([0.5, 1.0, 2.0]), np.zeros(3))
    held = hold_at_borders(pose, (0, 40, 30, 100), (100, 150))
    scale = np.exp(held.log_scale)
    assert (held.x - scale * 15 <= 1e-9).all()
    assert (held.y + scale * 30 >= 100 - 1e-9).all()
    free = hold_at_borders(pose, (10, 40, 30, 90), (100, 150))
    assert (free.x == pose.x).all()
    spanning = hold_at_borders(pose, (0, 10, 150, 20), (100, 150))
    assert (spanning.log_scale >= 0).all()


def test_bends_never_fold() -> None:
    for seed in range(20):
        bend = random_bend(np.random.default_rng(seed), 4, 100.0, 0.06)
        steepness = np.abs(bend.amplitudes).max(axis=(0, 2)) * np.linalg.norm(bend.frequencies, axis=1)
        assert steepness.sum() < 1.5
        assert bend.reach < 25
