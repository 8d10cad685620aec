"""The presets: `small` (bundled weights), `paper` (as published) and `coco` (torchvision's pretrained layout)."""

from lipcore.errors import LipError
from lipcore.presets.coco import COCO
from lipcore.presets.paper import PAPER
from lipcore.presets.preset import QUALITIES, Preset
from lipcore.presets.small import SMALL

PRESETS = {preset.name: preset for preset in (PAPER, SMALL, COCO)}
DEFAULT_PRESET = SMALL.name

__all__ = ["DEFAULT_PRESET", "PRESETS", "QUALITIES", "Preset", "find_preset"]


def find_preset(name: str) -> Preset:
    """The preset of that name; LipError names the presets there are."""
    if name not in PRESETS:
        raise LipError(f"There is no preset {name}; choose one of {', '.join(PRESETS)}.")
    return PRESETS[name]
