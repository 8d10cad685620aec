"""Click to mask: hovering shows what a click would give; clicks add and take away, a drag makes a box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.mask_operations import remove_islands
from lipcore.masks import IGNORE
from lipcore.prompts import Box, Click, Prompt
from lipgui.basics.translation import QT_TRANSLATE_NOOP
from lipgui.tools.geometry import Point
from lipgui.tools.tool import Mask, Outline, Said, Scribble, Tool, ToolScene, clamped, inside

Probabilities = NDArray[np.float32]

_DRAGGED = 6.0  # view pixels from the press on which a drag is no click any more
_SMALLEST_BOX = 4.0  # image pixels
_REACH = 5  # image pixels about a click in which a change of a mask that was there before must begin
_HINT = QT_TRANSLATE_NOOP(
    "Tools",
    "Click on the object: left adds, right takes away, a drag is a box around it; Enter takes the mask, Esc drops it.",
)
_LOOKING = QT_TRANSLATE_NOOP("Tools", "Looking at this frame: the mask of a click shows in a moment…")
_NOTHING = QT_TRANSLATE_NOOP("Tools", "Nothing was found here: click elsewhere on the object, or drag a box around it.")
_NO_MASK = QT_TRANSLATE_NOOP(
    "Tools", "There is nothing to take away yet: click on the object with the left button first."
)


class Answerer(Protocol):
    """What makes masks of prompts; its methods take long and are called in the background, except `ready`."""

    def look(self, frame: NDArray[np.uint8]) -> None:
        """Get ready for a frame (H, W, 3) uint8 RGB."""
        ...

    def ready(self, frame: NDArray[np.uint8]) -> bool:
        """Whether answers on this frame come at once."""
        ...

    def answer(self, frame: NDArray[np.uint8], prompt: Prompt, closely: bool) -> Probabilities:
        """Probabilities (H, W) float32 in [0, 1] of the object, in pixels of the frame."""
        ...


@dataclass(frozen=True, eq=False)
class _State:
    """What was asked, and once it is answered: the mask (H, W) bool, and what the next prompt says of it."""

    prompt: Prompt
    mask: Mask | None = None
    so_far: Probabilities | Mask | None = None

    @property
    def next_prompt(self) -> Prompt:
        """What the next click is added to."""
        return self.prompt if self.mask is None else replace(self.prompt, so_far=self.so_far)


class ClickTool(Tool):
    """Points at objects; a mask that was there before is only changed where the clicks are."""

    name = "click"
    hint = _HINT
    needs_frame = True

    def __init__(self) -> None:
        super().__init__()
        self.answerer: Answerer | None = None
        self._states: list[_State] = []  # one for each click or box; `work` is for the last one, unless it is answered
        self._before: Mask | None = None  # the object's mask when the first click was made, None without one
        self._press: tuple[Point, bool] | None = None
        self._box_end: Point | None = None
        self._pointer: Point | None = None
        self._shown_for: Point | None = None  # where the pointer was when the preview was asked for
        self._hovering = False  # `work` is for a preview
        self._finishing = False  # Enter was pressed before the answer came

    @property
    def active(self) -> bool:
        """Whether something was clicked, or a box is being drawn."""
        return bool(self._states) or self._box_end is not None

    @property
    def waiting(self) -> bool:
        """Whether the hand waits for the work; a preview comes by and by."""
        return self.work is not None and not self._hovering

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """The box."""
        box = self._prompt().box
        if self._press is not None and self._box_end is not None:
            box = _box(self._press[0], self._box_end)
        if box is None:
            return ()
        left, top, right, bottom = box
        return (Outline(((left, top), (right, top), (right, bottom), (left, bottom)), closed=True),)

    @property
    def scribbles(self) -> tuple[Scribble, ...]:
        """The clicks."""
        return tuple(Scribble(((each.x, each.y),), not each.added) for each in self._prompt().clicks)

    def see(self, scene: ToolScene) -> None:
        """Get ready for the frame that is on the screen now."""
        answerer = self.answerer
        if answerer is not None and scene.frame.size and self.work is None and not answerer.ready(scene.frame):
            self._said = Said(_LOOKING)
            self._hovering = False
            self.work = partial(_attempt, partial(answerer.look, scene.frame))

    def press(self, scene: ToolScene, point: Point, erase: bool, pressure: float = 1.0) -> None:
        """A click or a box begins."""
        self._press, self._box_end = (clamped(scene.shape, point), erase), None

    def drag(self, scene: ToolScene, point: Point, pressure: float = 1.0) -> None:
        """Draw a box, once the pointer is off the place of the press."""
        if self._press is None or self._press[1]:
            return
        point = clamped(scene.shape, point)
        (x, y), _ = self._press
        far = max(abs(point[0] - x), abs(point[1] - y))
        if self._box_end is not None or far * scene.scale >= _DRAGGED:
            self._box_end = point

    def release(self, scene: ToolScene, point: Point) -> None:
        """Ask for the mask of the click, or of the box."""
        if self._press is None:
            return
        (x, y), erase = self._press
        end, self._press, self._box_end = self._box_end, None, None
        prompt = self._begun(scene)
        if end is not None:
            box = _box((x, y), end)
            if min(box[2] - box[0], box[3] - box[1]) < _SMALLEST_BOX:
                return
            self._ask(scene, replace(prompt, box=box))
        elif erase and self._before is None and not self._states:
            self._said = Said(_NO_MASK)
        else:
            self._ask(scene, prompt.clicked(Click(x, y, added=not erase)))

    def hover(self, scene: ToolScene, point: Point) -> None:
        """Show what a click here would give, unless something was clicked."""
        self._pointer = point if inside(scene.shape, point) else None
        if self._pointer is None:
            self.leave()
        elif not self.active and self.work is None and self._pointer != self._shown_for:
            self._preview(scene)
        elif not self.active and self.waiting:
            self._said = Said(_LOOKING)

    def leave(self) -> None:
        """The pointer is not on the picture any more: nothing is pointed at."""
        self._pointer = self._shown_for = None
        if not self.active:
            self._show_result(None)

    def answer(self, work: Callable[[], object], result: object) -> None:
        """Show what was found, unless something newer is wanted."""
        if work is not self.work:
            return
        self.work = None
        if isinstance(result, LipError):
            self._said, self._finishing = Said("{0}", (str(result),)), False
            if self._due:
                self._states.pop()
        elif not isinstance(result, np.ndarray):
            self._said = Said(_HINT)  # the frame was looked at
        elif self._due:
            self._take(result)
        elif not self.active and self._shown_for is not None and self._pointer is not None:
            self._show_result(self._merged(result, Prompt((Click(*self._shown_for),)), self._before))

    def commit(self, scene: ToolScene) -> None:
        """Take the mask; an answer that is due at once is waited for."""
        if self._due and self.work is not None:
            if self.answerer is None or not self.answerer.ready(scene.frame):
                self._finishing = True
                return
            self.answer(self.work, self.work())
        self.finished = self.mask is not None and bool(self._states)

    def take_back(self, scene: ToolScene) -> None:
        """Take back the last click or box."""
        self._press, self._box_end, self._finishing, self.work = None, None, False, None
        del self._states[-1:]
        if not self._states:
            self.reset()
        elif self._due:
            self._ask(scene, self._states.pop().prompt)
        else:
            self._show_result(self._states[-1].mask)

    def reset(self) -> None:
        """Drop clicks, box and preview."""
        super().reset()
        self._states, self._before, self._finishing = [], None, False
        self._press, self._box_end, self._shown_for = None, None, None
        self._hovering = False

    def _begun(self, scene: ToolScene) -> Prompt:
        """The prompt so far; at the first click it begins with the object's present mask and its neighbours."""
        if not self.active:
            self._shown_for = None
            present = self._look_at_labels(scene)
            return Prompt(so_far=self._before, others=present)
        return self._prompt()

    def _look_at_labels(self, scene: ToolScene) -> Mask | None:
        """Note the object's mask on this frame; gives the other objects' pixels, None without any."""
        own = np.equal(scene.labels, scene.object_id)
        self._before = own if scene.object_id and own.any() else None
        others = (scene.labels > 0) & (scene.labels != IGNORE) & ~own
        return others if others.any() else None

    @property
    def _due(self) -> bool:
        """Whether the last click waits for its answer."""
        return bool(self._states) and self._states[-1].mask is None

    def _prompt(self) -> Prompt:
        return self._states[-1].next_prompt if self._states else Prompt()

    def _preview(self, scene: ToolScene) -> None:
        assert self._pointer is not None
        if self.answerer is None or not scene.frame.size:
            return
        self._shown_for = self._pointer
        others = self._look_at_labels(scene)
        click = Click(*self._pointer)
        prompt = Prompt((click,), so_far=self._before, others=_without(others, scene.labels, click))
        self._hovering = True
        self.work = partial(_attempt, partial(self.answerer.answer, scene.frame, prompt, closely=False))

    def _ask(self, scene: ToolScene, prompt: Prompt) -> None:
        if self.answerer is None:
            return
        for click in prompt.clicks[-1:]:
            if click.added:
                prompt = replace(prompt, others=_without(prompt.others, scene.labels, click))
        self._hovering = False
        self._states.append(_State(prompt))
        if not self.answerer.ready(scene.frame):
            self._said = Said(_LOOKING)
        self.work = partial(_attempt, partial(self.answerer.answer, scene.frame, prompt, closely=True))

    def _take(self, found: Probabilities) -> None:
        prompt = self._states.pop().prompt
        known = [state.mask for state in self._states if state.mask is not None]
        mask = self._merged(found, prompt, known[-1] if known else self._before)
        self._states.append(_State(prompt, mask, found if self._before is None else mask))
        self._show_result(mask)
        if not mask.any():
            self._said = Said(_NOTHING)
        if self._finishing:
            self.finished, self._finishing = True, False

    def _merged(self, found: Probabilities, prompt: Prompt, before: Mask | None) -> Mask:
        """The mask of an answer; of a mask that was there before, only the parts at the last click change.

        A mask made by clicks alone keeps what is large, and what was clicked. `before` is the mask that was shown.
        """
        mask = np.asarray(found > 0.5, np.bool_)
        if self._before is None or before is None or not prompt.clicks:
            kept = remove_islands(mask)
            return kept | _components_at(mask & ~kept, [each for each in prompt.clicks if each.added])
        last = prompt.clicks[-1]
        changed = _components_at(mask & ~before if last.added else before & ~mask, [last])
        return before | changed if last.added else before & ~changed

    def _show_result(self, mask: Mask | None) -> None:
        """Make a mask the preview: what the object had and has not in it is taken away."""
        self._show(mask, None if mask is None or self._before is None else self._before & ~mask)


def _attempt(work: Callable[[], object]) -> object:
    """What the work gives, or the LipError that it raises, which the tool tells."""
    try:
        return work()
    except LipError as error:
        return error


def _components_at(mask: Mask, clicks: list[Click]) -> Mask:
    """The pieces of a mask (H, W) bool that come near a click."""
    if not clicks or not mask.any():
        return np.zeros_like(mask)
    count, regions = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    kept = np.zeros(count, np.bool_)
    for click in clicks:
        x, y = int(click.x), int(click.y)
        kept[np.unique(regions[max(y - _REACH, 0) : y + _REACH + 1, max(x - _REACH, 0) : x + _REACH + 1])] = True
    kept[0] = False
    return np.asarray(kept[regions], np.bool_)


def _without(others: Mask | None, labels: NDArray[np.uint8], click: Click) -> Mask | None:
    """Other objects' pixels without the object that is clicked on: that one is to give way."""
    if others is None:
        return None
    clicked = labels[int(click.y), int(click.x)]
    return others & (labels != clicked) if clicked else others


def _box(first: Point, last: Point) -> Box:
    return min(first[0], last[0]), min(first[1], last[1]), max(first[0], last[0]), max(first[1], last[1])
