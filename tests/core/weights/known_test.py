"""Weights by name: bundled ones first, then those of the user's folder, and names that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from lipcore.errors import LipError
from lipcore.resources import resource
from lipcore.weights import known
from lipcore.weights.checkpoint import save_checkpoint
from tests.core.model.networks import tiny_network

BUNDLED = "lip-small"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of weights, not yet made."""
    path = tmp_path / "home" / "weights"
    monkeypatch.setattr(known, "user_weights_folder", lambda: path)
    return path


def saved(path: Path, **notes: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_checkpoint(path, tiny_network(), notes)
    return path


def test_bundled_weights_come_first_and_the_users_in_natural_order(folder: Path) -> None:
    bundled = known.known_weights()
    assert all(weights.bundled for weights in bundled)
    assert BUNDLED in {weights.name for weights in bundled}
    for name in ("mine10", "mine9", ".hidden"):
        saved(folder / f"{name}.safetensors")
    (folder / "notes.txt").write_text("x")
    found = known.known_weights()
    assert [weights.name for weights in found[len(bundled) :]] == ["mine9", "mine10"]
    assert not found[-1].bundled


def test_weights_are_found_by_name_or_path(folder: Path, tmp_path: Path) -> None:
    mine, other = saved(folder / "mine.safetensors"), saved(tmp_path / "other.safetensors")
    assert known.find_weights("mine") == mine
    assert known.find_weights(BUNDLED) == resource(f"weights/{BUNDLED}.safetensors")
    assert known.find_weights(str(other)) == other
    with pytest.raises(LipError, match=r"no weights nothing.*lip-small.*mine"):
        known.find_weights("nothing")


def test_imported_weights_go_by_their_preset(folder: Path) -> None:
    assert known.imported_weights("coco") is None
    path = saved(folder / "lip-coco.safetensors")
    assert known.imported_weights("coco") == path


def test_a_card_tells_what_weights_are_and_the_page_beside_them(folder: Path) -> None:
    path = saved(folder / "mine.safetensors", data="squares")
    path.with_suffix(".md").write_text("A page.\n")
    lines = known.model_card(path).splitlines()
    assert lines[0] == "# mine"
    assert "preset: small" in lines
    assert "data: squares" in lines
    assert lines[-1] == "A page."
    assert known.preset_of(path) == "small"


def test_a_head_has_another_card() -> None:
    path = resource("weights/lip-clicks.safetensors")
    assert known.preset_of(path) == "clicks"
    assert "kind: " in known.model_card(path)


@pytest.mark.parametrize(("name", "words"), [(BUNDLED, "belongs to weights"), ("../x", "refused"), ("a/b", "refused")])
def test_names_that_are_taken_or_not_plain_are_refused_before_anything_is_read(
    folder: Path, tmp_path: Path, name: str, words: str
) -> None:
    with pytest.raises(LipError, match=words):
        known.import_torchvision(tmp_path / "none.pth", name)
    assert not folder.exists()
