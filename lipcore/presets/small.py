"""The preset `small`, whose weights come with LIP: a light network, made for computers without a graphics card."""

from __future__ import annotations

from dataclasses import replace

from lipcore.learning.recipe import LossConfig, Recipe
from lipcore.model.network import NetworkConfig
from lipcore.model.proposals import ProposalConfig
from lipcore.presets.preset import Preset
from lipcore.propagation.propagator import PropagationConfig
from lipcore.tuning.config import TuneConfig

_NETWORK = NetworkConfig(
    preset="small",
    trunk="efficientnet-lite0",
    channels=64,
    memory_levels=0,
    memory_bypass=True,
    shorter_side=352,
    proposals=ProposalConfig(anchor_sizes=(32, 64, 128, 256), candidates_per_level=200, kept=60),
    canonical_side=112,
    trunk_convolutions=2,
    trunk_linears=1,
    trunk_width=256,
    embedding=128,
    mask_convolutions=4,
    mask_width=64,
    mask_cue=True,
    matching=128,
    edge_channels=16,
    quality_channels=32,
    id_outputs=2,
)
_PROPAGATION = PropagationConfig(
    id_adaptation=None,  # measured: with matching the id layer drifts more than it follows
    untuned_masks=0.5,
    track_proposals=True,
    mask_cue=True,
    flow=True,
    matching=True,
    frame_before=0.5,
    whole_objects=True,
    track_preference=0.3,
    colour_weight=0.6,
    drop_strays=True,  # edges are not refined: no gain on held-out videos for a seventh of a frame's time
    mask_margin=0.1,  # measured: masks come out too large
)
_TUNING = TuneConfig(
    several_frames_factor=2,  # measured: a second frame and later ones gain half a point by it
    images_per_iteration=4,
    rois_per_image=16,
    positive_fraction=0.5,
    roi_jitter=(0.0, 0.1, 0.2),
    masks_per_image=16,
    dice_weight=0.5,
    optimizer="adamw",
    decay=True,
    id_rate_factor=10.0,
    tune_proposals=False,
    fast_id_start=True,
    stop_id_gradient=False,
    learning_rate=2.5e-3,
)
_LOSSES = LossConfig(
    static_memory=True,
    rois_per_image=32,
    roi_jitter=(0.0, 0.1, 0.2),
    masks_per_image=3,
    id_weight=0.5,
    episodic_weight=0.5,
    box_weight=2.0,
    mask_weight=1.0,
    dice_weight=0.5,
    match_weight=0.5,
    quality_weight=0.25,
    cue_dropped=0.2,
)
_PRETRAIN = Recipe(
    steps=1_500,
    batch=4,
    frames=3,
    shorter_sides=(256,),
    longer_side=448,
    optimizer="adamw",
    learning_rate=1e-3,
    weight_decay=0.03,
    warm_up=100,
    gradient_norm=5.0,
    average_decay=0.998,
    video_fraction=0.35,
    stride=3,
    far_start=0.5,
    losses=_LOSSES,
)
_VIDEO = replace(
    _PRETRAIN,
    steps=300,
    batch=2,
    frames=8,
    learning_rate=4e-4,
    warm_up=50,
    video_fraction=0.5,
    losses=replace(_LOSSES, truncation=4, own_cues=0.5),
)
_MEMORY = replace(
    _VIDEO,
    steps=150,
    batch=1,
    frames=9,
    shorter_sides=(224,),
    longer_side=384,
    lead=24,
    learning_rate=2e-3,
    warm_up=20,
    video_fraction=1.0,
    far_start=0.0,
    freeze_backbone=True,
    memory_alone=True,
    losses=replace(_VIDEO.losses, static_memory=False, taught_frames=8, match_weight=0.0),
)

SMALL = Preset(
    network=_NETWORK,
    propagation=_PROPAGATION,
    tunings={
        "fast": replace(_TUNING, iterations=20, augmented_clips=4),
        "balanced": replace(_TUNING, iterations=40, augmented_clips=8),
        "best": replace(_TUNING, iterations=120, augmented_clips=20),
    },
    recipes={"pretrain": _PRETRAIN, "video": _VIDEO, "memory": _MEMORY},
    bundled="lip-small.safetensors",
)
