"""Two small label maps with known contents, and what a writer makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from tests.core.hard_labels import export_all, labelled

HEIGHT, WIDTH = 6, 8


def maps() -> list[np.ndarray]:
    """Object 1, called "Käse / 1", is a box in both frames; object 2 and ignored pixels are in the second alone."""
    first = np.zeros((HEIGHT, WIDTH), np.uint8)
    first[1:4, 2:5] = 1
    second = first.copy()
    second[5, 0:3], second[0, 6:] = 2, 255
    return [first, second]


def write(form: str, target: Path, options: object = None) -> Path:
    """Export both maps in a format."""
    return export_all(labelled(maps()), form, target, options)


def read_json(path: Path) -> Any:  # noqa: ANN401
    """What is in a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
