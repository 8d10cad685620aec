"""The network: tensors in, tensors out; it knows no files, no targets and no training."""

from lipcore.model.assembly import build_network
from lipcore.model.network import Cues, Frame, LipNetwork, NetworkConfig, State

__all__ = ["Cues", "Frame", "LipNetwork", "NetworkConfig", "State", "build_network"]
