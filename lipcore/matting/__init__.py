"""Matting: soft edges, as an alpha made of the final masks; the label maps themselves stay as they are."""

from lipcore.matting.alpha import object_alpha
from lipcore.matting.colours import foreground_colours
from lipcore.matting.cutout import cutout, tinted
from lipcore.matting.frame import frame_alphas
from lipcore.matting.steady import steady_alphas
from lipcore.project.edge_settings import EdgeSettings

__all__ = [
    "EdgeSettings",
    "cutout",
    "foreground_colours",
    "frame_alphas",
    "object_alpha",
    "steady_alphas",
    "tinted",
]
