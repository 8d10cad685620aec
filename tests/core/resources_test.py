"""Finding LIP's own data files."""

from __future__ import annotations

from pathlib import Path

import pytest

from lipcore import resources
from lipcore.errors import LipError


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "lipcore")
    with pytest.raises(LipError, match=r"weights/none\.safetensors is missing"):
        resources.resource("weights/none.safetensors")


@pytest.mark.parametrize("place", ["lipcore/_resources", "resources"])
def test_found_in_a_wheel_and_in_a_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "lipcore")
    file = tmp_path / place / "icons" / "brush.svg"
    file.parent.mkdir(parents=True)
    file.touch()
    assert resources.resource("icons/brush.svg") == file
