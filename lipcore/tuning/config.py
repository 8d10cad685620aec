"""Budget and rules of online fine-tuning (paper, section 4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TuneConfig:
    """Budget and rules of fine-tuning; the defaults are the paper's rules."""

    iterations: int = 1000
    several_frames_factor: int = 1  # beyond the paper: of the iterations, where several frames are annotated
    augmented_clips: int = 0  # beyond the paper: augmented copies of the annotated frames, in all
    static_memory: bool = False  # see every frame through a zero memory input, as propagation will
    clip_frames: int = 3  # frames of an augmented clip; later ones carry a non-zero memory
    images_per_iteration: int = 1
    rois_per_image: int = 128
    positive_fraction: float = 0.25  # of these that lie on objects, at most
    roi_jitter: tuple[float, ...] = (0.0,)  # true boxes join the proposals, moved by these fractions of their sides
    masks_per_image: int = 0  # masks are learnt in jittered true boxes, so many at most; 0 for the positive RoIs
    dice_weight: float = 0.0
    optimizer: str = "sgd"  # or adamw
    learning_rate: float = 0.002
    decay: bool = False  # of the learning rate to a tenth, after a warm-up of ten iterations
    id_rate_factor: float = 1.0  # of the new id layer's learning rate
    tune_proposals: bool = True  # RoIs are proposals of the network being tuned, else of the network before
    stop_id_gradient: bool = True  # ids train the last layer of the id head alone
    fast_id_start: bool = False  # beyond the paper: the id layer starts from class means
    cue_strength: float = 1.0
    cue_dropped: float = 0.25
    # a head whose smoothed loss is under its threshold is ignored; when all are, tuning stops
    thresholds: Mapping[str, float] = field(
        default_factory=lambda: {"proposal": 0.02, "id": 0.002, "box": 0.01, "mask": 0.04}
    )
    seed: int = 0
