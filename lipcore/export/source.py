"""What can be exported: any labelled video, whether a project or frames that were just segmented."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lipcore.project.edge_settings import EdgeSettings
from lipcore.video import VideoShape

NO_SCORE = np.float32(np.nan)


class LabelledObject(Protocol):
    """An object of a labelled video: id 1..254, name, RGB colour 0..255, edges of its alpha."""

    @property
    def object_id(self) -> int:
        """Id 1..254."""

    @property
    def name(self) -> str:
        """Name for people."""

    @property
    def colour(self) -> tuple[int, int, int]:
        """RGB 0..255."""

    @property
    def edges(self) -> EdgeSettings:
        """How soft the edges of its alpha are."""


class LabelledVideo(VideoShape, Protocol):
    """A video's label maps, objects and scores; `lipcore.project.Project` is one."""

    @property
    def frame_count(self) -> int:
        """Number of frames, T."""

    @property
    def frame_rate(self) -> float:
        """Frames per second."""

    @property
    def objects(self) -> Mapping[int, LabelledObject]:
        """The objects by id."""

    @property
    def scores(self) -> NDArray[np.float32]:
        """(T, 256) id scores 0..1, nan where there is none."""

    def labels(self, frame: int) -> NDArray[np.uint8]:
        """The label map (H, W) uint8 of a frame: ids, 0 background, 255 ignore."""


@dataclass(frozen=True)
class LabelledFrames:
    """A labelled video in parts: `read(frame)` gives a label map (H, W) uint8, `scores` is (T, 256) or left out."""

    name: str
    height: int
    width: int
    frame_names: Sequence[str]
    frame_rate: float
    objects: Mapping[int, LabelledObject]
    read: Callable[[int], NDArray[np.uint8]]
    scores: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 256), np.float32))

    def __post_init__(self) -> None:
        if len(self.scores) == 0:
            object.__setattr__(self, "scores", np.broadcast_to(NO_SCORE, (len(self.frame_names), 256)))

    @property
    def frame_count(self) -> int:
        """Number of frames."""
        return len(self.frame_names)

    def labels(self, frame: int) -> NDArray[np.uint8]:
        """The label map (H, W) uint8 of a frame."""
        return self.read(frame)
