"""A small video without masks, and files of masks for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lipcore.masks import write_label_map
from tests.core.hard_labels import labelled

SOURCE = labelled([np.zeros((4, 5), np.uint8)] * 3)


def write_masks(folder: Path, *names: str, value: int = 1) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        write_label_map(folder / f"{name}.png", np.full((4, 5), value, np.uint8))
