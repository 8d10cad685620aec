"""`lip weights`: listing, model cards, and imports that are whole or leave nothing."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
from torch import Tensor
from torchvision.models.detection import MaskRCNN_ResNet50_FPN_Weights, maskrcnn_resnet50_fpn

from lipcore.cli.main import main
from lipcore.segmenter import Segmenter
from lipcore.weights import known as weights
from lipcore.weights.checkpoint import load_checkpoint, save_checkpoint
from tests.core.model.networks import tiny_network


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of weights, empty and not yet made."""
    path = tmp_path / "home" / "weights"
    monkeypatch.setattr(weights, "user_weights_folder", lambda: path)
    return path


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    """The state dict of torchvision's model."""
    torch.manual_seed(0)
    return dict(maskrcnn_resnet50_fpn(weights=None, weights_backbone=None).state_dict())


def test_list_names_the_bundled_weights(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["weights", "list", "--json", str(tmp_path / "weights.json")]) == 0
    printed = capsys.readouterr().out
    assert "lip-small" in printed
    assert f"kept in {folder}; there are none" in printed
    rows = json.loads((tmp_path / "weights.json").read_text())
    assert [(row["name"], row["preset"], row["bundled"]) for row in rows] == [
        ("lip-clicks", "clicks", True),
        ("lip-small", "small", True),
    ]
    assert not folder.exists()


def test_list_goes_on_past_a_damaged_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder.mkdir(parents=True)
    (folder / "broken.safetensors").write_bytes(b"nothing")
    save_checkpoint(folder / "mine.safetensors", tiny_network(), {})
    assert main(["weights", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["lip-clicks", "lip-small", "broken", "mine"]
    assert "unreadable" in lines[2]


def test_show_prints_the_card_by_name_and_by_path(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder.mkdir(parents=True)
    path = folder / "mine.safetensors"
    save_checkpoint(path, tiny_network(), {"data": "made-up pictures"})
    path.with_suffix(".md").write_text("It was trained for a test.\n")
    assert main(["weights", "show", "mine"]) == 0
    card = capsys.readouterr().out
    assert "preset: small" in card
    assert "data: made-up pictures" in card
    assert card.endswith("It was trained for a test.\n")
    assert main(["weights", "show", str(path)]) == 0
    assert capsys.readouterr().out == card


def test_show_prints_the_card_of_the_interactive_head(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["weights", "show", "lip-clicks"]) == 0
    card = capsys.readouterr().out
    assert "kind: interactive head" in card
    assert "What it is" in card


def test_show_of_unknown_weights_names_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["weights", "show", "nobody"]) == 1
    assert "the known weights are lip-clicks, lip-small" in capsys.readouterr().err


def test_import_stores_weights_that_preset_coco_finds(
    tmp_path: Path, folder: Path, state: dict[str, Tensor], capsys: pytest.CaptureFixture[str]
) -> None:
    torch.save(state, tmp_path / "maskrcnn.pth")
    assert main(["weights", "import", str(tmp_path / "maskrcnn.pth")]) == 0
    assert "--preset coco" in capsys.readouterr().out
    path = folder / "lip-coco.safetensors"
    network, card = load_checkpoint(path)
    assert card.config.preset == "coco"
    assert card.notes["source"] == "maskrcnn.pth"
    wanted = state["roi_heads.box_predictor.cls_score.weight"]
    assert torch.equal(network.instance_head.id_layer.layer.weight, wanted)
    assert weights.imported_weights("coco") == path
    assert weights.find_weights("lip-coco") == path
    assert Segmenter.load("coco", device="cpu").trained
    assert list(folder.iterdir()) == [path]


def test_failed_imports_write_nothing(
    tmp_path: Path, folder: Path, state: dict[str, Tensor], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "half.pth"
    torch.save({name: value for name, value in state.items() if "roi_heads" not in name}, path)
    assert main(["weights", "import", str(path)]) == 1
    assert "nothing in it gives instance_head" in capsys.readouterr().err
    assert main(["weights", "import", str(tmp_path / "absent.pth")]) == 1
    assert "it does not exist" in capsys.readouterr().err
    for name in ("../outside", "a/b", "lip-small"):
        assert main(["weights", "import", str(path), "--name", name]) == 1
        assert name in capsys.readouterr().err
    assert not folder.exists()


def test_online_import_without_a_network_is_one_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def offline(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr(MaskRCNN_ResNet50_FPN_Weights, "get_state_dict", offline)
    assert main(["weights", "import", "--online"]) == 1
    error = capsys.readouterr().err
    assert "seems to be offline" in error
    assert "Traceback" not in error
    assert not folder.exists()


@pytest.mark.parametrize("arguments", [[], ["import"], ["import", "a.pth", "--online"], ["show"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["weights", *arguments]) == 2
    assert "usage" in capsys.readouterr().err
