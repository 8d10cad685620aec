"""What of a labelled video goes into an export: a range of frames, some of the objects, and the pictures if needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.export.source import LabelledVideo
from lipcore.masks import IGNORE, object_ids
from lipcore.palette import davis_palette
from lipcore.staging import shortened

_BAD_LETTERS = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class Pictures(Protocol):
    """The frames of a video; `lipcore.video.Video` is one."""

    @property
    def path(self) -> Path:
        """The video's file or folder, where its sound and time code are looked for."""

    @property
    def frame_seconds(self) -> Sequence[float]:
        """Seconds that each frame is shown; empty where all are shown as long."""

    def __len__(self) -> int: ...
    def __getitem__(self, frame: int, /) -> NDArray[np.uint8]: ...


@dataclass(frozen=True)
class Selection:
    """The frames `first` to `last` (inclusive, None: all) and the objects `only` (None: all) of a labelled video.

    `pictures` are the video's frames for formats that show them. Raises LipError for a range outside the video,
    unknown objects, or pictures that are not as many as the labelled frames.
    """

    source: LabelledVideo
    first: int = 0
    last: int | None = None
    only: tuple[int, ...] | None = None
    pictures: Pictures | None = None

    def __post_init__(self) -> None:
        count = self.source.frame_count
        last = count - 1 if self.last is None else self.last
        if not 0 <= self.first <= last < count:
            raise LipError(f"The frames {self.first} to {last} are not a range of the video's frames 0 to {count - 1}.")
        unknown = sorted(set(self.only or ()) - set(self.source.objects))
        if unknown:
            raise LipError(f"The video has no object {unknown[0]}; it has {sorted(self.source.objects) or 'none'}.")
        if self.only is not None and not self.only:
            raise LipError("No object is chosen for the export.")
        if self.pictures is not None and len(self.pictures) != count:
            raise LipError(f"The video has {len(self.pictures)} frames but {count} are labelled.")

    @property
    def frames(self) -> range:
        """The indices of the chosen frames."""
        return range(self.first, (self.source.frame_count - 1 if self.last is None else self.last) + 1)

    @cached_property
    def video_name(self) -> str:
        """The video's name as a file name."""
        return safe_name(self.source.name)

    @cached_property
    def frame_names(self) -> Sequence[str]:
        """A file name without extension per frame: the source's own names, or numbers where those would clash."""
        names = [str(name) for name in self.source.frame_names]
        if len({name.casefold() for name in names}) == len(names) and all(safe_name(name) == name for name in names):
            return names
        return [f"{frame:05d}" for frame in range(len(names))]

    @cached_property
    def has_soft_edges(self) -> bool:
        """Whether a chosen object has soft edges, for which its alpha needs the pictures."""
        known = self.source.objects
        return any(not known[number].edges.is_hard for number in self.declared_ids())

    def labels(self, frame: int) -> NDArray[np.uint8]:
        """The label map (H, W) uint8 of a frame; pixels of objects that are not chosen are background, 255 stays."""
        labels = self.source.labels(frame)
        expected = (self.source.height, self.source.width)
        if labels.shape != expected or labels.dtype != np.uint8:
            raise ValueError(f"frame {frame}: got labels {labels.shape} {labels.dtype}, expected {expected} uint8")
        if self.only is None:
            return labels
        table = np.zeros(256, np.uint8)
        table[[*self.only, IGNORE]] = [*self.only, IGNORE]
        chosen: NDArray[np.uint8] = table[labels]
        return chosen

    def masks(self, frame: int) -> list[tuple[int, NDArray[np.bool_]]]:
        """The objects seen in a frame, by rising id, each with its mask (H, W) bool."""
        labels = self.labels(frame)
        return [(number, labels == number) for number in object_ids(labels)]

    def named_masks(self, frame: int, ignored: str) -> list[tuple[int, str, NDArray[np.bool_]]]:
        """Id, name and mask (H, W) bool of all that is seen in a frame, ignored pixels last, under id 255."""
        found = [(number, self.name(number), mask) for number, mask in self.masks(frame)]
        mask = self.labels(frame) == IGNORE
        return [*found, (IGNORE, ignored, mask)] if mask.any() else found

    def picture(self, frame: int) -> NDArray[np.uint8]:
        """The picture (H, W, 3) uint8 RGB of a frame; LipError without pictures or if it has another size."""
        if self.pictures is None:
            raise LipError("This format shows the video's pictures: the video file is needed.")
        picture = self.pictures[frame]
        expected = (self.source.height, self.source.width, 3)
        if picture.shape != expected:
            raise LipError(f"Frame {frame} of the video has the shape {picture.shape}, its labels need {expected}.")
        return picture

    def name(self, object_id: int) -> str:
        """The name of an object."""
        known = self.source.objects.get(object_id)
        return known.name if known else f"Object {object_id}"

    def colour(self, object_id: int) -> tuple[int, int, int]:
        """The RGB colour 0..255 of an object."""
        known = self.source.objects.get(object_id)
        red, green, blue = known.colour if known else davis_palette()[object_id].tolist()
        return int(red), int(green), int(blue)

    def score(self, frame: int, object_id: int) -> float | None:
        """The id score 0..1 of an object in a frame, or None."""
        score = float(self.source.scores[frame, object_id])
        return None if np.isnan(score) else score

    def declared_ids(self) -> list[int]:
        """The ids of the chosen objects, whether or not they are ever seen."""
        return sorted(self.source.objects if self.only is None else self.only)


def safe_name(text: str) -> str:
    """`text` as the name of a file or folder on every system: at most 200 bytes, never empty."""
    name = shortened(_BAD_LETTERS.sub("_", text), 200).strip(" ").rstrip(". ")
    if not name.strip("."):
        return "_"
    return f"_{name}" if _RESERVED.fullmatch(name) else name
