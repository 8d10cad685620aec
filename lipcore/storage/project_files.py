"""The files of a project folder: in which order they are written, so that a kill at any instant loses no finished edit.

Layout: `project.json` and its copy `project-copy.json`, `masks/<frame name>.png`, `scores/<frame>.json` (cells of 64
frames: provenance, id score, box, area), `weights/<name>.safetensors` with `weights/history.json`, `damaged/`;
`edits.bin` beside them is written at closing, by nobody but `edits_file.py`, and may be missing.

Every file is replaced whole (temporary, flushed, renamed), so each holds an old or a new content. Between files hold:

1. **Masks and cells.** For every frame, `scores/` has a row with the digest of the mask file that is on disk, or a
   row without a digest if there is no mask file. New cells are therefore written first, as a further row beside the
   row in force, then the mask is renamed into place, which puts the new row in force in the same instant. Older rows
   are dropped at the next write. A mask that no row knows was changed by another program: it counts as painted.
2. **Objects and pixels.** `project.json` names every object of which a mask on disk has pixels: objects are added
   before the frames are written, and taken away after all of them were.
3. **Weights** are on disk before the history that lists them, and the history before the `project.json` that
   uses them. Those that are not needed any more leave the history once no `project.json` uses them, and then the disk.
4. **Edits of several frames** are on disk entirely or not at all: see `whole_edit.py`.
5. What failed to be written stays marked as changed.

Before each write `ProjectPlace` makes sure that the folder and its lock are still those that were opened.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from lipcore.errors import LipError
from lipcore.files import digest, make_folder, move_all, remove_file, safe_child, write_all_atomic, write_atomic
from lipcore.masks import encode_label_map
from lipcore.project.objects import VideoObject
from lipcore.project.project import Project
from lipcore.project.record import ProjectRecord
from lipcore.project.snapshots import Changes, FrameSnapshot
from lipcore.project.weights import TunedWeights
from lipcore.staging import RECORD, RECORD_COPY
from lipcore.storage.cells_file import FRAMES_PER_FILE, NO_MASK, Row, encode_file, encode_row, first_of_file
from lipcore.storage.project_lock import ProjectPlace
from lipcore.storage.record_file import encode_record
from lipcore.storage.weights_file import encode_history, state_file
from lipcore.storage.whole_edit import MAX_BYTES, STAGED, WHOLE_EDIT, encode_whole_edit

MASKS, SCORES, WEIGHTS, DAMAGED = "masks", "scores", "weights", "damaged"
HISTORY = f"{WEIGHTS}/history.json"
_LEVEL = 3  # of mask files: saving must keep up with a fast network
_BATCH = 64  # frames a snapshot: bounds how long an edit can wait for the project's lock


def is_temporary(name: str) -> bool:
    """Whether a file of this name is what an interrupted write left behind."""
    return name.startswith(".") and name.endswith(".tmp")


class ProjectFiles:
    """Writes the changes of one project into one folder. For one thread; every function raises LipError."""

    def __init__(self, folder: Path, place: ProjectPlace | None = None) -> None:
        """Without a `place` nothing is ever written."""
        self.folder = folder
        self._place = place
        self._rows: dict[int, dict[str, str]] = {}  # frame -> {digest of a mask: encoded row}, oldest first
        self._masks: dict[int, str] = {}  # frame -> digest of its mask file, where that is certain
        self._saved_revisions: dict[int, int] = {}
        self._record: ProjectRecord | None = None  # in project.json
        self._record_copy: ProjectRecord | None = None
        self._history: tuple[TunedWeights, ...] | None = ()  # on disk, None if that is not known
        self._staged: dict[int, tuple[str, bool]] = {}  # frame -> digest of its mask to be, whether it is in `staged`
        self._has_whole_edit = False

    def adopt_frame(self, frame: int, revision: int, mask: str, row: Row) -> None:
        """Say what is on disk of a frame: the digest of its mask file, and the row in force."""
        self._rows[frame] = {row.mask: encode_row(row)}
        self._masks[frame] = mask
        self._saved_revisions[frame] = revision

    def adopt_record(self, record: ProjectRecord) -> None:
        """Say which record is in project.json."""
        self._record = record

    def adopt_history(self, history: tuple[TunedWeights, ...] | None) -> None:
        """Say which history of weights is on disk, None to have it written anew."""
        self._history = history

    def adopt_whole_edit(self) -> None:
        """Say that an edit of several frames is on disk that was not carried out."""
        self._has_whole_edit = True

    def check_place(self) -> None:
        """Raise PlaceLost if the folder is not the one that was opened any more."""
        if self._place is not None:
            self._place.check()

    def follow_weights(self, project: Project) -> None:
        """Let the project read its tuned weights where the folder is now, should it have been moved."""
        path = self._place.whereabouts() if self._place is not None else None
        if path is not None:
            project.weights_moved(path)

    def save(self, project: Project, new: bool = False) -> None:
        """Write all that changed since the last time; what cannot be written stays marked as changed.

        In a `new` folder project.json comes last, so that the folder is a project only once it is complete.
        """
        if self._place is None:
            raise LipError(f"{self.folder} is read-only, so changes are not saved. Save the project elsewhere.")
        for name in (MASKS, SCORES, WEIGHTS):
            path = self._child(name)
            if not path.is_dir():
                make_folder(path)
        while True:
            changes = project.take_changes(_BATCH)
            try:
                self._write_weights(project, changes)
                if changes.is_whole and not new:
                    self.begin_whole_edit(project, changes)
                if changes.frames and not new:
                    self._write_record(self._with_removed_objects(changes.record))
                for batch in _batches(changes.frames):
                    self._write_frames(project, batch)
                if not changes.frames_left:
                    self._write_record(changes.record)
                    self._end_whole_edit()
                    self._prune_weights(changes.history)
                    self._place.settle()
                    return
            except BaseException:
                project.mark_changed([snapshot.frame for snapshot in changes.frames], changes.is_whole)
                raise

    def mask_path(self, project: Project, frame: int) -> Path:
        """Where the frame's mask file is."""
        return self._child(f"{MASKS}/{project.frame_names[frame]}.png")

    def _child(self, name: str) -> Path:
        """The path of a file to write now."""
        self.check_place()
        return safe_child(self.folder, name)

    def _with_removed_objects(self, record: ProjectRecord) -> ProjectRecord:
        """The record with the objects that are still on disk, since masks on disk may still have their pixels."""
        known = {item.object_id for item in record.objects}
        removed: Iterable[VideoObject] = self._record.objects if self._record is not None else ()
        return replace(record, objects=(*record.objects, *(item for item in removed if item.object_id not in known)))

    def _write_record(self, record: ProjectRecord) -> None:
        if record != self._record:
            write_atomic(self._child(RECORD), encode_record(record, self.folder))
            self._record = record
        if record != self._record_copy:
            write_atomic(self._child(RECORD_COPY), encode_record(record, self.folder))
            self._record_copy = record

    def _write_weights(self, project: Project, changes: Changes) -> None:
        """Write new weights and the history; weights that are not needed any more stay in it until `_prune_weights`."""
        for name, weights in changes.weights:
            path = self._child(state_file(name))
            write_atomic(path, weights)
            project.weights_written(name, path)
        listed = {entry.name for entry in changes.history}
        old = [entry for entry in self._history or () if entry.name not in listed]
        self._write_history((*old, *changes.history))

    def _prune_weights(self, history: tuple[TunedWeights, ...]) -> None:
        """Take what is not in `history` off the list, then off the disk; what a kill leaves there, opening removes."""
        names = {entry.name for entry in self._history or ()} - {entry.name for entry in history}
        self._write_history(history)
        for name in names:
            with contextlib.suppress(LipError):
                remove_file(self._child(state_file(name)))

    def _write_history(self, history: tuple[TunedWeights, ...]) -> None:
        if history != self._history:
            write_atomic(self._child(HISTORY), encode_history(history))
            self._history = history

    def begin_whole_edit(self, project: Project, changes: Changes) -> None:
        """Write all new masks beside the old ones, and then the file that says that they count."""
        folder = make_folder(self._child(STAGED))
        self._staged.clear()
        rows: dict[int, str] = {}
        for batch in _batches(changes.frames):
            wanted = {snapshot.frame: self._mask_of(project, snapshot) for snapshot in batch}
            files = {frame: data for frame, (_, data) in wanted.items() if data is not None}
            write_all_atomic({folder / self.mask_path(project, frame).name: files[frame] for frame in files})
            self._staged |= {frame: (mask, frame in files) for frame, (mask, _) in wanted.items()}
            rows |= {snapshot.frame: encode_row(Row(wanted[snapshot.frame][0], snapshot.cells)) for snapshot in batch}
        content = encode_whole_edit(changes.record, self.folder, rows)
        if len(content) <= MAX_BYTES:  # else every frame of the edit is whole, not the edit
            write_atomic(self._child(WHOLE_EDIT), content)
            self._has_whole_edit = True

    def _end_whole_edit(self) -> None:
        """Say that the edit is in the files; later edits must not be written before that."""
        self._staged.clear()
        if self._has_whole_edit:
            remove_file(self._child(WHOLE_EDIT))
            self._has_whole_edit = False

    def _write_frames(self, project: Project, frames: tuple[FrameSnapshot, ...]) -> None:
        wanted: dict[int, tuple[str, bytes | None]] = {}
        for snapshot in frames:
            staged = self._staged.get(snapshot.frame)
            wanted[snapshot.frame] = (staged[0], None) if staged else self._mask_of(project, snapshot)
            mask, _ = wanted[snapshot.frame]
            rows = self._rows.setdefault(snapshot.frame, {NO_MASK: encode_row(Row(NO_MASK, ()))})
            rows.pop(mask, None)  # the new row goes to the end: the last that fits is in force
            rows[mask] = encode_row(Row(mask, snapshot.cells))
        for first in sorted({first_of_file(snapshot.frame) for snapshot in frames}):
            known = (frame for frame in range(first, first + FRAMES_PER_FILE) if frame in self._rows)
            rows_of_file = {frame: self._rows[frame].values() for frame in known}
            write_atomic(self._child(f"{SCORES}/{first:06d}.json"), encode_file(rows_of_file))
        files = {frame: data for frame, (_, data) in wanted.items() if data is not None}
        moved = [snapshot.frame for snapshot in frames if self._staged.get(snapshot.frame, ("", False))[1]]
        for frame in (*files, *moved):
            self._masks.pop(frame, None)  # if writing fails, nobody knows what is on disk
        write_all_atomic({self.mask_path(project, frame): data for frame, data in files.items()})
        paths = [self.mask_path(project, frame) for frame in moved]
        move_all({self._child(f"{STAGED}/{path.name}"): path for path in paths})
        for snapshot in frames:
            mask, _ = wanted[snapshot.frame]
            self._masks[snapshot.frame] = mask
            self._rows[snapshot.frame] = {mask: self._rows[snapshot.frame][mask]}
            self._saved_revisions[snapshot.frame] = snapshot.revision

    def _mask_of(self, project: Project, snapshot: FrameSnapshot) -> tuple[str, bytes | None]:
        """The digest that the frame's mask file is to have, and its content unless that is on disk."""
        never_written = NO_MASK if snapshot.frame not in self._rows else None
        on_disk = self._masks.get(snapshot.frame, never_written)
        if snapshot.packed is None and on_disk == NO_MASK:
            return NO_MASK, None
        if on_disk is not None and self._saved_revisions.get(snapshot.frame) == snapshot.revision:
            return on_disk, None
        packed = snapshot.packed
        if packed is None:  # there was a mask and it was undone: an empty one takes its place
            data = encode_label_map(np.zeros((project.height, project.width), np.uint8), _LEVEL)
        else:
            data = packed.data if packed.coding == "png" else encode_label_map(packed.unpack(), _LEVEL)
        mask = digest(data)
        return mask, None if mask == on_disk else data


def _batches(frames: tuple[FrameSnapshot, ...]) -> Iterable[tuple[FrameSnapshot, ...]]:
    return (frames[first : first + _BATCH] for first in range(0, len(frames), _BATCH))
