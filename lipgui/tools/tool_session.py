"""The tools by name, and the session in which one of them works on a frame, without Qt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lipcore.masks import Labels
from lipgui.tools.brush import BrushTool, EraserTool
from lipgui.tools.click import ClickTool
from lipgui.tools.curve import CurveTool
from lipgui.tools.fill import FillTool
from lipgui.tools.geometry import Rect, joined
from lipgui.tools.grabcut import GrabCutTool
from lipgui.tools.scissors import ScissorsTool
from lipgui.tools.shapes import LassoTool, PolygonTool
from lipgui.tools.superpixel_brush import SuperpixelTool
from lipgui.tools.tool import Edit, Permission, Tool, ToolScene, bounds


def make_tools(click: ClickTool | None = None) -> dict[str, Tool]:
    """One of every tool, by its name; `click` instead of a new one."""
    tools: tuple[Tool, ...] = (
        click or ClickTool(),
        BrushTool(),
        EraserTool(),
        PolygonTool(),
        CurveTool(),
        LassoTool(),
        ScissorsTool(),
        FillTool(),
        GrabCutTool(),
        SuperpixelTool(),
    )
    return {tool.name: tool for tool in tools}


class ToolSession:
    """One tool at work on one frame: `labels` is what the document holds, `shown` has the tool's preview applied.

    Every method that changes `shown` answers with the rectangle that changed, so that no more is painted again.
    """

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.permission = Permission(1)
        self.brush_size = 32
        self.frame: NDArray[np.uint8] = np.zeros((0, 0, 3), np.uint8)
        self.labels: Labels = np.zeros((0, 0), np.uint8)
        self.shown: Labels = np.zeros((0, 0), np.uint8)

    def scene(self, scale: float = 1.0) -> ToolScene:
        """What the tool may look at, in a view of `scale`."""
        return ToolScene(self.frame, self.labels, self.brush_size, scale, self.permission.object_id)

    def set_frame(self, frame: NDArray[np.uint8], pressed: bool) -> bool:
        """Work on another picture, (H, W, 3) RGB; says whether work in hand that depends on the old one was dropped."""
        same_size = frame.shape == self.frame.shape
        dropped = False
        if self.tool.active and not (same_size and np.array_equal(frame, self.frame)):
            dropped = pressed or self.tool.needs_frame or not same_size
        if dropped or not self.tool.active:  # a preview of what a click would give belongs to its frame
            self.tool.reset()
        self.frame = frame
        if not same_size:
            self.tool.take_dirty()
            self.labels = np.zeros(frame.shape[:2], np.uint8)
            self.shown = self.labels.copy()
        return dropped

    def set_labels(self, labels: Labels) -> Rect | None:
        """Take the document's labels (H, W); `shown` becomes these with the preview."""
        before = self.shown
        self.replace_labels(labels)
        return bounds(self.shown != before)

    def replace_labels(self, labels: Labels) -> None:
        """Do the same where all is painted again anyhow."""
        self.labels = np.array(labels, np.uint8)
        self.tool.take_dirty()
        self.shown = self._previewed((0, 0, labels.shape[1], labels.shape[0]))

    def refresh(self) -> Rect | None:
        """Bring `shown` up to the tool's preview."""
        rect = self.tool.take_dirty()
        if rect is not None:
            left, top, right, bottom = rect
            self.shown[top:bottom, left:right] = self._previewed(rect)
        return rect

    def refresh_all(self) -> Rect | None:
        """Apply the preview anew, after the permission changed."""
        return self.set_labels(self.labels)

    def take_edit(self) -> Edit | None:
        """The tool's finished edit, None if no pixel of it may change; the tool is then empty."""
        mask, taken, erase, extent = self.tool.mask, self.tool.taken, self.tool.erase, self.tool.extent
        corners = self.tool.corners
        self.tool.reset()
        if mask is None or extent is None:
            return None
        left, top, right, bottom = extent
        part = slice(top, bottom), slice(left, right)
        allowed = np.zeros(mask.shape, np.bool_)
        allowed[part] = mask[part] & self.permission.allows(self.labels[part], erase)
        if taken is not None:
            away = np.zeros(mask.shape, np.bool_)
            away[part] = taken[part] & self.permission.allows(self.labels[part], erase=True)
            taken = away if away[part].any() else None
        if taken is None and not allowed[part].any():
            return None
        return Edit(allowed, erase and self.permission.object_id > 0, self.tool.name, taken, corners)

    def change_tool(self, tool: Tool) -> Rect | None:
        """Go on with another tool; what the old one had in hand is dropped."""
        self.tool.reset()
        dirty = self.refresh()
        self.tool = tool
        return joined(dirty, self.refresh())

    def _previewed(self, rect: Rect) -> Labels:
        left, top, right, bottom = rect
        part = self.labels[top:bottom, left:right]
        if self.tool.mask is None:
            return part.copy()
        if self.tool.taken is not None:
            part = self.permission.applied(part, self.tool.taken[top:bottom, left:right], erase=True)
        return self.permission.applied(part, self.tool.mask[top:bottom, left:right], self.tool.erase)
