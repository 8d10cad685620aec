"""What screenshots.py shows of curves: one about the cat of the sample, on a key and between two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from lipcore.curves.editing import turned_and_scaled, with_key
from lipcore.masks import read_label_map
from lipcore.resources import resource

if TYPE_CHECKING:
    from screenshots import Studio

_CAT = 2


def curves(studio: Studio) -> None:
    """A curve about the cat, keyed on two frames: its points on a key, and on a frame between."""
    window = studio.window
    window.document.select_object(_CAT)
    mask = (read_label_map(resource("sample/masks/00000.png")) == _CAT).astype(np.uint8)
    outline = max(cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0], key=len)
    corners = cv2.approxPolyDP(outline, 5, True)[:, 0] + 0.5
    studio.do("tool_curve")
    window.curves.keep(corners.tolist(), 0)
    studio.do("round_points")
    studio.go_to(12)
    tool = window.curves.tool
    (curve,) = window.document.project.objects[_CAT].curves
    tool.wish(with_key(curve, 12, turned_and_scaled(curve.shape_at(12), (300, 220), -0.06, 1.05)), "Move curve")
    tool.choose(curve.number, frozenset([3]))
    studio.settle()
    studio.take("curve-key")
    studio.go_to(6)
    tool.choose(curve.number, frozenset(range(curve.point_count)))
    studio.settle()
    studio.take("curves")
    for _ in range(3):
        studio.do("undo")
    studio.do("tool_brush")
    window.status.clearMessage()
    window.stage.notice.dismiss()
