"""What should be done next: which button stands out, what tuning will take, and the guide, by the results of jobs."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Slot

from lipgui.basics.settings import Preferences, Settings
from lipgui.controllers.segmentation import Segmentation
from lipgui.document.document import Document
from lipgui.jobs.jobs import Job, JobQueue
from lipgui.jobs.pace import duration_text
from lipgui.panels.guide import Guide
from lipgui.panels.tools_bar import QUALITIES, OptionsBar


class NextStep(QObject):
    """Watches the document and the jobs, and keeps options bar and guide in step with them."""

    def __init__(
        self,
        document: Document,
        segmentation: Segmentation,
        queue: JobQueue,
        options: OptionsBar,
        guide: Guide,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._segmentation = document, segmentation
        self._options, self._guide, self._settings = options, guide, settings
        self._preferences = Preferences()
        self._kind, self._began = "", 0.0
        segmentation.started.connect(self._on_started)
        queue.job_ended.connect(self._on_ended)
        for signal in (document.opened, document.weights_changed):
            signal.connect(self._show)

    def use(self, preferences: Preferences) -> None:
        """Show the quality, and what each would take with this network on this device."""
        self._preferences = preferences
        taken = {name: self._settings.tuning_seconds(self._key(name)) for name in QUALITIES}
        texts = {name: "" if each is None else duration_text(each) for name, each in taken.items()}
        self._options.show_qualities(preferences.quality, texts)

    def _key(self, quality: str) -> str:
        return f"{self._preferences.preset}-{self._preferences.device}-{quality}"

    @Slot()
    def _show(self) -> None:
        if self._document.is_open:
            self._options.show_tuned(bool(self._document.project.weights_in_use))

    @Slot()
    def _on_started(self) -> None:
        self._kind, self._began = self._segmentation.running, time.monotonic()
        self._guide.show_running(True)

    @Slot(object)
    def _on_ended(self, job: Job) -> None:
        kind, self._kind = self._kind, ""
        self._guide.show_running(False)
        if not kind or job.error is not None or job.was_stopped:
            return
        if kind == "tune":
            self._settings.store_tuning_seconds(self._key(self._preferences.quality), time.monotonic() - self._began)
            self.use(self._preferences)
        self._guide.on_result("tune" if kind == "tune" else "propagate")
