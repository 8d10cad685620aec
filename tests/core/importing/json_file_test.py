"""JSON files to import: bombs, and values of another kind than was promised."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.exchange import open_import
from tests.core.hard_labels import labelled

H, W = 20, 30
SOURCE = labelled([np.zeros((H, W), np.uint8)] * 3)


def test_bombs_are_refused_before_they_are_parsed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"images": [' + "[]," * 5_000_000 + "[]]}")
    with pytest.raises(LipError, match="more than 4,000,000 values"):
        open_import(path, SOURCE)
    path.write_text("[" * 200_000 + "]" * 200_000)
    with pytest.raises(LipError, match=r"nested too deeply|not valid JSON"):
        open_import(path, SOURCE)
