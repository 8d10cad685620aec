"""Record view: the values of a project's record as properties of whatever holds one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lipcore.project.record import ProjectRecord, Setting
from lipcore.project.stopped_run import StoppedRun


class RecordView:
    """Shows the record that is in force; whoever inherits replaces it."""

    def __init__(self, record: ProjectRecord) -> None:
        self._record = record

    @property
    def record(self) -> ProjectRecord:
        """Everything but label maps and cells, as one immutable value."""
        return self._record

    @property
    def name(self) -> str:
        """What the project is called."""
        return self._record.name

    @property
    def video_path(self) -> Path:
        """Where the video, a file or a folder of images, was last seen."""
        return self._record.video_path

    @property
    def frame_count(self) -> int:
        """Number of frames, T."""
        return len(self._record.frame_names)

    @property
    def height(self) -> int:
        """Height of the frames in pixels, H."""
        return self._record.height

    @property
    def width(self) -> int:
        """Width of the frames in pixels, W."""
        return self._record.width

    @property
    def frame_names(self) -> Sequence[str]:
        """One plain name per frame, which names its files too."""
        return self._record.frame_names

    @property
    def frame_rate(self) -> float:
        """Frames per second."""
        return self._record.frame_rate

    @property
    def in_out(self) -> tuple[int, int]:
        """First and last frame of the working range, inclusive."""
        return self._record.in_out

    @property
    def settings(self) -> Mapping[str, Setting]:
        """The project's own settings by name; read-only."""
        return self._record.settings

    @property
    def weights_in_use(self) -> str:
        """Name of the tuned weights that propagation starts from, "" for the untuned ones."""
        return self._record.weights

    @property
    def stopped_run(self) -> StoppedRun | None:
        """The propagation that was stopped last and can go on, None if there is none."""
        return self._record.stopped
