"""Every preset is one whole record, under its own name."""

from __future__ import annotations

import pytest

from lipcore.errors import LipError
from lipcore.presets import DEFAULT_PRESET, PRESETS, QUALITIES, find_preset
from lipcore.resources import resource
from lipgui.basics.settings import Preferences


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_everything_under_its_name(name: str) -> None:
    preset = find_preset(name)
    assert preset.name == preset.network.preset == name
    assert tuple(preset.tunings) == QUALITIES
    assert [preset.tuning(quality) for quality in QUALITIES] == list(preset.tunings.values())
    stages = ("pretrain", "video", "memory") if name == "small" else ("pretrain", "video")
    assert [preset.recipe(stage) for stage in stages] == list(preset.recipes.values())
    assert preset.bundled is None or resource(f"weights/{preset.bundled}").is_file()


def test_the_default_comes_with_weights() -> None:
    assert find_preset(DEFAULT_PRESET).bundled is not None
    assert Preferences().preset == DEFAULT_PRESET


def test_what_there_is_not_is_named() -> None:
    with pytest.raises(LipError, match="There is no preset large; choose one of paper, small, coco"):
        find_preset("large")
    with pytest.raises(LipError, match="There is no quality superb; choose one of fast, balanced, best"):
        find_preset("small").tuning("superb")
    with pytest.raises(LipError, match="There is no recipe to train preset coco in stage online"):
        find_preset("coco").recipe("online")
