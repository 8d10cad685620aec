"""The project in memory: one video, its objects, and for every frame the label map and the cells."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.files import digest
from lipcore.project.cell_table import CellTable, read_only
from lipcore.project.mask_store import MaskStore, PackedLabels
from lipcore.project.objects import VideoObject
from lipcore.project.pending import PendingFrames
from lipcore.project.provenance import Provenance, is_annotated
from lipcore.project.record import ProjectRecord
from lipcore.project.record_view import RecordView
from lipcore.project.snapshots import Box, Cell, Changes, FrameChange, FrameSnapshot
from lipcore.project.stopped_run import StoppedRun
from lipcore.project.weights import TunedWeights, WeightsHistory

if TYPE_CHECKING:
    from lipcore.video import Video

_VALUES = ("values_low", "values_high")  # settings of a project


class Project(RecordView):
    """What the user owns. One thread edits it; another may take snapshots of what changed, between two edits.

    Several calls that belong together, such as a frame's labels and their provenance, go into one
    `with project.edit():` so that no snapshot, and so no file, holds one without the other.
    Frames outside 0..frame_count-1 raise IndexError.
    """

    def __init__(self, record: ProjectRecord) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        super().__init__(record)
        self._objects = {item.object_id: item for item in record.objects}
        count = len(record.frame_names)
        self._masks = MaskStore(count, record.height, record.width)
        self._cells = CellTable(count)
        self._weights = WeightsHistory()
        self._pending = PendingFrames()
        self._listener: Callable[[], None] | None = None

    @classmethod
    def create(cls, video: Video) -> Project:
        """An empty project of a video, in memory only; LipError for a video that no project can hold."""
        names = tuple(video.frame_names)
        record = ProjectRecord(
            name=video.name,
            video_path=Path(video.path),
            fingerprint=None,
            height=video.height,
            width=video.width,
            frame_rate=video.frame_rate,
            frame_names=names,
            in_out=(0, max(0, len(names) - 1)),
        )
        return cls(record)

    @property
    def objects(self) -> Mapping[int, VideoObject]:
        """Objects by id, in the order in which they were added; read-only."""
        return MappingProxyType(self._objects)

    @property
    def provenances(self) -> NDArray[np.uint8]:
        """Provenance of every cell: (T, 256) uint8, column is the object id; a read-only view."""
        return read_only(self._cells.provenances)

    @property
    def scores(self) -> NDArray[np.float32]:
        """Id score 0..1 of every cell: (T, 256) float32, nan where there is none; a read-only view."""
        return read_only(self._cells.scores)

    @property
    def boxes(self) -> NDArray[np.float32]:
        """Box of every cell: (T, 256, 4) float32, x1 y1 x2 y2 in pixels, nan where there is none; a read-only view."""
        return read_only(self._cells.boxes)

    @property
    def agreements(self) -> NDArray[np.float32]:
        """IoU 0..1 of what two runs, forward and backward, gave for every cell: (T, 256) float32, nan for one run."""
        return read_only(self._cells.agreements)

    @property
    def areas(self) -> NDArray[np.int32]:
        """Pixels of every id in every frame where a label map was set: (T, 256) int32; a read-only view."""
        return read_only(self._cells.areas)

    @property
    def annotated_frames(self) -> list[int]:
        """Frames with a cell that a person painted, corrected or verified, in order."""
        return [int(frame) for frame in np.flatnonzero((self._cells.provenances >= Provenance.USER).any(axis=1))]

    @property
    def has_changed_frames(self) -> bool:
        """Whether there are frames that `take_changes` has not given yet."""
        return len(self._pending) > 0

    @property
    def packed_bytes(self) -> int:
        """Bytes that the compressed label maps take in memory."""
        return self._masks.packed_bytes

    @property
    def weights(self) -> WeightsHistory:
        """All tuned weights and what each was tuned on; change them through the project."""
        return self._weights

    def labels(self, frame: int) -> NDArray[np.uint8]:
        """The frame's label map: (H, W) uint8 of ids, read-only, zeros if none was set.

        Raises LipError if it comes from a mask file whose pixels turn out to be damaged.
        """
        with self._lock:
            return self._masks.get(self._check(frame))

    def packed(self, frame: int) -> PackedLabels | None:
        """The frame's label map, compressed and immutable, None if none was set."""
        with self._lock:
            return self._masks.packed(self._check(frame))

    def revision(self, frame: int) -> int:
        """A number that rises with every change of the frame's label map."""
        return self._masks.revision(self._check(frame))

    def provenance(self, frame: int, object_id: int) -> Provenance:
        """Where the pixels of one cell come from."""
        return Provenance(int(self._cells.provenances[self._check(frame), _check_id(object_id)]))

    def is_annotated(self, frame: int) -> bool:
        """Whether a person painted, corrected or verified any object of the frame."""
        return is_annotated(int(self._cells.provenances[self._check(frame)].max()))

    def set_labels(self, frame: int, labels: NDArray[np.uint8]) -> None:
        """Replace the frame's label map by a copy of `labels`, (H, W) uint8, and raise its revision."""
        with self._editing(self._check(frame)):
            self._cells.areas[frame] = self._masks.set(frame, labels)

    def set_packed(self, frame: int, packed: PackedLabels, areas: NDArray[np.int32]) -> None:
        """Replace the frame's label map by a compressed one; `areas`, (256,) int32, are its pixels of each id."""
        if (packed.height, packed.width) != (self.height, self.width):
            raise ValueError(f"got {packed.height, packed.width}, expected {self.height, self.width}")
        with self._editing(self._check(frame)):
            self._masks.set_packed(frame, packed)
            self._cells.areas[frame] = areas

    def set_provenance(self, frame: int, object_id: int, value: Provenance) -> None:
        """Say where the pixels of one cell come from."""
        with self._editing(self._check(frame)):
            self._cells.provenances[frame, _check_id(object_id)] = Provenance(value)

    def set_instance(self, frame: int, object_id: int, score: float | None, box: Box | None) -> None:
        """Keep the network's id score 0..1 and box (x1 y1 x2 y2, pixels) of one cell; None takes one away."""
        with self._editing(self._check(frame)):
            self._cells.set_instance(frame, _check_id(object_id), score, box)

    def snapshot(self, frame: int) -> FrameSnapshot:
        """The frame as it is now, immutable: what `restore` takes to undo everything that is done to the frame."""
        with self._lock:
            cells = self._cells.cells(self._check(frame))
            return FrameSnapshot(frame, self._masks.packed(frame), cells, self._masks.revision(frame))

    def restore(self, snapshot: FrameSnapshot) -> None:
        """Make the frame what the snapshot says, as one edit; the revision rises if the label map is another object."""
        with self._editing(self._check(snapshot.frame)):
            packed = snapshot.packed
            if packed is not None and (packed.height, packed.width) != (self.height, self.width):
                raise ValueError(f"got {packed.height, packed.width}, expected {self.height, self.width}")
            if packed is not self._masks.packed(snapshot.frame):
                self._masks.set_packed(snapshot.frame, packed)
            self._cells.set_cells(snapshot.frame, snapshot.cells)

    def change(self, frame: int, labels: NDArray[np.uint8] | None = None, cells: Iterable[Cell] = ()) -> FrameChange:
        """The edit that gives a frame `labels`, (H, W) uint8 or None for as they are, and `cells`; not made yet."""
        before = self.snapshot(frame)
        is_new = labels is not None and not np.array_equal(self.labels(frame), labels)
        return FrameChange(before, before.changed(labels if is_new else None, cells))

    def unpacked(self, snapshot: FrameSnapshot) -> NDArray[np.uint8]:
        """The label map of a snapshot, (H, W) uint8, zeros if none was set. LipError if its file is damaged."""
        if snapshot.packed is None:
            return np.zeros((self.height, self.width), np.uint8)
        return snapshot.packed.unpack(f"of frame {snapshot.frame}")

    def set_object(self, video_object: VideoObject) -> None:
        """Add an object, or replace the one with its id; LipError if its curves are too much for the project.

        New curves and the masks that are drawn from them in the same edit are on disk together or not at all.
        """
        with self._editing():
            objects = {**self._objects, video_object.object_id: video_object}
            self._record = replace(self._record, objects=tuple(objects.values()))
            before = self._objects.get(video_object.object_id)
            self._objects = objects
            if video_object.curves != (before.curves if before else ()):
                self._pending.make_whole()

    def remove_object(self, object_id: int) -> None:
        """Take an object off the list; its pixels and cells stay. KeyError if there is none."""
        with self._editing():
            del self._objects[object_id]
            self._record = replace(self._record, objects=tuple(self._objects.values()))

    def free_object_id(self) -> int | None:
        """The lowest id that no object and no pixel uses, None if all 254 are taken."""
        return next((number for number in self._cells.free_ids() if number not in self._objects), None)

    def update_record(self, **changes: object) -> None:
        """Replace fields of the record that are not objects, such as `in_out`, `name` or `video_path`; LipError."""
        if {"objects", "frame_names", "height", "width"} & changes.keys():
            raise ValueError("objects have their own functions, and a project keeps its frames")
        with self._editing():
            self._record = replace(self._record, **changes)  # type: ignore[arg-type]

    def set_stopped_run(self, run: StoppedRun | None) -> None:
        """Keep what is needed to go on with a propagation that was stopped, or nothing; LipError if it lies outside."""
        if run != self._record.stopped:
            self.update_record(stopped=run)

    def set_in_out(self, first: int, last: int) -> None:
        """Set the working range, both ends inclusive; LipError unless 0 <= first <= last < frame_count."""
        self.update_record(in_out=(first, last))

    @property
    def values(self) -> tuple[float, float] | None:
        """The values of deep pictures that are shown as black and as white; None: those that are found in them."""
        low, high = (self._record.settings.get(name) for name in _VALUES)
        return (float(low), float(high)) if isinstance(low, float) and isinstance(high, float) else None

    def set_values(self, values: tuple[float, float] | None) -> None:
        """Show other values of deep pictures as black and white, low < high, or with None those that are found."""
        if values is not None and not values[0] < values[1]:
            raise LipError(f"The value of white must be above that of black, not {values[0]:g} and {values[1]:g}.")
        others = {name: value for name, value in self._record.settings.items() if name not in _VALUES}
        chosen = {} if values is None else dict(zip(_VALUES, map(float, values), strict=True))
        self.update_record(settings=MappingProxyType({**others, **chosen}))

    def keep_weights(self, weights: bytes, examples: Iterable[int]) -> TunedWeights:
        """Keep the weights of a network tuned on the frames `examples` as they are now; they are not used yet."""
        with self.edit():
            return self._weights.add(weights, [(frame, self.labels_digest(frame)) for frame in examples])

    def add_weights(self, weights: bytes, examples: Iterable[int]) -> TunedWeights:
        """Keep the weights of a tuned network, and use them."""
        with self.edit():
            entry = self.keep_weights(weights, examples)
            self.update_record(weights=entry.name)
        return entry

    def use_weights(self, name: str) -> None:
        """Use other tuned weights of the history, "" for untuned ones; LipError if there are none of that name."""
        if name and name not in self._weights:
            raise LipError(f"The project has no tuned weights {name[:40]!r}.")
        self.update_record(weights=name)

    def prune_weights(self, needed: Iterable[str]) -> None:
        """Forget tuned weights but those `needed`, those in use and the one before, and the newest few."""
        with self._lock:
            names = self._weights.superfluous(needed, self.weights_in_use)
            if names:
                with self._editing():
                    self._weights.forget(names)

    def load_all_weights(self) -> list[str]:
        """Bring all tuned weights into memory; a sentence for each that cannot be read and is dropped."""
        with self.edit():
            dropped = self._weights.load_all()
            if self.weights_in_use and self.weights_in_use not in self._weights:
                self.update_record(weights="")
        return dropped

    def labels_digest(self, frame: int) -> str:
        """What tells the frame's label map from another: equal pixels, equal digest."""
        return digest(self.labels(frame).tobytes())

    @contextmanager
    def edit(self) -> Iterator[None]:
        """Make all calls inside one edit for whoever takes snapshots; may be nested."""
        with self._lock:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._pending.end_edit()
                    if self._listener is not None:
                        self._listener()

    def watch(self, listener: Callable[[], None] | None) -> None:
        """Call `listener` after every edit, in the thread that edits and under the project's lock; None ends it."""
        self._listener = listener

    def load_frame(self, frame: int, packed: PackedLabels | None, cells: tuple[Cell, ...]) -> None:
        """Put in what was read from disk: no listener is called, and the frame does not count as changed."""
        if packed is not None:
            self._masks.set_packed(self._check(frame), packed)
        self._cells.set_cells(frame, cells)

    def take_changes(self, limit: int) -> Changes:
        """Snapshots of frames that changed since they were last taken, oldest change first.

        They are at most `limit`; but if an edit of several frames is among them, all of them, to be written as a whole.
        """
        with self._lock:
            frames, is_whole = self._pending.take(limit)
            snapshots = tuple(map(self.snapshot, frames))
            history, unwritten = self._weights.entries, self._weights.unwritten()
            return Changes(self._record, history, unwritten, snapshots, len(self._pending), is_whole)

    def weights_written(self, name: str, path: Path) -> None:
        """Say that the file `path` holds the tuned weights `name`, which need not stay in memory."""
        with self._lock:
            self._weights.written(name, path)

    def weights_moved(self, folder: Path) -> None:
        """Say that the project's folder, with the tuned weights in it, is at `folder` now."""
        with self._lock:
            self._weights.moved(folder)

    def mark_changed(self, frames: Iterable[int], is_whole: bool = False) -> None:
        """Let `take_changes` give these frames again, because they could not be written; together if `is_whole`."""
        with self._lock:
            self._pending.put_back(frames, is_whole)

    def mark_all_changed(self) -> None:
        """Let `take_changes` give every frame about which anything is known, to write the project elsewhere."""
        with self._lock:
            known = (self._cells.provenances.any(axis=1)) | self._cells.areas.any(axis=1)
            known |= np.isfinite(self._cells.scores).any(axis=1)
            self.mark_changed(np.flatnonzero(known).tolist())

    @contextmanager
    def _editing(self, frame: int | None = None) -> Iterator[None]:
        with self.edit():
            yield
            if frame is not None:
                self._pending.add(frame)

    def _check(self, frame: int) -> int:
        if not 0 <= frame < self.frame_count:
            raise IndexError(f"got frame {frame}, expected 0..{self.frame_count - 1}")
        return frame


def _check_id(object_id: int) -> int:
    if not 0 <= object_id <= 255:
        raise IndexError(f"got object id {object_id}, expected 0..255")
    return object_id
