"""A tiny network for the tests of tuning."""

from __future__ import annotations

import pytest

from lipcore.model import LipNetwork
from lipcore.model.specialise import specialise
from tests.core.model.networks import tiny_network


@pytest.fixture
def network() -> LipNetwork:
    """A tiny network for two objects."""
    return specialise(tiny_network(), 2)
