"""J and F on held-out videos: of whom, over which pixels, and that the network is left as it was."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch

from lipcore.evaluation import held_out
from lipcore.evaluation.held_out import held_out_scores
from lipcore.training.data.store import Still
from tests.core.model.networks import tiny_network
from tests.core.moving import moving_video
from tests.helpers import Labels


def stills(frames: int, *ids: int) -> list[Still]:
    video, truth = moving_video(frames, *ids)
    return [Still(video[number], truth[number], {}, False, f"{number}") for number in range(frames)]


@pytest.fixture
def propagated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Stands in for the network: every frame gets the first one's masks. Lists how many frames were asked for."""
    asked: list[int] = []

    def stand(network: object, frames: Sequence[Still]) -> Mapping[int, Labels]:
        asked.append(len(frames))
        return dict.fromkeys(range(1, len(frames)), frames[0].labels)

    monkeypatch.setattr(held_out, "_propagated", stand)
    return asked


def test_means_over_frames_and_objects(propagated: list[int]) -> None:
    video = stills(2, 1)  # 24 columns that move by two
    assert held_out_scores(tiny_network(), [video])["J"] == pytest.approx(22 / 26)
    ignored = video[1].labels.copy()
    ignored[:, :8], ignored[:, 30:32] = 255, 255  # where the two masks differ
    figures = held_out_scores(tiny_network(), [[video[0], replace(video[1], labels=ignored)]])
    assert figures["J"] == pytest.approx(1.0)
    assert 0 < figures["F"] <= 1


def test_the_first_videos_that_show_objects_count(propagated: list[int]) -> None:
    empty = [replace(still, labels=np.zeros_like(still.labels)) for still in stills(3)]
    videos = [empty, stills(1), stills(3), stills(20), *[stills(2)] * 5]
    held_out_scores(tiny_network(), videos)
    assert propagated == [3, 12, 2, 2]
    assert all(math.isnan(value) for value in held_out_scores(tiny_network(), [empty]).values())


def test_the_network_stays_in_training_as_it_was() -> None:
    network = tiny_network().train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    trained = [parameter.requires_grad for parameter in network.parameters()]
    figures = held_out_scores(network, [stills(3)])
    assert set(figures) == {"J", "F"}
    assert all(0 <= value <= 1 for value in figures.values())
    assert held_out_scores(network, [stills(3)]) == figures
    assert network.training
    assert [parameter.requires_grad for parameter in network.parameters()] == trained
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
