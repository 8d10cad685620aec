"""Tuning and propagating: what the menu Segment and the keys T and F ask for; the key that starts also stops."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import QObject, Signal

from lipcore.errors import LipError
from lipcore.workflow.reach import dependents, reach
from lipgui.actions.dispatch import Answers
from lipgui.basics.settings import Preferences
from lipgui.controllers.segmentation import Segmentation
from lipgui.document import range_edits
from lipgui.document.document import Document
from lipgui.widgets.notice import Message


class Running(QObject):
    """Tuning, propagation and corrections: what the menu Segment does. `answers` names the actions."""

    told = Signal(str)
    announced = Signal(object)  # a Message

    def __init__(self, document: Document, segmentation: Segmentation, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._segmentation = document, segmentation
        self._direction = "forward"  # of the last run that was asked for
        self._frame_step = 10

    def answers(self) -> Answers:
        """What answers which action."""
        return {
            "tune": self.tune,
            "tune_and_propagate": self.tune_and_propagate,
            "propagate_forward": self.propagate_forward,
            "propagate_backward": self.propagate_backward,
            "propagate_both": self.propagate_both,
            "propagate_next": self.propagate_next,
            "propagate_here": self.propagate_here,
            "propagate_to_out": self.propagate_to_out,
            "continue_run": self.continue_run,
            "stop": self.stop,
            "correct": self.correct,
            "take_offered": self.take_offered,
            "roll_back": self.roll_back,
        }

    def use(self, preferences: Preferences) -> None:
        """Take the number of frames of one step from the preferences."""
        self._frame_step = max(1, preferences.frame_step)

    def tune(self) -> None:
        """Adapt the network to the annotated frames, or stop the running job."""
        if not self._stopped("tune"):
            self._segmentation.tune()

    def propagate_forward(self) -> None:
        """From the annotated frame here or before, forward to the next one."""
        self._propagate("forward")

    def propagate_backward(self) -> None:
        """From the annotated frame here or after, backward to the one before."""
        self._propagate("backward")

    def propagate_both(self) -> None:
        """The whole working range, from every annotated frame in both directions."""
        self._propagate("both")

    def tune_and_propagate(self) -> None:
        """Tune, then carry masks on in the direction that was asked for last; one entry of the history."""
        if not self._stopped("tune"):
            frames = self._frames(self._direction)
            self._segmentation.tune_and_propagate(self._direction, frames)

    def offer_tuning(self, sentence: str) -> None:
        """Say why nothing can be propagated yet, and offer what helps."""
        self.announced.emit(Message(sentence, ((self.tr("Tune, then propagate"), self.tune_and_propagate),)))

    def correct(self) -> None:
        """Tune from the weights as they are, then run again what depends on the shown frame; one entry to undo."""
        if not self._stopped("tune"):
            direction, frames = dependents(self._document.project, self._document.frame)
            if not frames:
                raise LipError(self.tr("This frame is outside the working range."))
            self._segmentation.correct(direction, frames)

    def continue_run(self) -> None:
        """Go on with the run that was stopped."""
        self._segmentation.go_on()

    def propagate_next(self) -> None:
        """The next frames, as many as Shift+arrow steps over, from this one on."""
        self._step(range(self._document.frame + 1, self._document.frame + 1 + self._frame_step))

    def propagate_here(self) -> None:
        """This frame alone."""
        self._step(range(self._document.frame, self._document.frame + 1))

    def propagate_to_out(self) -> None:
        """From this frame to the end of the working range, past annotated frames."""
        self._step(range(self._document.frame, self._document.project.frame_count))

    def rerun(self, first: int, last: int, objects: Collection[int]) -> None:
        """Run a range again from all annotated frames, for some objects (none: all)."""
        self._segmentation.propagate("both", range(first, last + 1), frozenset(objects))

    def take_offered(self) -> None:
        """Put in the mask that the last correction found on this frame and left out, since it looked worse."""
        frame = self._document.frame
        if not range_edits.take_offers(self._document, frame):
            raise LipError(self.tr("No correction left out a mask on frame {0}.").format(frame))
        self.told.emit(self.tr("Frame {0} has the mask that the correction found.").format(frame))

    def stop(self) -> None:
        """Stop the running job; finished frames stay."""
        self._segmentation.stop()

    def roll_back(self) -> None:
        """Go back to the weights before the last tuning; an entry of the history."""
        self._segmentation.roll_back()

    def _propagate(self, direction: str) -> None:
        if self._stopped(direction):
            return
        self._direction, frames = direction, self._frames(direction)
        if self._document.project.weights_in_use or self._segmentation.running == "tune":
            self._segmentation.propagate(direction, frames)
            return
        text = self.tr("The network has not learned these objects yet: masks are much better after tuning.")
        untuned = partial(self._segmentation.propagate, direction, frames)
        choices = ((self.tr("Tune, then propagate"), self.tune_and_propagate), (self.tr("Propagate untuned"), untuned))
        self.announced.emit(Message(text, choices))

    def _frames(self, direction: str) -> range:
        """What a run in this direction would reach; LipError if that is nothing."""
        frames = reach(self._document.project, self._document.frame, direction)
        if not frames:
            raise LipError(self.tr("Paint at least one object on a frame inside the working range first."))
        return frames

    def _step(self, frames: range) -> None:
        """Forward into frames of the working range, or backward if all that is annotated comes later."""
        if self._stopped("forward"):
            return
        project = self._document.project
        first, last = project.in_out
        frames = range(max(frames.start, first), min(frames.stop, last + 1))
        if not frames:
            raise LipError(self.tr("There is no further frame in the working range."))
        annotated = project.annotated_frames
        backward = bool(annotated) and annotated[0] > frames[-1]
        self._segmentation.propagate("backward" if backward else "forward", frames)

    def _stopped(self, kind: str) -> bool:
        """Whether this very kind of job was running and has been asked to stop; another kind is queued behind it."""
        if self._segmentation.running != kind:
            return False
        self._segmentation.stop()
        self.told.emit(self.tr("Stopping after this step; what is finished is kept."))
        return True
