"""The network: tensors in, tensors out; it knows no files, no targets and no training."""

from lipcore.model import torchvision_alone  # noqa: F401  before anything else imports torchvision

# isort: split
from lipcore.model.assembly import build_network
from lipcore.model.network import Cues, Features, LipNetwork, NetworkConfig, State

__all__ = ["Cues", "Features", "LipNetwork", "NetworkConfig", "State", "build_network"]
