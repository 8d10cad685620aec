"""A folder of black and white masks for each object."""

from __future__ import annotations

from pathlib import Path

from lipcore.exchange import open_import
from tests.core.importing.mask_files import SOURCE, write_masks


def test_object_folders_without_numbers_are_numbered_and_overlaps_remarked(tmp_path: Path) -> None:
    write_masks(tmp_path / "out" / "cat", "00000")
    write_masks(tmp_path / "out" / "dog", "00000")
    opened = open_import(tmp_path / "out", SOURCE, "masks")
    assert {number: item.name for number, item in opened.objects.items()} == {1: "cat", 2: "dog"}
    (step,) = opened.read()
    assert (step.labels == 2).all()
    assert "20 pixels" in step.notes[0]
