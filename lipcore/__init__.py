"""LIP without a window: video, masks, network, tuning, propagation, projects and exchange formats.

The names below are the Python API. Each is imported when it is first used, so that importing lipcore is instant.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from lipcore.version import __version__

if TYPE_CHECKING:
    from lipcore.errors import LipError
    from lipcore.evaluation.measures import boundary_measure, region_similarity
    from lipcore.masks import read_label_map, write_label_map
    from lipcore.segmenter import Segmenter
    from lipcore.video import ArrayVideo, open_video

__all__ = [
    "ArrayVideo",
    "LipError",
    "Segmenter",
    "__version__",
    "boundary_measure",
    "open_video",
    "read_label_map",
    "region_similarity",
    "write_label_map",
]

_HOMES = {
    "ArrayVideo": "lipcore.video",
    "LipError": "lipcore.errors",
    "Segmenter": "lipcore.segmenter",
    "boundary_measure": "lipcore.evaluation.measures",
    "open_video": "lipcore.video",
    "read_label_map": "lipcore.masks",
    "region_similarity": "lipcore.evaluation.measures",
    "write_label_map": "lipcore.masks",
}


def __getattr__(name: str) -> object:
    """Import a name of the API from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module 'lipcore' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
