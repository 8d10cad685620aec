"""Curves of an object and the masks they draw, changed together as one entry of the history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from lipcore.curves.curve import Curve
from lipcore.project.snapshots import FrameChange
from lipcore.workflow.curves import Drawn, Kept, curves_of, draw, drawn_on
from lipcore.workflow.merging import with_objects
from lipgui.document.document import Document
from lipgui.document.entry import Entry

translate = QCoreApplication.translate


@dataclass(frozen=True)
class Redrawn:
    """How many frames new curves changed, and which they left as a person painted or verified them."""

    changed: int
    painted: tuple[int, ...]
    verified: tuple[int, ...]

    def told(self) -> str:
        """The sentence for the user, empty where there is nothing to tell beyond what is seen."""
        count = len(self.painted) + len(self.verified)
        if count == 1:
            frame = (*self.painted, *self.verified)[0]
            return translate("Edits", "Frame {0} keeps its mask: you painted or verified it.").format(frame)
        if count:
            text = translate("Edits", "{0} frames keep their masks, which you painted or verified; {1} were drawn.")
            return text.format(count, self.changed)
        if self.changed < 2:
            return ""
        return translate("Edits", "The curve drew the masks of {0} frames.").format(self.changed)


def put_curves(
    document: Document,
    object_id: int,
    curves: tuple[Curve, ...],
    text: str,
    shown: int | None,
    covers: bool = True,
    drawn: Iterable[Drawn] | None = None,
) -> Redrawn:
    """Give an object these curves in the place of its own, and the masks that follow; `shown` is the frame in view.

    With `covers` they take pixels of other objects, else the background alone.

    `drawn` is what was worked out before, None if nothing was; a frame that was edited since is worked out anew.
    LipError if the object is locked.
    """
    project, before = document.project, curves_of(document.project, object_id)
    found: list[Drawn] = []
    for each in draw(project, object_id, curves, shown, covers) if drawn is None else drawn:
        state = project.snapshot(each.frame)
        if each.change.before != state:
            each = drawn_on(project, state, object_id, before, curves, each.frame == shown, covers)
        found.append(each)
    changes: list[FrameChange] = [each.change for each in found if not each.change.is_empty()]
    _push(document, object_id, curves, text, changes)
    painted, verified = ([each.frame for each in found if each.kept is kind] for kind in (Kept.PAINTED, Kept.VERIFIED))
    return Redrawn(len(changes), tuple(painted), tuple(verified))


def release_curve(document: Document, object_id: int, number: int) -> None:
    """Forget a curve; the masks that it drew stay as painted ones."""
    curves = tuple(curve for curve in curves_of(document.project, object_id) if curve.number != number)
    _push(document, object_id, curves, translate("Edits", "Release curve"), [])


def _push(document: Document, object_id: int, curves: tuple[Curve, ...], text: str, changes: list[FrameChange]) -> None:
    objects = dict(with_objects(document.project, {}, [object_id]))
    objects[object_id] = replace(objects[object_id], curves=curves)
    document.push(Entry(document, text, changes, objects))
