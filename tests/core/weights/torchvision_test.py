"""Weights of torchvision's Mask R-CNN give torchvision's detections in our network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from torchvision.models.detection import MaskRCNN, MaskRCNN_ResNet50_FPN_Weights, maskrcnn_resnet50_fpn
from torchvision.ops import FrozenBatchNorm2d

from lipcore.errors import LipError
from lipcore.model import build_network
from lipcore.presets import find_preset
from lipcore.weights import torchvision as from_torchvision
from tests.core.model.networks import noise
from tests.core.weights.detection import DetectionConfig, detect_instances, pasted_masks

SIZE = (150, 213)
CLASSES = 91


@pytest.fixture(scope="module")
def theirs() -> MaskRCNN:
    """Torchvision's model with random weights that find many things of several classes."""
    torch.manual_seed(0)
    model = maskrcnn_resnet50_fpn(
        weights=None,
        weights_backbone=None,
        min_size=SIZE[0],
        max_size=SIZE[1],
        rpn_pre_nms_top_n_test=200,
        rpn_post_nms_top_n_test=100,
        box_detections_per_img=12,
    )
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, FrozenBatchNorm2d):
                module.weight.uniform_(0.3, 0.9)
                module.bias.normal_(std=0.2)
                module.running_mean.normal_(std=0.1)
                module.running_var.uniform_(0.5, 1.5)
        model.rpn.head.cls_logits.weight.normal_(std=0.05)
        model.rpn.head.bbox_pred.weight.normal_(std=0.0005)
        predictor = model.roi_heads.box_predictor
        predictor.cls_score.weight.normal_(std=0.012)
        predictor.bbox_pred.weight.normal_(std=0.0005)
        model.roi_heads.mask_predictor.mask_fcn_logits.weight.normal_(std=0.03)
    return model.eval()


