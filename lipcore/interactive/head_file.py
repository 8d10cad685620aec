"""The interactive head on disk: safetensors with its sizes, its trunk and its recipe in the metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors.torch import save

from lipcore.errors import LipError
from lipcore.files import write_atomic
from lipcore.interactive.head import HeadConfig, InteractiveHead, build_head
from lipcore.weights.checkpoint import HEAD_KIND, read_metadata, read_tensors, restore_tensors

FORMAT_NUMBER = "1"
LARGEST_FILE = 50_000_000  # bytes; the bundled one has 2 million
_LARGEST_WIDTH = 1024
_MOST_BLOCKS = 32


def save_head(path: Path, head: InteractiveHead, trunk: str, notes: Mapping[str, str], half: bool = False) -> None:
    """Write a head to `path`, whole or not at all; `trunk` is the hash of the weights it was trained on.

    `half` stores floats with 16 bits for distribution.
    """
    tensors = {name: value.detach().to("cpu").contiguous() for name, value in head.state_dict().items()}
    if half:
        tensors = {name: value.half() if value.is_floating_point() else value for name, value in tensors.items()}
    config = json.dumps(asdict(head.config))
    write_atomic(
        path,
        save(tensors, metadata={**notes, "kind": HEAD_KIND, "format": FORMAT_NUMBER, "trunk": trunk, "sizes": config}),
    )


def read_head_notes(path: Path) -> dict[str, str]:
    """What a head's file says of itself: all its metadata; LipError if it holds no head."""
    notes = read_metadata(path, LARGEST_FILE)
    if notes.get("kind") != HEAD_KIND:
        raise LipError(f"{path} holds no interactive head of LIP.")
    if notes.get("format") != FORMAT_NUMBER:
        number = notes.get("format", "unknown")
        raise LipError(f"{path} has format {number} of interactive heads; this LIP reads format {FORMAT_NUMBER}.")
    return notes


def load_head(path: Path, trunk: str) -> InteractiveHead:
    """The head stored at `path`, on the CPU in float32; LipError if damaged, foreign, or trained on another trunk."""
    notes = read_head_notes(path)
    if notes.get("trunk") != trunk:
        raise LipError(f"The interactive head {path} was trained on another trunk than the one at hand.")
    head = build_head(_config_from_json(notes.get("sizes", ""), path))
    restore_tensors(head, read_tensors(path), str(path), "an interactive head of its sizes")
    return head


def _config_from_json(text: str, path: Path) -> HeadConfig:
    """The sizes of a head; those that no head of ours comes near are refused before anything is made for them."""
    try:
        values = json.loads(text)
        sizes: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        config = HeadConfig(**sizes)
        default = HeadConfig()
        for name, like in asdict(default).items():
            given = getattr(config, name)
            numbers = given if isinstance(like, tuple) else (given,)
            if isinstance(like, tuple) and len(given) != len(like):
                raise ValueError(f"{name} has {len(given)} numbers")
            limit = _MOST_BLOCKS if name in ("blocks", "filters", "groups") else _LARGEST_WIDTH
            if not all(type(number) is int and 1 <= number <= limit for number in numbers):
                raise ValueError(f"{name} is out of range")
        if any(keys % groups for keys, groups in zip(config.keys, config.groups, strict=True)):
            raise ValueError("keys do not divide into groups")
        if not all(side % 2 for side in config.filters):
            raise ValueError("filters have even sides")
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise LipError(f"The sizes in {path} cannot be understood.") from error
    return config
