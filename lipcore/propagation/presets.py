"""Propagation as each preset does it."""

from __future__ import annotations

from lipcore.propagation.propagator import PropagationConfig

SMALL = PropagationConfig(
    static_memory=True,  # it has no memory for the present
    id_adaptation=None,  # measured: with matching the id layer drifts more than it follows
    track_proposals=True,
    mask_cue=True,
    flow=True,
    matching=True,
    frame_before=0.5,
    roi_widening=0.1,
    whole_objects=True,
    track_preference=0.3,
    colour_weight=0.6,
    drop_strays=True,
    edge_refinement=True,
)


def propagation_config(preset: str) -> PropagationConfig:
    """The switches of a preset; the paper's rules alone for all but `small`."""
    return SMALL if preset == "small" else PropagationConfig()