def old_names(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The names that the file on torchvision's server has."""
    renamed = {}
    for name, value in tensors.items():
        if ".fpn." in name or "rpn.head.conv" in name:
            name = (
                name.replace(".0.0.", ".")
                if "rpn" in name
                else name.replace(".0.weight", ".weight").replace(".0.bias", ".bias")
            )
        for number in range(4):
            name = name.replace(f"mask_head.{number}.0.", f"mask_head.mask_fcn{number + 1}.")
        renamed[name] = value
    return renamed


@torch.no_grad()
def test_imported_weights_give_torchvisions_boxes_scores_and_masks(theirs: MaskRCNN) -> None:
    config = find_preset("coco").network
    network = build_network(
        replace(config, proposals=replace(config.proposals, candidates_per_level=200, kept=100))
    ).eval()
    from_torchvision.network_of_torchvision(theirs.state_dict(), "test", epsilon=1e-5, network=network)
    small_masks: list[Tensor] = []
    hook = theirs.roi_heads.mask_predictor.register_forward_hook(lambda _, __, out: small_masks.append(out.sigmoid()))
    image = noise(3, *SIZE)
    wanted = theirs([image])[0]
    hook.remove()
    frame, _ = network.step(image[None], None)
    found = detect_instances(network, frame, DetectionConfig(kept=12))[0]

    assert len(wanted["boxes"]) == 12
    assert len(wanted["labels"].unique()) > 1
    assert float(wanted["scores"].std()) > 1e-3
    assert float((wanted["boxes"][:, 2:] - wanted["boxes"][:, :2]).amin()) > 1
    assert torch.equal(found.classes, wanted["labels"])
    torch.testing.assert_close(found.scores, wanted["scores"], rtol=0, atol=1e-4)
    torch.testing.assert_close(found.boxes, wanted["boxes"], rtol=0, atol=1e-4)
    inside = small_masks[0][torch.arange(12), wanted["labels"]]
    assert float(inside.std()) > 1e-2
    torch.testing.assert_close(found.masks, inside, rtol=0, atol=1e-4)
    torch.testing.assert_close(pasted_masks(found, SIZE), wanted["masks"][:, 0], rtol=0, atol=1e-4)


@torch.no_grad()
def test_a_second_frame_is_seen_like_a_first_while_the_memory_is_a_bypass(theirs: MaskRCNN) -> None:
    network = from_torchvision.network_of_torchvision(theirs.state_dict(), "test", epsilon=1e-5).eval()
    images = noise(2, 3, 64, 96)
    _, state = network.step(images[:1], None)
    second, _ = network.step(images[1:], state)
    first, _ = network.step(images[1:], None)
    assert all(torch.equal(a, b) for a, b in zip(second.levels, first.levels, strict=True))


def test_old_and_new_names_of_torchvision_have_the_same_place(theirs: MaskRCNN) -> None:
    state = theirs.state_dict()
    old = old_names(state)
    assert set(old) != set(state)
    assert [from_torchvision.our_name(name) for name in old] == [from_torchvision.our_name(name) for name in state]
    assert None not in {from_torchvision.our_name(name) for name in state}
    assert from_torchvision.our_name("roi_heads.keypoint_head.0.weight") is None


@torch.no_grad()
def test_weights_trained_without_an_epsilon_keep_their_scale(theirs: MaskRCNN) -> None:
    state = theirs.state_dict()
    network = from_torchvision.network_of_torchvision(state, "test")
    norm, variance = network.backbone.body.bn1, state["backbone.body.bn1.running_var"]
    torch.testing.assert_close(norm.running_var + norm.eps, variance)


@pytest.mark.parametrize("kind", ["pth", "safetensors"])
def test_a_local_file_is_read(tmp_path: Path, theirs: MaskRCNN, kind: str) -> None:
    head = {name: value for name, value in theirs.state_dict().items() if name.startswith("rpn.head.")}
    path = tmp_path / f"weights.{kind}"
    save_file(head, path) if kind == "safetensors" else torch.save(head, path)
    found = from_torchvision.read_torchvision_weights(path)
    assert all(torch.equal(value, head[name]) for name, value in found.items())
    assert found.keys() == head.keys()


class Dangerous:
    """Unpickling it would make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def test_files_that_are_no_weights_are_refused_and_never_run(
    tmp_path: Path, theirs: MaskRCNN, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights.pth"
    with pytest.raises(LipError, match="does not exist"):
        from_torchvision.read_torchvision_weights(path)
    for content in (b"", b"not weights", b"\x80\x04."):
        path.write_bytes(content)
        with pytest.raises(LipError, match="no safetensors file and no state dict"):
            from_torchvision.read_torchvision_weights(path)
    torch.save({"weights": Dangerous(tmp_path / "harm")}, path)
    with pytest.raises(LipError):
        from_torchvision.read_torchvision_weights(path)
    assert not (tmp_path / "harm").exists()
    torch.save({"epoch": 3}, path)
    with pytest.raises(LipError, match="something other than named tensors"):
        from_torchvision.read_torchvision_weights(path)
    path.with_suffix(".safetensors").write_bytes(b"123456789")
    with pytest.raises(LipError, match="no safetensors file"):
        from_torchvision.read_torchvision_weights(path.with_suffix(".safetensors"))
    monkeypatch.setattr(from_torchvision, "LARGEST_FILE", 4)
    with pytest.raises(LipError, match="larger than"):
        from_torchvision.read_torchvision_weights(path)


def test_other_networks_are_refused_by_name(theirs: MaskRCNN) -> None:
    state = dict(theirs.state_dict())
    with pytest.raises(LipError, match=r"it has the tensor roi_heads\.other"):
        from_torchvision.network_of_torchvision({**state, "roi_heads.other": torch.zeros(1)}, "other.pth")
    name = "roi_heads.box_predictor.cls_score.bias"
    with pytest.raises(LipError, match=f"{name} has another shape"):
        from_torchvision.network_of_torchvision({**state, name: torch.zeros(5)}, "other.pth")
    with pytest.raises(LipError, match="not finite"):
        from_torchvision.network_of_torchvision({**state, name: torch.full((CLASSES,), torch.nan)}, "other.pth")
    del state[name]
    with pytest.raises(LipError, match=r"nothing in it gives instance_head\.id_layer\.layer\.bias"):
        from_torchvision.network_of_torchvision(state, "other.pth")


def test_offline_is_one_sentence_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr(MaskRCNN_ResNet50_FPN_Weights, "get_state_dict", offline)
    with pytest.raises(LipError, match=r"offline.*lip weights import"):
        from_torchvision.download_torchvision_weights()
