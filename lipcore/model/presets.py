"""The presets of DESIGN: `paper`, `small` (bundled weights) and `coco` (torchvision's pretrained layout)."""

from __future__ import annotations

from lipcore.errors import LipError
from lipcore.model.network import LipNetwork, NetworkConfig
from lipcore.model.proposals import ProposalConfig

PRESETS: dict[str, NetworkConfig] = {
    "paper": NetworkConfig(),
    "small": NetworkConfig(
        preset="small",
        depth=18,
        channels=96,
        shorter_side=352,
        proposals=ProposalConfig(candidates_per_level=200, kept=60),
        canonical_side=112,
        trunk_convolutions=2,
        trunk_linears=1,
        trunk_width=256,
        embedding=128,
        mask_convolutions=3,
        mask_width=64,
        mask_cue=True,
        matching=64,
        edge_channels=16,
        id_outputs=2,
    ),
    "coco": NetworkConfig(
        preset="coco",
        depth=50,
        frozen_batch_norm=True,
        memory_bypass=True,
        proposals=ProposalConfig(aspect_ratios=(0.5, 1.0, 2.0)),
        aligned_rois=False,
        mask_side=14,
        id_outputs=91,
        instance_outputs=91,
    ),
}


def preset_config(name: str) -> NetworkConfig:
    """The configuration of a preset; LipError names the presets there are."""
    if name not in PRESETS:
        raise LipError(f"There is no preset {name}; choose one of {', '.join(PRESETS)}.")
    return PRESETS[name]


def build_network(config: NetworkConfig) -> LipNetwork:
    """A network with random weights."""
    return LipNetwork(config)
