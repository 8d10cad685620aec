"""Weights that are damaged, foreign or absurd: a sentence, never another error, and no network that cannot work."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path

import pytest
import torch
from safetensors.torch import load, save
from torch import Tensor

from lipcore.errors import LipError
from lipcore.model import NetworkConfig
from lipcore.model.proposals import ProposalConfig
from lipcore.weights import checkpoint
from lipcore.weights.checkpoint import load_checkpoint, read_card, save_checkpoint
from tests.core.model.networks import tiny_network

VALUES: tuple[object, ...] = (None, "x", True, -1, 1.5, 1e308, [], {}, 0, 10**12)
NAMES = [each.name for each in fields(NetworkConfig)]
INNER = [each.name for each in fields(ProposalConfig)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    save_checkpoint(path, tiny_network(), {"title": "tiny"})
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, whole: bytes) -> Path:
    path = tmp_path / "tiny.safetensors"
    path.write_bytes(whole)
    return path


def rewrite(path: Path, change: Callable[[dict[str, Tensor]], None] | None = None, config: object = None) -> None:
    """Change the tensors, or put another configuration in."""
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    metadata = json.loads(data[8 : 8 + length])["__metadata__"]
    tensors = load(data)
    if change is not None:
        change(tensors)
    if config is not None:
        metadata["config"] = config if isinstance(config, str) else json.dumps(config)
    path.write_bytes(save(tensors, metadata=metadata))


def test_they_are_read_as_they_were_written(path: Path) -> None:
    network, card = load_checkpoint(path)
    assert card.notes == {"title": "tiny"}
    assert card.config == tiny_network().config
    for name, value in tiny_network().state_dict().items():
        assert torch.equal(value, network.state_dict()[name])


@pytest.mark.parametrize("name", [*NAMES, *INNER])
def test_every_field_of_the_configuration_takes_every_strange_value(path: Path, name: str) -> None:
    """Ten values for each field: a wrong type is refused, and what passes meets tensors that do not fit."""
    plain = asdict(read_card(path).config)
    for value in VALUES:
        inside = name in INNER
        config = {**plain, "proposals": {**plain["proposals"], name: value}} if inside else {**plain, name: value}
        path.write_bytes(save({"none": torch.zeros(1)}, metadata={"format": "1", "config": json.dumps(config)}))
        default = plain["proposals"][name] if inside else plain[name]
        is_right = type(value) is type(default) or (isinstance(default, float) and type(value) is int)
        with pytest.raises(LipError, match="cannot be understood|do not fit" if is_right else "cannot be understood"):
            load_checkpoint(path)


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "5", '{"proposals": null}', "[" * 100_000, '{"channels": 1}'])
def test_a_configuration_that_is_none(path: Path, text: str) -> None:
    rewrite(path, config=text)
    with pytest.raises(LipError):
        load_checkpoint(path)


@pytest.mark.parametrize(
    ("value", "kind", "sentence"),
    [
        (float("nan"), torch.float32, "not finite"),
        (float("inf"), torch.float32, "not finite"),
        (float("-inf"), torch.float16, "not finite"),
        (1e300, torch.float64, "not finite"),
        (1e38, torch.float32, "above 10,000"),
        (-6e4, torch.float16, "above 10,000"),
    ],
)
def test_values_that_no_training_gives(path: Path, value: float, kind: torch.dtype, sentence: str) -> None:
    def change(tensors: dict[str, Tensor]) -> None:
        name = max(tensors, key=lambda each: tensors[each].numel())
        tensors[name] = tensors[name].to(kind)
        tensors[name].view(-1)[0] = value

    rewrite(path, change)
    with pytest.raises(LipError, match=sentence):
        load_checkpoint(path)


def test_weights_that_are_all_zero(path: Path) -> None:
    rewrite(path, lambda tensors: [value.zero_() for value in tensors.values()] and None)
    with pytest.raises(LipError, match="all of them are zero"):
        load_checkpoint(path)


@pytest.mark.parametrize("kind", ["missing", "added", "misshapen", "renamed"])
def test_tensors_that_do_not_fit(path: Path, kind: str) -> None:
    def change(tensors: dict[str, Tensor]) -> None:
        name = sorted(tensors)[3]
        value = tensors[name] if kind == "added" else tensors.pop(name)
        if kind != "missing":
            tensors[name if kind == "misshapen" else "other"] = (
                torch.zeros(3, 5) if kind == "misshapen" else value.clone()
            )

    rewrite(path, change)
    with pytest.raises(LipError, match="do not fit preset"):
        load_checkpoint(path)


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 100, 1000, -1, -1000])
def test_a_file_that_is_cut_off(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(LipError):
        load_checkpoint(path)


@pytest.mark.parametrize("length", [0, 1, 2**31, 2**40, 2**63, 2**64 - 1])
def test_a_header_of_absurd_length(path: Path, length: int) -> None:
    path.write_bytes(struct.pack("<Q", length) + path.read_bytes()[8:])
    with pytest.raises(LipError):
        load_checkpoint(path)


def test_a_file_that_is_larger_than_weights_can_be_is_not_read(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(6_000_000_000)  # sparse
    with pytest.raises(LipError, match="larger than 1,000 MB"):
        load_checkpoint(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LipError, match="is a pipe or a device"):
        read_card(tmp_path / "pipe")
    with pytest.raises(LipError, match="is a pipe or a device"):
        checkpoint.read_tensors(tmp_path / "pipe")
