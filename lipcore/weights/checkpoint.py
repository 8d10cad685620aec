"""Weights on disk: safetensors with the network's configuration, data and recipe in the metadata; never pickles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load, save
from torch import Tensor, nn

from lipcore.errors import LipError
from lipcore.files import refuse_special, write_atomic
from lipcore.model import LipNetwork, NetworkConfig, build_network
from lipcore.model.backbone import TRUNKS
from lipcore.model.proposals import ProposalConfig
from lipcore.presets import PRESETS

FORMAT_NUMBER = 1
MAXIMUM_METADATA = 1 << 20  # bytes of metadata that are read
LARGEST_FILE = 1_000_000_000  # bytes; the preset paper, the largest, has 323 million
HEAD_KIND = "interactive head"  # in the metadata of a file that is no network but a head for clicks
LARGEST_VALUE = 10_000.0  # of a weight; trained ones stay below a hundred


@dataclass(frozen=True)
class CheckpointCard:
    """What a checkpoint says of itself: configuration of the network, and free text on data, recipe and scores."""

    config: NetworkConfig
    notes: Mapping[str, str]


def save_checkpoint(path: Path, network: LipNetwork, notes: Mapping[str, str], half: bool = False) -> None:
    """Write the network to `path`, whole or not at all; `half` stores floats with 16 bits for distribution."""
    tensors = {name: value.detach().to("cpu").contiguous() for name, value in network.state_dict().items()}
    if half:
        tensors = {name: value.half() if value.is_floating_point() else value for name, value in tensors.items()}
    metadata = {**notes, "format": str(FORMAT_NUMBER), "config": json.dumps(asdict(network.config))}
    write_atomic(path, save(tensors, metadata=metadata))


def read_metadata(path: Path, largest: int = LARGEST_FILE) -> dict[str, str]:
    """What a safetensors file of at most `largest` bytes says of itself, empty if it says too much; LipError."""
    check_file(path, largest)
    try:
        with safe_open(str(path), framework="pt") as file:
            metadata = dict(file.metadata() or {})
    except (SafetensorError, OSError, ValueError) as error:
        raise LipError(f"Cannot read the weights {path}: {_reason(path, error)}.") from error
    return metadata if sum(map(len, metadata.values())) <= MAXIMUM_METADATA else {}


def read_card(path: Path) -> CheckpointCard:
    """The card of a checkpoint without its weights; LipError if the file is none of ours."""
    metadata = read_metadata(path)
    if "config" not in metadata:
        raise LipError(f"{path} holds no LIP weights; import others with 'lip weights import'.")
    number = metadata.pop("format", "")
    if number != str(FORMAT_NUMBER):
        raise LipError(f"{path} has weights format {number or 'unknown'}; this LIP reads format {FORMAT_NUMBER}.")
    return CheckpointCard(_config_from_json(metadata.pop("config"), path), metadata)


def load_checkpoint(path: Path) -> tuple[LipNetwork, CheckpointCard]:
    """The network stored at `path`, on the CPU in float32, and its card; LipError if damaged or foreign."""
    card = read_card(path)
    try:
        network = build_network(card.config)
    except (ValueError, RuntimeError, TypeError, ArithmeticError, LookupError) as error:  # sizes that do not fit
        raise LipError(f"The configuration in {path} cannot be understood.") from error
    restore_tensors(network, read_tensors(path), str(path), f"preset {card.config.preset}")
    return network, card


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a safetensors file; LipError if it cannot be read."""
    check_file(path)
    try:
        return load(path.read_bytes())
    except (SafetensorError, OSError, ValueError) as error:
        raise LipError(f"Cannot read the weights {path}: {_reason(path, error)}.") from error


def restore_tensors(network: nn.Module, tensors: Mapping[str, Tensor], origin: str, title: str) -> None:
    """Copy tensors into a network, strictly: every name and shape must fit, else LipError naming the first misfit.

    `title` says which network it is, `origin` where the tensors come from.
    """
    wanted = network.state_dict()
    converted = {}
    for name in sorted(wanted.keys() | tensors.keys()):
        if name not in tensors or name not in wanted or wanted[name].shape != tensors[name].shape:
            raise LipError(f"The weights {origin} do not fit {title}: {name} differs.")
        converted[name] = value = tensors[name].to(wanted[name].dtype)
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise LipError(f"The weights {origin} are damaged: {name} holds values that are not finite.")
        if value.is_floating_point() and value.numel() and float(value.abs().max()) > LARGEST_VALUE:
            raise LipError(f"The weights {origin} are damaged: {name} holds values above {LARGEST_VALUE:,.0f}.")
    if not any(bool(value.any()) for value in converted.values() if value.ndim > 1):
        raise LipError(f"The weights {origin} are damaged: all of them are zero.")
    network.load_state_dict(converted)


