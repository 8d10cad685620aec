"""What every tool of the canvas shares: the edit it makes, the pixels it may change, how it follows the pointer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lipcore.masks import Labels
from lipgui.tools.geometry import Point, Rect, joined

Mask = NDArray[np.bool_]
PaintRule = Literal["everything", "background", "selected"]
PAINT_RULES: tuple[PaintRule, ...] = ("everything", "background", "selected")


@dataclass(frozen=True)
class Edit:
    """One finished use of a tool: `mask` (H, W) bool holds only pixels that paint rule and locks let it change.

    `erase` False gives these pixels to the selected object, or to the background if that is selected; True takes them
    from the selected object. `taken` are pixels that the same edit takes from it. `corners` of a polygon are those
    that were clicked.
    """

    mask: Mask
    erase: bool
    tool: str
    taken: Mask | None = None
    corners: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Permission:
    """Which pixels a stroke may change: the selected object, the paint rule and the locked objects.

    The rule "selected" keeps painting inside `target`, the object that was selected when the rule was chosen,
    so that another object can then be carved out of it. Erasing always takes from the selected object alone.
    """

    object_id: int
    rule: PaintRule = "everything"
    target: int = 0
    locked: frozenset[int] = frozenset()

    def allows(self, labels: Labels, erase: bool) -> Mask:
        """(H, W) bool of the pixels of `labels` (H, W) that may, and would, change."""
        if self.object_id in self.locked:
            return np.zeros(labels.shape, np.bool_)
        if erase and self.object_id:
            return np.equal(labels, self.object_id)
        if self.rule == "background" and self.object_id:
            return np.equal(labels, 0)
        if self.rule == "selected":
            allowed = (labels == self.target) & (self.target not in self.locked)
        else:
            allowed = ~np.isin(labels, list(self.locked)) if self.locked else np.ones(labels.shape, np.bool_)
        result: Mask = allowed & (labels != self.object_id)
        return result

    def applied(self, labels: Labels, mask: Mask, erase: bool) -> Labels:
        """A copy of `labels` (H, W) with the allowed pixels of `mask` painted or erased."""
        result = labels.copy()
        result[mask & self.allows(labels, erase)] = 0 if erase else self.object_id
        return result


@dataclass(frozen=True)
class ToolScene:
    """What a tool may look at: frame (H, W, 3) uint8 RGB, labels (H, W), brush diameter in image pixels, view scale."""

    frame: NDArray[np.uint8]
    labels: Labels
    brush_size: int = 32
    scale: float = 1.0  # view pixels per image pixel
    object_id: int = 1  # the selected object

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.labels.shape[0], self.labels.shape[1]


@dataclass(frozen=True)
class Outline:
    """Points in image coordinates that the canvas draws over the picture while a tool is in use."""

    points: tuple[Point, ...]
    closed: bool = False
    handles: bool = False  # also mark each point


@dataclass(frozen=True)
class Scribble:
    """A hint drawn over the picture: the line is background if `erase`, else object."""

    points: tuple[Point, ...]
    erase: bool


@dataclass(frozen=True)
class Said:
    """A sentence for the user: `text` is translated where it is shown, then `{0}` becomes the first of `values`."""

    text: str
    values: tuple[object, ...] = ()


class Tool:
    """One way to make an edit: presses and moves go in, `mask` is the live preview, `finished` says it is ready.

    Points are image coordinates. `dirty` collects the rectangle of the preview that changed until it is taken.
    """

    name = "tool"
    hint = ""  # what the hand should do next, told once when the tool is chosen
    uses_brush_size = False
    needs_frame = False  # the work in hand depends on the picture, so another picture ends it

    def __init__(self) -> None:
        self.mask: Mask | None = None  # (H, W) bool
        self.taken: Mask | None = None  # (H, W) bool, what the preview takes from the object beside
        self.erase = False
        self.finished = False
        self._dirty: Rect | None = None
        self.extent: Rect | None = None  # a rectangle around all that the preview has covered
        self._said: Said | None = None
        self.work: Callable[[], object] | None = None  # what takes long: to be carried out elsewhere, then `answer`

    @property
    def active(self) -> bool:
        """Whether something is in hand that Esc would cancel."""
        return self.mask is not None

    @property
    def waiting(self) -> bool:
        """Whether the hand waits for `work`."""
        return self.work is not None

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """Lines to draw over the picture."""
        return ()

    @property
    def corners(self) -> tuple[Point, ...]:
        """The corners of what is in hand, in image coordinates, where it is a polygon."""
        return ()

    @property
    def scribbles(self) -> tuple[Scribble, ...]:
        """Hints to draw over the picture."""
        return ()

    def press(self, scene: ToolScene, point: Point, erase: bool, pressure: float = 1.0) -> None:
        """A button went down; `erase` for the right one."""

    def drag(self, scene: ToolScene, point: Point, pressure: float = 1.0) -> None:
        """The pointer moved with the button down."""

    def release(self, scene: ToolScene, point: Point) -> None:
        """The button went up."""

    def hover(self, scene: ToolScene, point: Point) -> None:
        """The pointer moved with no button down."""

    def see(self, scene: ToolScene) -> None:
        """The tool was chosen, or another frame has been on the screen for a moment."""

    def leave(self) -> None:
        """The pointer left the picture."""

    def double_click(self, scene: ToolScene, point: Point, erase: bool) -> None:
        """The second press of a double click; an ordinary press unless the tool gives it a meaning."""
        self.press(scene, point, erase)

    def answer(self, work: Callable[[], object], result: object) -> None:
        """Take the result of `work`, unless other work is wanted by now."""

    def commit(self, scene: ToolScene) -> None:
        """Finish what is in hand."""
        self.finished = self.mask is not None

    def cancel(self, scene: ToolScene) -> None:
        """Take back the innermost step in hand."""
        self.reset()

    def take_back(self, scene: ToolScene) -> None:
        """Take back the last step in hand, as undo does."""
        self.cancel(scene)

    def reset(self) -> None:
        """Drop all that is in hand."""
        self._mark(self.extent)
        self.mask, self.taken, self.erase, self.finished, self.extent, self.work = None, None, False, False, None, None

    def take_dirty(self) -> Rect | None:
        """The rectangle of the preview that changed since the last call, in image pixels."""
        dirty, self._dirty = self._dirty, None
        return dirty

    def take_said(self) -> Said | None:
        """What the tool has to say since the last call."""
        said, self._said = self._said, None
        return said

    def _mark(self, rect: Rect | None) -> None:
        self._dirty = joined(self._dirty, rect)
        self.extent = joined(self.extent, rect)

    def _show(self, mask: Mask | None, taken: Mask | None = None) -> None:
        """Make `mask` the preview, and `taken` what it takes away."""
        for each in (self.mask, self.taken, mask, taken):
            if each is not None:
                self._mark(bounds(each))
        self.mask, self.taken = mask, taken


def bounds(mask: Mask) -> Rect | None:
    """The smallest rectangle around the true pixels, None if there is none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def inside(shape: tuple[int, int], point: Point) -> bool:
    """Whether a point lies on the picture (height, width)."""
    return 0 <= point[0] < shape[1] and 0 <= point[1] < shape[0]


def clamped(shape: tuple[int, int], point: Point) -> Point:
    """The nearest point on the picture (height, width)."""
    return min(max(point[0], 0.0), shape[1] - 1e-3), min(max(point[1], 0.0), shape[0] - 1e-3)
