"""GrabCut: a box around the object, then scribbles that say what belongs to it, until Enter takes the mask."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from lipgui.basics.translation import QT_TRANSLATE_NOOP
from lipgui.tools.brush import add_segment
from lipgui.tools.edges import grabcut_mask
from lipgui.tools.geometry import Point, Rect
from lipgui.tools.tool import Mask, Outline, Said, Scribble, Tool, ToolScene, clamped

_SCRIBBLE_WIDTH = 5.0  # view pixels
_SMALLEST_BOX = 4  # image pixels
_LOOKING = QT_TRANSLATE_NOOP("Tools", "Looking for the object in the box…")
_FOUND = QT_TRANSLATE_NOOP(
    "Tools", "Found {0} pixels: Enter takes them. Scribble to mend it, left is object, right is background."
)
_NOTHING = QT_TRANSLATE_NOOP("Tools", "Nothing was found in the box: scribble on the object with the left button.")


class GrabCutTool(Tool):
    """Drag a box; then left scribbles add, right ones take away; a box drawn with the right button erases."""

    name = "grabcut"
    hint = QT_TRANSLATE_NOOP(
        "Tools", "Drag a box around the object, then scribble: left is object, right is background; Enter takes it."
    )
    needs_frame = True

    def __init__(self) -> None:
        super().__init__()
        self._corners: tuple[Point, Point] | None = None
        self._boxed = False  # the box is finished
        self._strokes: list[Scribble] = []
        self._width = 1.0
        self._drawing = False

    @property
    def active(self) -> bool:
        """Whether there is a box."""
        return self._corners is not None

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """The box."""
        if self._corners is None:
            return ()
        (left, top), (right, bottom) = self._corners
        return (Outline(((left, top), (right, top), (right, bottom), (left, bottom)), closed=True),)

    @property
    def scribbles(self) -> tuple[Scribble, ...]:
        """The hints so far."""
        return tuple(self._strokes)

    def press(self, scene: ToolScene, point: Point, erase: bool, pressure: float = 1.0) -> None:
        """Start the box, or a scribble."""
        point = clamped(scene.shape, point)
        self._drawing = True
        if self._boxed:
            self._width = max(1.0, _SCRIBBLE_WIDTH / scene.scale)
            self._strokes.append(Scribble((point,), erase != self.erase))
        else:
            self._corners, self.erase = (point, point), erase

    def drag(self, scene: ToolScene, point: Point, pressure: float = 1.0) -> None:
        """Go on with it."""
        point = clamped(scene.shape, point)
        if not self._drawing or self._corners is None:
            return
        if self._boxed:
            last = self._strokes[-1]
            self._strokes[-1] = Scribble((*last.points, point), last.erase)
        else:
            self._corners = self._corners[0], point

    def release(self, scene: ToolScene, point: Point) -> None:
        """Find the object anew."""
        if not self._drawing or self._corners is None:
            return
        self._drawing = False
        left, top, right, bottom = self._box(scene)
        if min(right - left, bottom - top) < _SMALLEST_BOX:
            self.reset()
            return
        self._boxed = True
        self._find(scene)

    def answer(self, work: Callable[[], object], result: object) -> None:
        """Show what was found, unless there are newer hints."""
        if work is self.work and isinstance(result, np.ndarray):
            self.work = None
            self._show(result)
            count = int(np.count_nonzero(result))
            self._said = Said(_FOUND, (count,)) if count else Said(_NOTHING)

    def commit(self, scene: ToolScene) -> None:
        """Take the mask; one that is still being found is waited for."""
        if self.work is not None and not self._drawing:
            self.answer(self.work, self.work())
        found = self.mask is not None and bool(self.mask.any())
        self.finished = found and not self._drawing
        if not found and self.active:
            self._said = Said(_NOTHING)  # the box stays, to scribble in

    def cancel(self, scene: ToolScene) -> None:
        """Take back the last scribble, or the box."""
        self._drawing = False
        if self._boxed and self._strokes:
            self._strokes.pop()
            self._find(scene)
        else:
            self.reset()

    def reset(self) -> None:
        """Drop box and scribbles."""
        super().reset()
        self._corners, self._boxed, self._strokes, self._drawing = None, False, [], False

    def _find(self, scene: ToolScene) -> None:
        hints = self._hints(scene, False), self._hints(scene, True)
        self.work = partial(grabcut_mask, scene.frame, self._box(scene), *hints)
        self._said = Said(_LOOKING)

    def _hints(self, scene: ToolScene, erase: bool) -> Mask:
        mask = np.zeros(scene.shape, np.bool_)
        for stroke in self._strokes:
            if stroke.erase == erase:
                for start, end in zip(stroke.points, stroke.points[1:] or stroke.points, strict=False):
                    add_segment(mask, start, end, self._width, self._width)
        return mask

    def _box(self, scene: ToolScene) -> Rect:
        assert self._corners is not None
        (first_x, first_y), (last_x, last_y) = self._corners
        return (
            math.floor(min(first_x, last_x)),
            math.floor(min(first_y, last_y)),
            min(math.ceil(max(first_x, last_x)), scene.shape[1]),
            min(math.ceil(max(first_y, last_y)), scene.shape[0]),
        )
