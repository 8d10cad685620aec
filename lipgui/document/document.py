"""The document: the only writer of what the user owns, with one history for everything that can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from lipcore.masks import Labels
from lipcore.palette import colour_blind_palette, davis_palette
from lipcore.project.objects import VideoObject
from lipcore.project.project import Project
from lipcore.project.snapshots import Cell, FrameChange
from lipcore.workflow.permission import locked_ids
from lipgui.document.entry import Entry

if TYPE_CHECKING:
    from lipcore.project.past_edit import PastEdit
    from lipcore.project.stopped_run import StoppedRun
    from lipcore.video import Video
    from lipcore.workflow.run import Offer

HISTORY_BYTES = 400_000_000
_RECALLED = 1_000_000_000  # numbers of jobs of earlier sessions: no job of this one joins them


class Document(QObject):
    """One open project and its video, the current frame and object, and the undo history.

    Widgets never hold one; only this package, `controllers` and the import dialog call what changes the project.
    """

    opened = Signal()
    closed = Signal()
    frame_changed = Signal(int)
    object_changed = Signal(int)
    objects_changed = Signal()
    frames_edited = Signal(int, int)  # first and last frame whose pixels or cells changed
    in_out_changed = Signal(int, int)
    weights_changed = Signal()
    offers_changed = Signal()
    edited = Signal()  # anything that has to be saved
    message_raised = Signal(str, int)  # a sentence, and the frame it speaks of or -1

    def __init__(self, parent: QObject | None = None, history_bytes: int = HISTORY_BYTES) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self._project: Project | None = None
        self._video: Video | None = None
        self._frame, self._object, self._floor, self._bytes = 0, 1, 0, 0
        self._history_bytes = history_bytes
        self._colour_blind = False
        self._offers: dict[tuple[int, int], Offer] = {}

    # What is open ---------------------------------------------------------------------------------------------------
    @property
    def is_open(self) -> bool:
        """Whether there is a project."""
        return self._project is not None

    @property
    def project(self) -> Project:
        """The open project; to be read, and written only through entries of the history."""
        assert self._project is not None, "no project is open"
        return self._project

    @property
    def video(self) -> Video:
        """The open project's video."""
        assert self._video is not None, "no video is open"
        return self._video

    def open(self, project: Project, video: Video) -> None:
        """Show `project`."""
        self.close()
        self._project, self._video = project, video
        self._frame, self._object = 0, next(iter(project.objects), 1)
        self.opened.emit()

    def close(self) -> None:
        """Forget the project and its history, and close the video."""
        self._forget(0)
        self._offers.clear()
        self.stack.clear()
        self._floor, self._bytes = 0, 0
        video, self._project, self._video = self._video, None, None
        if video is not None:
            self.closed.emit()
            video.close()

    # Where the user is ----------------------------------------------------------------------------------------------
    @property
    def frame(self) -> int:
        """The frame that is shown."""
        return self._frame

    def go_to(self, frame: int) -> None:
        """Show `frame`, clamped to the video."""
        if self._project is None:
            return
        frame = min(max(frame, 0), self.project.frame_count - 1)
        if frame != self._frame:
            self._frame = frame
            self.frame_changed.emit(frame)

    @property
    def object_id(self) -> int:
        """The selected object's id."""
        return self._object

    def select_object(self, object_id: int) -> None:
        """Select one of the project's objects."""
        if object_id != self._object:
            self._object = object_id
            self.object_changed.emit(object_id)

    # What is read ---------------------------------------------------------------------------------------------------
    def labels(self, frame: int) -> Labels:
        """The frame's label map, (H, W) uint8, read-only."""
        return self.project.labels(frame)

    def cell(self, frame: int, object_id: int) -> Cell:
        """Provenance, score and box of one object in one frame."""
        return self.project.snapshot(frame).cell(object_id)

    def locked_ids(self) -> frozenset[int]:
        """Ids of the objects that must not be edited."""
        return locked_ids(self.project)

    def palette(self) -> Labels:
        """Colours of the ids, (256, 3) uint8: those that were chosen, else colour-blind safe or DAVIS ones."""
        plain = davis_palette()
        palette = (colour_blind_palette() if self._colour_blind else plain).copy()
        for each in self.project.objects.values() if self._project else ():
            if each.colour != tuple(plain[each.object_id].tolist()):
                palette[each.object_id] = each.colour
        return palette

    def use_colour_blind_palette(self, wanted: bool) -> None:
        """Show colours that can be told apart without red and green; the project's own are kept."""
        self._colour_blind = wanted
        self.objects_changed.emit()

    def tuned_weights(self) -> bytes:
        """What tuning has changed in the network; empty: nothing yet."""
        return self.project.weights.content(self.project.weights_in_use)

    @property
    def offers(self) -> Mapping[tuple[int, int], Offer]:
        """Masks that a correction found and did not write, by frame and object, as long as nobody edits the frame."""
        return self._offers

    def show_offers(self, offers: Mapping[tuple[int, int], Offer]) -> None:
        """Offer these masks, instead of earlier ones."""
        self._offers = dict(offers)
        self.offers_changed.emit()

    # What entries write ---------------------------------------------------------------------------------------------
    def apply(
        self,
        changes: Sequence[FrameChange],
        forward: bool,
        objects: Mapping[int, VideoObject] | None = None,
        weights: str | None = None,
    ) -> None:
        """Make the changes in order, or take them back in reverse order; and use these objects and weights, if given.

        All of it, or nothing if any of it fails.
        """
        project = self.project
        with project.edit(), ExitStack() as take_back:
            if weights is not None:
                take_back.callback(project.use_weights, project.weights_in_use)
                project.use_weights(weights)
            for change in changes if forward else reversed(changes):
                take_back.callback(project.restore, change.before if forward else change.after)
                project.restore(change.after if forward else change.before)
            if objects is not None:
                self._replace_objects(objects)
            take_back.pop_all()
        if changes:
            frames = [change.frame for change in changes]
            self._offers = {place: offer for place, offer in self._offers.items() if place[0] not in set(frames)}
            self.frames_edited.emit(min(frames), max(frames))
        if weights is not None:
            self.weights_changed.emit()
        if objects is not None:
            if self._object not in project.objects and project.objects:
                self.select_object(next(iter(project.objects)))
            self.objects_changed.emit()
        self.edited.emit()

    def _replace_objects(self, objects: Mapping[int, VideoObject]) -> None:
        project = self.project
        for object_id in [known for known in project.objects if known not in objects]:
            project.remove_object(object_id)
        for each in objects.values():
            if project.objects.get(each.object_id) != each:
                project.set_object(each)

    def prune_weights(self) -> None:
        """Let the project forget tuned weights that neither the history nor rolling back needs."""
        entries = (self._entry(index) for index in range(self._floor, self.stack.count()))
        self.project.prune_weights(name for entry in entries for name in entry.weights())

    def set_in_out(self, first: int, last: int) -> None:
        """Set the working range, both frames inclusive; not part of the history."""
        project = self.project
        first, last = sorted((max(0, first), min(last, project.frame_count - 1)))
        if (first, last) != tuple(project.in_out):
            project.set_in_out(first, last)
            self.in_out_changed.emit(first, last)
            self.edited.emit()

    def keep_stopped_run(self, run: StoppedRun | None) -> None:
        """Keep with the project what is needed to go on with a run that was stopped; not part of the history."""
        if self._project is not None and run != self.project.stopped_run:
            self.project.set_stopped_run(run)
            self.edited.emit()

    # History --------------------------------------------------------------------------------------------------------
    def push(self, entry: Entry) -> None:
        """Make an edit and remember it, forgetting the oldest ones beyond the byte budget.

        If making it fails, nothing is changed and nothing is remembered.
        """
        entry.make()
        self._bytes += entry.size()
        last = self._entry(self.stack.index() - 1) if self._floor < self.stack.index() == self.stack.count() else None
        if last is not None and last.job == entry.job >= 0:
            last.take(entry)  # not by the stack: PySide keeps every command that QUndoStack merges for ever
        else:
            self._forget(self.stack.index())  # what was undone goes
            self.stack.push(entry)
        if self._bytes > self._history_bytes:
            self._forget_oldest()

    def push_tuning(self, text: str, weights: bytes, examples: Sequence[int], job: int = -1) -> None:
        """Keep newly tuned weights in the project and use them, as one entry of the history or as part of the job's."""
        kept = self.project.keep_weights(weights, examples)
        self.push(Entry(self, text, weights=kept.name, job=job))
        self.prune_weights()

    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self.stack.index() > self._floor

    def recall(self, edits: Sequence[PastEdit]) -> None:
        """Remember what earlier sessions have made of the project that was just opened, oldest first."""
        for number, edit in enumerate(edits):
            entry = Entry.of_past(self, edit, _RECALLED + number)
            self._bytes += entry.size()
            self.stack.push(entry)

    def undo(self) -> None:
        """Take the last edit back; says where, if that is not on the frame shown."""
        if self.can_undo():
            entry, text = self._entry(self.stack.index() - 1), self.stack.undoText()
            self.stack.undo()
            self._tell_where(entry, self.tr("Undid “{0}”").format(text))
        elif self._floor:
            self.message_raised.emit(self.tr("Older edits were forgotten to save memory."), -1)

    def redo(self) -> None:
        """Make the edit last taken back again; says where, if that is not on the frame shown."""
        if self.stack.canRedo():
            entry, text = self._entry(self.stack.index()), self.stack.redoText()
            self.stack.redo()
            self._tell_where(entry, self.tr("Redid “{0}”").format(text))

    def before_last_run(self, frame: int) -> Labels | None:
        """The masks (H, W) uint8 that the last run still in force replaced on a frame, None if none did."""
        for index in range(self.stack.index() - 1, self._floor - 1, -1):
            entry = self._entry(index)
            before = entry.replaced(frame) if entry.job >= 0 else None
            if before is not None:
                return before
        return None

    def before_correction(self, frame: int) -> Labels | None:
        """The masks (H, W) uint8 that the last run replaced on a frame, or else the last edit; None if nothing did."""
        before = self.before_last_run(frame)
        for index in range(self.stack.index() - 1, self._floor - 1, -1):
            if before is not None:
                break
            before = self._entry(index).replaced(frame)
        return before

    def past_edits(self) -> list[PastEdit]:
        """The edits that can be taken back, oldest first, as plain values."""
        return [self._entry(index).past() for index in range(self._floor, self.stack.index())]

    def _entry(self, index: int) -> Entry:
        return cast(Entry, self.stack.command(index))

    def _tell_where(self, entry: Entry, done: str) -> None:
        frames = sorted(entry.frames())
        if not frames or (len(frames) == 1 and frames[0] == self._frame):
            self.message_raised.emit(f"{done}.", -1)
        elif len(frames) == 1:
            self.message_raised.emit(self.tr("{0} on frame {1}.").format(done, frames[0]), frames[0])
        else:
            where = self.tr("{0} on frames {1} to {2}.").format(done, frames[0], frames[-1])
            self.message_raised.emit(where, -1 if self._frame in frames else frames[0])

    def _forget(self, first: int) -> None:
        """Give the memory of the entries from `first` on back."""
        for index in range(first, self.stack.count()):
            self._entry(index).forget()

    def _forget_oldest(self) -> None:
        sizes = [self._entry(index).size() for index in range(self._floor, self.stack.count())]
        self._bytes = sum(sizes)
        while self._bytes > self._history_bytes and self._floor < self.stack.index() - 1:
            self._bytes -= sizes.pop(0)
            self._entry(self._floor).forget()
            self._floor += 1