def weights_hash(network: nn.Module) -> str:
    """First 16 hexadecimal digits of the SHA-256 of all weights, to tell results of different weights apart."""
    digest = hashlib.sha256()
    for name, value in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().float().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def _config_from_json(text: str, path: Path) -> NetworkConfig:
    try:
        values = json.loads(text)
        proposals = values.pop("proposals")
        proposals.setdefault("exact_strides", False)  # as they were before it could be chosen
        for name in ("anchor_sizes", "aspect_ratios"):
            proposals[name] = tuple(proposals[name])
        config = NetworkConfig(**values, proposals=ProposalConfig(**proposals))
        _check_types(config)
        _check_types(config.proposals)
        _check_sizes(config)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise LipError(f"The configuration in {path} cannot be understood.") from error
    return config


def _check_types(config: NetworkConfig | ProposalConfig) -> None:
    """Refuse values that have not the types of the defaults, such as true for a number of channels."""
    for each in fields(config):
        value, default = getattr(config, each.name), getattr(type(config)(), each.name)
        pairs = [(item, default[0]) for item in value] if isinstance(default, tuple) else [(value, default)]
        for item, like in pairs:
            if type(item) is not type(like) and not (type(like) is float and type(item) is int):
                raise TypeError(f"{each.name} is a {type(item).__name__}")


def _check_sizes(config: NetworkConfig) -> None:
    """Refuse configurations that no preset comes near, before anything is allocated for them."""
    largest = PRESETS["paper"].network
    limits = {"channels": largest.channels, "trunk_width": largest.trunk_width, "mask_width": largest.mask_width}
    limits |= {"embedding": 1024, "matching": 1024, "mask_side": 56, "edge_channels": 256, "quality_channels": 256}
    limits |= {"trunk_convolutions": 8, "trunk_linears": 4, "mask_convolutions": 8, "id_outputs": 100_000}
    limits |= {"instance_outputs": 1000, "shorter_side": 10_000, "longer_side": 10_000, "canonical_side": 10_000}
    limits |= {"memory_levels": 5, "memory_told": 256}
    may_be_zero = {"embedding", "matching", "edge_channels", "quality_channels", "memory_levels", "memory_told"}
    may_be_zero |= {"trunk_convolutions", "trunk_linears", "mask_convolutions"}
    for name, limit in limits.items():
        if not (name not in may_be_zero) <= getattr(config, name) <= limit:
            raise ValueError(f"{name} is out of range")
    proposals = config.proposals
    if config.trunk not in TRUNKS or not 1 <= len(proposals.anchor_sizes) <= 5:
        raise ValueError("no such backbone")
    if not all(0 < size <= 10_000 for size in proposals.anchor_sizes) or not 1 <= len(proposals.aspect_ratios) <= 20:
        raise ValueError("no such anchors")
    if not all(0.001 <= ratio <= 1000 for ratio in proposals.aspect_ratios) or not 0 <= proposals.overlap <= 1:
        raise ValueError("no such anchors")
    if not (1 <= proposals.candidates_per_level <= 100_000 and 1 <= proposals.kept <= 100_000):
        raise ValueError("no such number of proposals")


def check_file(path: Path, largest: int = LARGEST_FILE) -> None:
    """Refuse what is no file, or larger than `largest` bytes; LipError."""
    refuse_special(path)
    try:
        size = path.stat().st_size
    except OSError:
        return  # whoever opens it says what is wrong
    if size > largest:
        raise LipError(f"Cannot read the weights {path}: the file is larger than {largest // 10**6:,} MB.")


def _reason(path: Path, error: Exception) -> str:
    if not path.exists():
        return "there is no such file"
    return (
        "permission denied"
        if isinstance(error, PermissionError)
        else "the file is damaged or not in safetensors format"
    )
