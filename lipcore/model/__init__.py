"""The network: tensors in, tensors out; it knows no files, no targets and no training."""

from lipcore.model.network import Cues, Frame, LipNetwork, NetworkConfig, State
from lipcore.model.presets import PRESETS, build_network, preset_config

__all__ = ["PRESETS", "Cues", "Frame", "LipNetwork", "NetworkConfig", "State", "build_network", "preset_config"]
