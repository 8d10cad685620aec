"""Pictures to be clicked: samples follow from their number, and clicks are true."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.interactive.clicker import overlap
from lipcore.training.clicks.samples import ClickSampler, SampleConfig
from lipcore.training.data.store import TrainingData
from tests.core.training.pictures import made_data, still


def test_without_pictures_there_is_a_sentence() -> None:
    with pytest.raises(LipError, match="no picture"):
        ClickSampler(TrainingData(), SampleConfig(), 0)
    specks = TrainingData([still("speck", {1: (3, 3, 5, 5)})])
    with pytest.raises(LipError, match="large enough"):
        ClickSampler(specks, SampleConfig(), 0).sample(0)


def test_samples_follow_from_their_number_and_clicks_are_true() -> None:
    config = SampleConfig(side=96)
    first, again = (ClickSampler(made_data(), config, 5) for _ in range(2))
    kinds = set()
    for number in range(60):
        sample = first.sample(number)
        assert sample.picture.shape == (96, 96, 3)
        assert sample.picture.dtype == np.uint8
        assert not (sample.truth & ~sample.known).any()
        if number < 5:
            twin = again.sample(number)
            assert np.array_equal(sample.picture, twin.picture)
            assert sample.prompt.clicks == twin.prompt.clicks
        prompt = sample.prompt
        assert not prompt.empty
        kinds.add((bool(prompt.clicks), prompt.box is not None, prompt.so_far is not None))
        for click in prompt.clicks:
            assert sample.truth[int(click.y), int(click.x)] == click.added
        if prompt.so_far is not None:
            assert overlap(sample.truth, np.asarray(prompt.so_far > 0.5), sample.known) < 0.95
    assert kinds >= {(True, False, False), (True, True, False), (True, False, True)}
