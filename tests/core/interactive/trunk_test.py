"""The trunk of the interactive head: frozen, from the bundled weights, and told by its hash."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from lipcore.errors import LipError
from lipcore.interactive.trunk import load_trunk, trunk_hash
from lipcore.resources import resource
from lipcore.weights.checkpoint import save_checkpoint
from tests.core.model.networks import tiny_network


def test_the_trunk_is_the_one_of_the_bundled_weights(tmp_path: Path) -> None:
    trunk = load_trunk(resource("weights/lip-small.safetensors"))
    assert not any(value.requires_grad for value in trunk.parameters())
    with torch.no_grad():
        for value in trunk.parameters():
            value[value == 0] = -0.0
    assert trunk_hash(trunk) == trunk_hash(load_trunk(resource("weights/lip-small.safetensors")))
    with torch.no_grad():
        trunk.stem.weight += 0.01
    assert trunk_hash(trunk) != trunk_hash(load_trunk(resource("weights/lip-small.safetensors")))
    save_checkpoint(tmp_path / "paper.safetensors", tiny_network("paper"), {})
    with pytest.raises(LipError, match="no trunk"):
        load_trunk(tmp_path / "paper.safetensors")
