"""What the timeline says in words: the tool tip of a cell, the name of a range."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from lipcore.project.provenance import Provenance
from lipgui.basics.frame_selection import FrameSelection
from lipgui.timeline.cells import PRESENT, LaneCells, LaneLabel
from lipgui.timeline.playing.timecode import format_timecode

translate = QCoreApplication.translate


def provenance_names() -> tuple[str, ...]:
    """What each Provenance value is called, by value."""
    return (
        translate("Timeline", "no mask"),
        translate("Timeline", "model"),
        translate("Timeline", "painted"),
        translate("Timeline", "corrected"),
        translate("Timeline", "verified"),
    )


def cell_text(frame: int, frame_rate: float, label: LaneLabel | None, lane: int | None, cells: LaneCells) -> str:
    """One frame, and one object on it where the pointer is on a lane."""
    text = translate("Timeline", "Frame {frame}  ·  {time}").format(
        frame=frame, time=format_timecode(frame, frame_rate)
    )
    if label is None or lane is None:
        return text
    code, score = int(cells.codes[lane, frame]), int(cells.scores[lane, frame])
    words = [provenance_names()[code % PRESENT]]
    if 0 < code < PRESENT:
        words.append(translate("Timeline", "not on this frame"))
    if code == PRESENT + Provenance.MODEL:
        words.append(translate("Timeline", "score {score:.2f}").format(score=score / 255))
    if cells.doubtful[lane, frame]:
        words.append(translate("Timeline", "doubtful"))
    return f"{text}\n{label.object_id}  {label.name}: {', '.join(words)}"


def selection_text(selection: FrameSelection | None, labels: list[LaneLabel]) -> str:
    """Which frames of which objects are selected."""
    if selection is None:
        return ""
    pattern = translate("Timeline", "{first}–{last}  ({count} frames)  ·  {object}")
    if selection.count == 1:
        pattern = translate("Timeline", "Frame {first}  ·  {object}")
    names = [label.name for label in labels if label.object_id in selection.objects]
    return pattern.format(
        first=selection.first,
        last=selection.last,
        count=selection.count,
        object=", ".join(names) if names else translate("Timeline", "all objects"),
    )
