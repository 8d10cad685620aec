"""Moving through the video and the objects: what the actions of the menus Frame and Object do to the view."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from lipcore.workflow.doubt import Doubt, next_frame
from lipgui.actions.dispatch import Answers
from lipgui.basics.settings import Preferences
from lipgui.controllers.timeline_presenter import Overview
from lipgui.document import range_edits
from lipgui.document.document import Document
from lipgui.document.doubt_words import reason
from lipgui.timeline.timeline import Timeline


class Navigation(QObject):
    """Going to frames and marking them: what the menu Frame does. `answers` names the actions."""

    told = Signal(str)

    def __init__(self, document: Document, timeline: Timeline, overview: Overview, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._timeline, self._overview = document, timeline, overview
        self._step = 10

    def answers(self) -> Answers:
        """What answers which action."""
        return {
            "next_frame": self.next_frame,
            "previous_frame": self.previous_frame,
            "step_forward": self.step_forward,
            "step_back": self.step_back,
            "first_frame": self.first_frame,
            "last_frame": self.last_frame,
            "next_annotated": self.next_annotated,
            "previous_annotated": self.previous_annotated,
            "next_doubtful": self.next_doubtful,
            "previous_doubtful": self.previous_doubtful,
            "verify_frame": self.verify_frame,
            "play": self.play,
            "mark_in": self.mark_in,
            "mark_out": self.mark_out,
        }

    def use(self, preferences: Preferences) -> None:
        """Take the step of Shift+arrow from the preferences."""
        self._step = max(1, preferences.frame_step)

    def next_frame(self) -> None:
        """One frame on."""
        self._document.go_to(self._document.frame + 1)

    def previous_frame(self) -> None:
        """One frame back."""
        self._document.go_to(self._document.frame - 1)

    def step_forward(self) -> None:
        """A set step on."""
        self._document.go_to(self._document.frame + self._step)

    def step_back(self) -> None:
        """A set step back."""
        self._document.go_to(self._document.frame - self._step)

    def first_frame(self) -> None:
        """To the beginning."""
        self._document.go_to(0)

    def last_frame(self) -> None:
        """To the end."""
        self._document.go_to(self._document.project.frame_count - 1)

    def next_annotated(self) -> None:
        """To the next frame that a person painted, corrected or verified."""
        self._walk(self._document.project.annotated_frames, 1, self.tr("No annotated frame after this one."))

    def previous_annotated(self) -> None:
        """To the one before."""
        self._walk(self._document.project.annotated_frames, -1, self.tr("No annotated frame before this one."))

    def next_doubtful(self) -> None:
        """To the next frame the network was not sure of."""
        self._walk_doubts(1, self.tr("No doubtful frame after this one."))

    def previous_doubtful(self) -> None:
        """To the one before."""
        self._walk_doubts(-1, self.tr("No doubtful frame before this one."))

    def verify_frame(self) -> None:
        """Mark what the shown frame holds as looked at and right, and go on to the next doubtful one; or take it back.

        A frame on which everything is verified is not verified any more afterwards.
        """
        frame = self._document.frame
        was_doubtful = any(each.frame == frame for each in self._overview.doubtful)
        if range_edits.verify_range(self._document, frame, frame):
            done = self.tr("Frame {0} is verified: propagation will not change it.").format(frame)
            if was_doubtful:
                self._walk_doubts(1, done, done)
            else:
                self.told.emit(done)
        elif range_edits.unverify_range(self._document, frame, frame):
            self.told.emit(self.tr("Frame {0} is no longer verified.").format(frame))
        else:
            self.told.emit(self.tr("Nothing to verify on frame {0}.").format(frame))

    def play(self) -> None:
        """Play or pause."""
        self._timeline.toggle_play()

    def mark_in(self) -> None:
        """Let the working range begin here."""
        self._timeline.set_in_here()

    def mark_out(self) -> None:
        """Let the working range end here."""
        self._timeline.set_out_here()

    def select_number(self, number: int) -> None:
        """Select the object at this place of the list, from 1."""
        objects = list(self._document.project.objects)
        if number <= len(objects):
            self._document.select_object(objects[number - 1])
        else:
            self.told.emit(self.tr("There is no object {0}: press N to add one.").format(number))

    def pick(self, object_id: int) -> None:
        """Select the object with this id."""
        if object_id in self._document.project.objects:
            self._document.select_object(object_id)

    def show_doubt(self, frame: int) -> None:
        """Go to a listed frame as `next_doubtful` does."""
        doubt = next((each for each in self._overview.doubtful if each.frame == frame), None)
        if doubt is None:
            self._document.go_to(frame)
        else:
            self._show_doubt(doubt)

    def _walk_doubts(self, step: int, none: str, done: str = "") -> None:
        """Go to the next or last doubtful frame, and say after `done` why it is doubtful."""
        doubts = {each.frame: each for each in self._overview.doubtful}
        frame = next_frame(list(doubts), self._document.frame, step)
        if frame is None:
            self.told.emit(none)
        else:
            self._show_doubt(doubts[frame], done)

    def _show_doubt(self, doubt: Doubt, done: str = "") -> None:
        self._document.go_to(doubt.frame)
        self.pick(doubt.object_id)
        name = self._document.project.objects[doubt.object_id].name
        self.told.emit(self.tr("{0} Frame {1}, {2}: {3}.").format(done, doubt.frame, name, reason(doubt)).strip())

    def _walk(self, frames: list[int], step: int, none: str) -> None:
        frame = next_frame(frames, self._document.frame, step)
        if frame is None:
            self.told.emit(none)
        else:
            self._document.go_to(frame)
