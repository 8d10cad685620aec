"""ResNets of ImageNet as a start: the backbone sees what torchvision's classifier sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import ResNet, ResNet50_Weights, resnet50, resnet101
from torchvision.models._utils import IntermediateLayerGetter

from lipcore.cli.main import main
from lipcore.errors import LipError
from lipcore.model import build_network
from lipcore.presets import find_preset
from lipcore.weights import known
from lipcore.weights.checkpoint import load_checkpoint
from lipcore.weights.imagenet import download_classifier, is_classifier, network_of_classifier
from tests.core.model.networks import noise


@pytest.fixture(scope="module")
def classifier() -> ResNet:
    """Torchvision's ResNet-50 with random weights and statistics."""
    torch.manual_seed(0)
    model = resnet50(weights=None)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.weight.uniform_(0.3, 0.9)
                module.bias.normal_(std=0.2)
                module.running_mean.normal_(std=0.1)
                module.running_var.uniform_(0.5, 1.5)
    return model.eval()


@torch.no_grad()
def test_with_frozen_batch_normalisation_features_are_the_classifiers(classifier: ResNet) -> None:
    network = network_of_classifier(classifier.state_dict(), "test", "coco").eval()
    stages = IntermediateLayerGetter(classifier, {f"layer{number}": str(number) for number in (1, 2, 3, 4)})
    images = noise(1, 3, 64, 96)
    wanted = stages((images - network.backbone.mean) / network.backbone.deviation)
    for found, level in zip(network.backbone(images).trunk, wanted.values(), strict=True):
        assert float(level.std()) > 0.05
        torch.testing.assert_close(found, level, rtol=1e-4, atol=1e-4 * float(level.abs().max()))
    body, theirs = network.backbone.body.state_dict(), classifier.state_dict()
    assert all(torch.equal(value, theirs[name]) for name, value in body.items())


def test_with_group_normalisation_filters_are_copied_and_the_rest_stays(classifier: ResNet) -> None:
    """The paper's ResNet-101 has group normalisation: a whole ResNet-101 on the meta device would show shapes alone."""
    config = replace(find_preset("paper").network, trunk="resnet50", channels=16, trunk_width=16, mask_width=16)
    network = build_network(config)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    network_of_classifier(classifier.state_dict(), "test", "paper", network)
    theirs, filters = classifier.state_dict(), 0
    for name, value in network.state_dict().items():
        inside = name.removeprefix("backbone.body.")
        if inside != name and value.ndim == 4:
            assert torch.equal(value, theirs[inside])
            filters += 1
        else:
            assert torch.equal(value, before[name])
    assert filters == 53


def test_the_names_of_a_resnet_101_fit_preset_paper() -> None:
    with torch.device("meta"):
        theirs, ours = resnet101(weights=None), build_network(find_preset("paper").network).backbone.body
    shapes = {name: value.shape for name, value in theirs.state_dict().items()}
    filters = {name: value.shape for name, value in ours.state_dict().items() if value.ndim == 4}
    assert len(filters) == 104
    assert filters.items() <= shapes.items()


def test_what_is_no_such_classifier_is_refused_by_name(classifier: ResNet) -> None:
    state: dict[str, Tensor] = dict(classifier.state_dict())
    assert is_classifier(state)
    assert not is_classifier({f"backbone.body.{name}": value for name, value in state.items()})
    with pytest.raises(LipError, match=r"is not torchvision's ResNet-50: it has the tensor other\.weight"):
        network_of_classifier({**state, "other.weight": torch.zeros(1)}, "file.pth", "coco")
    with pytest.raises(LipError, match=r"the tensor conv1\.weight has another shape"):
        network_of_classifier({**state, "conv1.weight": torch.zeros(1)}, "file.pth", "coco")
    with pytest.raises(LipError, match="not finite"):
        network_of_classifier({**state, "bn1.bias": torch.full((64,), torch.nan)}, "file.pth", "coco")
    with pytest.raises(LipError, match=r"layer4\.2\.conv3\.weight is missing"):
        network_of_classifier({k: v for k, v in state.items() if k != "layer4.2.conv3.weight"}, "file.pth", "coco")
    with pytest.raises(LipError, match="Preset small does not start from a ResNet; choose one of paper, coco"):
        network_of_classifier(state, "file.pth", "small")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of weights, empty and not yet made."""
    path = tmp_path / "home" / "weights"
    monkeypatch.setattr(known, "user_weights_folder", lambda: path)
    return path


def test_the_command_stores_a_start_and_says_how_to_train_from_it(
    tmp_path: Path, folder: Path, classifier: ResNet, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "resnet50.pth"
    torch.save(classifier.state_dict(), file)
    assert main(["weights", "import", str(file)]) == 1
    assert "is a classifier of ImageNet, a start for training: add --start paper or" in capsys.readouterr().err
    assert main(["weights", "import", str(file), "--start", "paper"]) == 1
    assert "is not torchvision's ResNet-101" in capsys.readouterr().err
    assert not folder.exists()
    assert main(["weights", "import", str(file), "--start", "coco"]) == 0
    path = folder / "lip-coco-start.safetensors"
    assert f"lip train pretrain --preset coco --weights {path}" in capsys.readouterr().out
    network, card = load_checkpoint(path)
    assert (card.config.preset, card.notes["data"], card.notes["source"]) == ("coco", "ImageNet-1k", "resnet50.pth")
    assert torch.equal(network.backbone.body.conv1.weight, classifier.conv1.weight)
    assert known.imported_weights("coco") is None  # a start is not yet a network to segment with


def test_offline_is_one_sentence_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr(ResNet50_Weights, "get_state_dict", offline)
    with pytest.raises(LipError, match=r"offline.*lip weights import FILE --start coco"):
        download_classifier("coco")
