"""The dialog that repairs one object over time: gaps, flicker, specks and trembling edges."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from lipcore.temporal.repair import MOST_FRAMES, RepairOptions, repair
from lipcore.temporal.track import Track
from lipcore.workflow.permission import Writer
from lipgui.basics.frame_selection import FrameSelection
from lipgui.dialogs.mending_dialog import MendingDialog, MendingForm, Task, Words
from lipgui.document.document import Document
from lipgui.jobs.jobs import JobQueue
from lipgui.widgets.number_box import NumberBox

_SETTLED_MS = 200  # the preview looks at frames beside, which takes a moment


class RepairForm(MendingForm):
    """What to repair, each over some frames."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.interpolate_check = QCheckBox(self.tr("Pass the shape from each painted frame to the next"))
        self.gaps_check, self.gaps_box = self._counted(self.tr("Fill gaps of up to"), 3, checked=True)
        self.flicker_check, self.flicker_box = self._counted(self.tr("Remove flicker of up to"), 1, checked=True)
        self.clean_check = QCheckBox(self.tr("Remove specks and fill holes that frames beside do not have"))
        self.smooth_check, self.smooth_box = self._counted(self.tr("Smooth edges over"), 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        rows.addWidget(self.interpolate_check)
        rows.addLayout(_line(self.gaps_check, self.gaps_box))
        rows.addLayout(_line(self.flicker_check, self.flicker_box))
        rows.addWidget(self.clean_check)
        rows.addLayout(_line(self.smooth_check, self.smooth_box))
        for check in (self.interpolate_check, self.clean_check):
            check.toggled.connect(self.changed)

    @property
    def options(self) -> RepairOptions:
        """What is chosen."""

        def count(check: QCheckBox, box: NumberBox) -> int:
            return box.value() if check.isChecked() else 0

        return RepairOptions(
            interpolate=self.interpolate_check.isChecked(),
            gaps=count(self.gaps_check, self.gaps_box),
            flicker=count(self.flicker_check, self.flicker_box),
            clean=self.clean_check.isChecked(),
            smooth=count(self.smooth_check, self.smooth_box),
        )

    def task(self) -> Task | None:
        """The repair, None if none is chosen."""
        options = self.options
        if not options.anything:
            return None

        def around(track: Track, frame: int, frames: range) -> range:
            first, last = frame - options.reach, frame + options.reach
            if options.interpolate:
                painted = [each for each in frames if track.is_fixed(each)]
                first = min(first, max((each for each in painted if each < frame), default=first))
                last = max(last, min((each for each in painted if each > frame), default=last))
            return range(max(first, frames.start), min(last + 1, frames.stop))

        return Task(lambda track, frames: repair(track, frames, options), Writer.MODEL, around)

    def _counted(self, text: str, value: int, checked: bool = False) -> tuple[QCheckBox, NumberBox]:
        check, box = QCheckBox(text), NumberBox()
        check.setChecked(checked)
        box.setRange(1, MOST_FRAMES)
        box.setAccessibleName(text)
        box.valueChanged.connect(lambda number: box.setSuffix(self.tr(" frame") if number == 1 else self.tr(" frames")))
        box.setValue(value)
        box.setSuffix(self.tr(" frame") if value == 1 else self.tr(" frames"))
        check.toggled.connect(self.changed)
        box.valueChanged.connect(self.changed)
        return check, box


class RepairDialog(MendingDialog):
    """Repairs one object; see `MendingDialog`."""

    def __init__(
        self, document: Document, queue: JobQueue, selection: FrameSelection | None, parent: QWidget | None = None
    ) -> None:
        form, translate = RepairForm(), QCoreApplication.translate
        words = Words(
            title=translate("RepairDialog", "Repair over time"),
            apply=translate("RepairDialog", "Repair"),
            done=translate("RepairDialog", "Repaired {0} on {1} frames."),
            stays=translate(
                "RepairDialog", "What you painted, corrected or verified stays, and other objects keep their pixels."
            ),
            nothing=translate("RepairDialog", "Choose at least one repair, and at least one frame."),
        )
        super().__init__(
            document, queue, selection, parent, form=form, words=words, settled_ms=_SETTLED_MS, offers_all=False
        )
        self.form = form


def _line(check: QCheckBox, box: NumberBox) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)
    line.addWidget(check)
    line.addWidget(box)
    line.addStretch(1)
    return line
