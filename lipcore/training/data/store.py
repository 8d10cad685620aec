"""Lazily decoded training pictures with their label maps, cached as uint8 within a budget of bytes."""

from __future__ import annotations

import random
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, overload

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError

DEFAULT_BUDGET = 2_000_000_000  # bytes of decoded pictures and label maps kept in memory unless told otherwise

Picture = tuple[NDArray[np.uint8], NDArray[np.uint8]]


@dataclass(frozen=True, eq=False)
class Still:
    """One picture with the instances in it.

    `image` is (H, W, 3) uint8 RGB, `labels` (H, W) uint8: 0 background, 1..254 objects, 255 ignore. `classes` gives the
    class id (from 1) of an object id, where the source knows it. With `unlabelled_objects` the background may hold
    objects nobody labelled, so that it must not be used as a negative. `source` names the picture for messages.
    """

    image: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    classes: Mapping[int, int]
    unlabelled_objects: bool
    source: str


@dataclass(frozen=True, eq=False)
class StillEntry:
    """How one picture is decoded: `load` gives (image, labels); `name` is unique and is the key of the cache."""

    name: str
    load: Callable[[], Picture]
    classes: Mapping[int, int] = field(default_factory=dict)
    unlabelled_objects: bool = False


@dataclass(frozen=True, eq=False)
class VideoEntry:
    """The frames of one sequence, in order; an id names the same object in all of them."""

    name: str
    frames: tuple[StillEntry, ...]


def read_image(path: Path) -> NDArray[np.uint8]:
    """Decode a picture to (H, W, 3) uint8 RGB; LipError if it cannot be read."""
    try:
        encoded = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise LipError(f"Cannot read {path}: {error.strerror}.") from error
    image = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if encoded.size else None
    if image is None:
        raise LipError(f"Cannot read {path}: it is not a picture.")
    return np.ascontiguousarray(image[:, :, ::-1]).astype(np.uint8, copy=False)


class PictureCache:
    """Decoded pictures by name, the least recently used thrown out first; may be used from many threads."""

    def __init__(self, budget: int = DEFAULT_BUDGET) -> None:
        self.budget = budget
        self._lock = threading.Lock()
        self._pictures: OrderedDict[str, Picture] = OrderedDict()
        self._bytes = 0

    @property
    def used(self) -> int:
        """Bytes of decoded pictures held now, never more than the budget."""
        return self._bytes

    def get(self, entry: StillEntry) -> Still:
        """The decoded picture of an entry; LipError if it cannot be read."""
        with self._lock:
            picture = self._pictures.get(entry.name)
            if picture is not None:
                self._pictures.move_to_end(entry.name)
        if picture is None:
            picture = entry.load()
            self._keep(entry.name, picture)
        return Still(picture[0], picture[1], entry.classes, entry.unlabelled_objects, entry.name)

    def _keep(self, name: str, picture: Picture) -> None:
        size = picture[0].nbytes + picture[1].nbytes
        if size > self.budget:
            return
        with self._lock:
            if name in self._pictures:
                return
            self._pictures[name] = picture
            self._bytes += size
            while self._bytes > self.budget:
                _, (image, labels) = self._pictures.popitem(last=False)
                self._bytes -= image.nbytes + labels.nbytes

    def __getstate__(self) -> dict[str, int]:
        return {"budget": self.budget}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["budget"])  # type: ignore[misc]


class LazyStills(Sequence[Still]):
    """Pictures that are decoded when they are asked for."""

    def __init__(self, entries: Sequence[StillEntry], cache: PictureCache) -> None:
        self._entries = entries
        self._cache = cache

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> Still: ...
    @overload
    def __getitem__(self, index: slice) -> LazyStills: ...
    def __getitem__(self, index: int | slice) -> Still | LazyStills:
        if isinstance(index, slice):
            return LazyStills(self._entries[index], self._cache)
        return self._cache.get(self._entries[index])


class TrainingData:
    """Stills and videos to train on; decoded pictures share one cache.

    `a + b` joins two sets under the larger of their budgets; `hold_out` splits one into training and validation.
    """

    def __init__(
        self,
        still_entries: Sequence[StillEntry] = (),
        video_entries: Sequence[VideoEntry] = (),
        budget: int = DEFAULT_BUDGET,
        cache: PictureCache | None = None,
    ) -> None:
        self.still_entries = tuple(still_entries)
        self.video_entries = tuple(video_entries)
        self.cache = PictureCache(budget) if cache is None else cache
        self.stills: Sequence[Still] = LazyStills(self.still_entries, self.cache)
        self.videos: Sequence[Sequence[Still]] = [LazyStills(video.frames, self.cache) for video in self.video_entries]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all videos, then of all stills."""
        return (*(video.name for video in self.video_entries), *(still.name for still in self.still_entries))

    def __add__(self, other: TrainingData) -> TrainingData:
        cache = self.cache if self.cache.budget >= other.cache.budget else other.cache
        return TrainingData(
            self.still_entries + other.still_entries, self.video_entries + other.video_entries, cache=cache
        )

    def hold_out(
        self, fraction: float = 0.1, names: Collection[str] | None = None, seed: int = 0
    ) -> tuple[TrainingData, TrainingData]:
        """Split into (training, validation); a video is never divided.

        With `names` (last parts of names will do: "bear") these go to validation, LipError for an unknown name;
        otherwise a `fraction` 0..1 of the videos and of the stills, the same ones for the same seed and data.
        """
        if names is not None:
            chosen = {name for wanted in names for name in self._find(wanted)}
        else:
            videos = [entry.name for entry in self.video_entries]
            stills = [entry.name for entry in self.still_entries]
            chosen = {*_draw(videos, fraction, seed), *_draw(stills, fraction, seed)}
        return self._part(chosen, keep=False), self._part(chosen, keep=True)

    def _find(self, wanted: str) -> list[str]:
        found = [name for name in self.names if name == wanted or name.endswith("/" + wanted)]
        if not found:
            raise LipError(f"Cannot hold out {wanted}: the training data has no video or picture of that name.")
        return found

    def _part(self, chosen: Collection[str], keep: bool) -> TrainingData:
        return TrainingData(
            [entry for entry in self.still_entries if (entry.name in chosen) == keep],
            [entry for entry in self.video_entries if (entry.name in chosen) == keep],
            cache=self.cache,
        )


def _draw(names: Sequence[str], fraction: float, seed: int) -> list[str]:
    if not 0 <= fraction <= 1:
        raise LipError(f"Cannot hold out the fraction {fraction}: it must lie between 0 and 1.")
    return random.Random(seed).sample(sorted(names), round(len(names) * fraction))
