"""Weights that LIP knows by name: those it comes with, and those imported or trained into the user's folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import torch
from torch import Tensor

from lipcore.errors import LipError
from lipcore.files import make_folder, natural_key, safe_child
from lipcore.model.backbone import TRUNKS
from lipcore.resources import resources_folder
from lipcore.weights.checkpoint import HEAD_KIND, CheckpointCard, read_card, read_metadata, save_checkpoint
from lipcore.weights.imagenet import CLASSIFIERS, download_classifier, is_classifier, network_of_classifier
from lipcore.weights.torchvision import download_torchvision_weights, network_of_torchvision, read_torchvision_weights

SUFFIX = ".safetensors"
LARGEST_CARD = 200_000  # characters of a model card that are read


@dataclass(frozen=True)
class KnownWeights:
    """A file of weights and its name; `bundled` if LIP comes with it."""

    name: str
    path: Path
    bundled: bool


def user_weights_folder() -> Path:
    """Where imported weights are kept; made when the first are."""
    return platformdirs.PlatformDirs("LIP", appauthor=False).user_data_path / "weights"


def known_weights() -> list[KnownWeights]:
    """All weights by name, bundled ones first; those in the user's folder in natural order."""
    found = []
    for folder, bundled in ((resources_folder() / "weights", True), (user_weights_folder(), False)):
        paths = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: natural_key(path.name)) if folder.is_dir() else []
        found += [KnownWeights(path.stem, path, bundled) for path in paths if not path.name.startswith(".")]
    return found


def find_weights(name: str) -> Path:
    """The file of weights that `name` (a known name, or a path) names; LipError says which names there are."""
    known = known_weights()
    for weights in known:
        if weights.name == name:
            return weights.path
    path = Path(name)
    if path.is_file():
        return path
    names = ", ".join(weights.name for weights in known) or "none"
    raise LipError(f"There are no weights {name}: it is no file, and the known weights are {names}.")


def imported_weights(preset: str) -> Path | None:
    """The imported weights of a preset, under the name that `lip weights import` gives them; None if there are none."""
    path = user_weights_folder() / f"lip-{preset}{SUFFIX}"
    return path if path.is_file() else None


def model_card(path: Path) -> str:
    """The model card of weights as text: architecture and notes from the file, then the page beside it if any."""
    metadata = read_metadata(path)
    facts = _facts(read_card(path), path) if metadata.get("kind") != HEAD_KIND else _head_facts(metadata, path)
    lines = [f"# {path.stem}", "", *facts]
    page = path.with_suffix(".md")
    if page.is_file():
        try:
            with page.open(encoding="utf-8", errors="replace") as file:
                lines += ["", file.read(LARGEST_CARD).strip()]
        except OSError as error:
            raise LipError(f"Cannot read the model card {page}.") from error
    return "\n".join(lines) + "\n"


def import_torchvision(source: Path | None, name: str = "lip-coco") -> Path:
    """Store torchvision's COCO Mask R-CNN, from a file or (None) from its server, as weights of preset `coco`.

    The memory starts as a bypass, so that the network detects what torchvision's does. Returns the new file in the
    user's folder; LipError, with nothing written, if the weights cannot be had, do not fit, or the name is taken by
    bundled weights.
    """
    path = _free_path(name)
    tensors: Mapping[str, Tensor] = (
        download_torchvision_weights() if source is None else read_torchvision_weights(source)
    )
    if is_classifier(tensors):
        presets = " or ".join(f"--start {preset}" for preset in CLASSIFIERS)
        raise LipError(f"{source} is a classifier of ImageNet, a start for training: add {presets}.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # of the memory, which is random and without effect until it is trained
        network = network_of_torchvision(tensors, str(source or "The download"))
    make_folder(path.parent)
    notes = {
        "title": "torchvision's Mask R-CNN, ResNet-50-FPN",
        "data": "COCO 2017 train (annotations CC BY 4.0)",
        "source": source.name if source is not None else "torchvision MaskRCNN_ResNet50_FPN_Weights.COCO_V1",
        "memory": "untrained, a bypass: detections are torchvision's",
    }
    save_checkpoint(path, network, notes)
    return path


def import_start(source: Path | None, preset: str, name: str | None = None) -> Path:
    """Store a start for training `preset`: ImageNet weights of torchvision's ResNet, from a file or (None) online.

    All but the backbone is random. Returns the new file in the user's folder, `lip-PRESET-start` unless `name` says
    otherwise; LipError, with nothing written, as for `import_torchvision`.
    """
    path = _free_path(name or f"lip-{preset}-start")
    tensors = download_classifier(preset) if source is None else read_torchvision_weights(source)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = network_of_classifier(tensors, str(source or "The download"), preset)
    make_folder(path.parent)
    notes = {
        "title": f"A start for training: the backbone is torchvision's {TRUNKS[network.config.trunk]}, the rest random",
        "data": "ImageNet-1k",
        "source": source.name if source is not None else f"torchvision {CLASSIFIERS[preset]}",
    }
    save_checkpoint(path, network, notes)
    return path


def _free_path(name: str) -> Path:
    """Where weights of that name are stored in the user's folder; LipError if the name is taken or no plain name."""
    if any(weights.bundled and weights.name == name for weights in known_weights()):
        raise LipError(f"The name {name} belongs to weights that LIP comes with; choose another with --name.")
    folder = user_weights_folder()
    path = safe_child(folder, f"{name}{SUFFIX}")
    if path.parent != folder:
        raise LipError(f"The name {name} is refused: it must be a plain name.")
    return path


def preset_of(path: Path) -> str:
    """The preset that weights are for, or "clicks" for an interactive head; LipError if they are none of ours."""
    return "clicks" if read_metadata(path).get("kind") == HEAD_KIND else read_card(path).config.preset


def _head_facts(metadata: Mapping[str, str], path: Path) -> list[str]:
    size = f"{path.stat().st_size / 1e6:.1f} MB"
    return [f"file: {path}, {size}", *(f"{name}: {value}" for name, value in sorted(metadata.items()))]


def _facts(card: CheckpointCard, path: Path) -> list[str]:
    config = card.config
    facts = {
        "preset": config.preset,
        "backbone": f"{TRUNKS[config.trunk]}-FPN, {config.channels} channels, "
        + ("frozen batch normalisation" if config.frozen_batch_norm else "group normalisation"),
        "input": f"shorter side {config.shorter_side}, longer at most {config.longer_side} pixels",
        "ids": f"{config.id_outputs - 1} classes" if config.id_outputs > 2 else "class-agnostic",
        "file": f"{path}, {path.stat().st_size / 1e6:.1f} MB",
    }
    return [f"{name}: {value}" for name, value in [*facts.items(), *sorted(card.notes.items())]]
