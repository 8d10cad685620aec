"""Heads on disk: whole files come back as they were, all others are refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from lipcore.errors import LipError
from lipcore.interactive import head_file
from lipcore.interactive.head_file import load_head, read_head_notes, save_head
from lipcore.weights.checkpoint import save_checkpoint
from tests.core.interactive.heads import TINY, tiny_head
from tests.core.model.networks import tiny_network


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save_head(tmp_path / "head.safetensors", tiny_head(lively=True), "abc", {"step": "3 of 4"})
    return tmp_path / "head.safetensors"


def test_a_head_comes_back_as_it_was(path: Path) -> None:
    head = load_head(path, "abc")
    assert head.config == TINY
    assert read_head_notes(path)["step"] == "3 of 4"
    for name, value in tiny_head(lively=True).state_dict().items():
        assert torch.equal(head.state_dict()[name], value)


def test_half_of_the_bytes_are_enough_for_distribution(path: Path, tmp_path: Path) -> None:
    save_head(tmp_path / "half.safetensors", tiny_head(lively=True), "abc", {}, half=True)
    assert (tmp_path / "half.safetensors").stat().st_size < 0.7 * path.stat().st_size
    head = load_head(tmp_path / "half.safetensors", "abc")
    for name, value in tiny_head(lively=True).state_dict().items():
        torch.testing.assert_close(head.state_dict()[name], value, rtol=1e-3, atol=1e-3)


def test_a_head_of_another_trunk_is_refused(path: Path) -> None:
    with pytest.raises(LipError, match="another trunk"):
        load_head(path, "abd")


def test_a_file_that_is_cut_off_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(LipError, match="damaged"):
        load_head(path, "abc")


def test_the_weights_of_a_network_are_no_head(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "network.safetensors", tiny_network(), {})
    with pytest.raises(LipError, match="no interactive head"):
        load_head(tmp_path / "network.safetensors", "abc")


def test_a_file_that_is_too_large_is_refused_unread(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_file, "LARGEST_FILE", 100)
    with pytest.raises(LipError, match="larger than"):
        load_head(path, "abc")


def rewritten(path: Path, change: Callable[[dict[str, torch.Tensor], dict[str, str]], None]) -> None:
    """Save a head's file again after a change of its tensors and metadata."""
    tensors, notes = load_file(path), read_head_notes(path)
    change(tensors, notes)
    save_file(tensors, path, notes)


def drop_a_tensor(tensors: dict[str, torch.Tensor], notes: dict[str, str]) -> None:
    del tensors["logits.bias"]


def spoil_a_tensor(tensors: dict[str, torch.Tensor], notes: dict[str, str]) -> None:
    tensors["logits.bias"][:] = torch.nan


def blow_up_a_tensor(tensors: dict[str, torch.Tensor], notes: dict[str, str]) -> None:
    tensors["logits.bias"][:] = 1e9


@pytest.mark.parametrize("change", [drop_a_tensor, spoil_a_tensor, blow_up_a_tensor])
def test_tensors_that_do_not_fit_are_refused_by_name(
    path: Path, change: Callable[[dict[str, torch.Tensor], dict[str, str]], None]
) -> None:
    rewritten(path, change)
    with pytest.raises(LipError, match=r"logits\.bias"):
        load_head(path, "abc")


@pytest.mark.parametrize(
    "sizes",
    [
        "",
        "[]",
        "[" * 100_000,
        json.dumps(asdict(TINY) | {"widths": (10**9, 8, 16, 16)}),
        json.dumps(asdict(TINY) | {"widths": (8, 8, 16)}),
        json.dumps(asdict(TINY) | {"widths": 8}),
        json.dumps(asdict(TINY) | {"detail": True}),
        json.dumps(asdict(TINY) | {"blocks": (1, 1, 1, 0)}),
        json.dumps(asdict(TINY) | {"filters": (3, 3, 4, 3)}),
        json.dumps(asdict(TINY) | {"groups": (2, 3)}),
        json.dumps(asdict(TINY) | {"colour": 3}),
    ],
)
def test_sizes_that_no_head_has_are_refused_before_anything_is_made(path: Path, sizes: str) -> None:
    rewritten(path, lambda tensors, notes: notes.update(sizes=sizes))
    with pytest.raises(LipError, match="cannot be understood"):
        load_head(path, "abc")


def test_an_unknown_format_is_refused(path: Path) -> None:
    rewritten(path, lambda tensors, notes: notes.update(format="2"))
    with pytest.raises(LipError, match="format 2"):
        load_head(path, "abc")
