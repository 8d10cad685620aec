"""Loading: read a project folder, set damaged files aside under their names, and open the rest."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lipcore.errors import LipError
from lipcore.files import digest, explain, make_folder, read_bytes, read_json, safe_child, sync_folders
from lipcore.masks import MAX_OBJECT_ID
from lipcore.project.mask_store import PackedLabels
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.record import ProjectRecord
from lipcore.project.snapshots import Cell
from lipcore.project.weights import MAX_STATE_BYTES, TunedWeights
from lipcore.staging import RECORD, RECORD_COPY
from lipcore.storage.cells_file import FRAMES_PER_FILE, MAX_FILE_BYTES, NO_MASK, Row, decode_file
from lipcore.storage.migration import format_of, migrate
from lipcore.storage.project_files import (
    DAMAGED,
    HISTORY,
    MASKS,
    SCORES,
    WEIGHTS,
    ProjectFiles,
    is_temporary,
)
from lipcore.storage.record_file import decode_record
from lipcore.storage.weights_file import decode_history, is_name_of_weights, state_file
from lipcore.storage.whole_edit import STAGED, WHOLE_EDIT, WholeEdit, read_whole_edit

_MAX_RECORD_BYTES = 20_000_000  # what `ProjectRecord` admits, and little enough that no JSON takes long to read


class CannotSetAside(LipError):
    """A damaged file can neither be used nor moved away: the project can only be read."""


@dataclass
class Loader:
    """Reads one folder once. `notes` gets a sentence for everything that was not as it should be, and `damage` those
    of them that tell of something that is lost.

    With `repair`, which needs the project's lock, temporaries are removed and damaged files moved to `damaged/`.
    """

    folder: Path
    repair: bool
    notes: list[str] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    _finished: set[int] = field(default_factory=set)  # frames of a whole edit, which are not as they are on disk

    def load(self, files: ProjectFiles) -> Project:
        """The project; tells `files` what is on disk. LipError if there is no project that can be opened."""
        for name in (MASKS, SCORES, WEIGHTS, DAMAGED, STAGED):
            safe_child(self.folder, name)
        if self.repair:
            self._remove_temporaries()
        record = self._record(files)
        whole_edit = self._whole_edit(record)
        project = Project(whole_edit.record if whole_edit else record)
        files.adopt_history(self._weights(project))
        rows = self._rows(project)
        if whole_edit:
            self._finish(whole_edit, project, files, rows)
        elif self.repair:
            self._remove_files(self.folder / STAGED, lambda name: True)
        self._frames(project, files, rows)
        self._complete(project)
        return project

    def _remove_temporaries(self) -> None:
        for folder in (self.folder, *(self.folder / name for name in (MASKS, SCORES, WEIGHTS, STAGED))):
            self._remove_files(folder, is_temporary)

    def _remove_files(self, folder: Path, is_old: Callable[[str], bool]) -> None:
        with contextlib.suppress(OSError):
            for entry in os.scandir(folder):
                if is_old(entry.name) and entry.is_file(follow_symlinks=False):
                    os.unlink(entry.path)

    def _record(self, files: ProjectFiles) -> ProjectRecord:
        """The record from project.json, or from its copy if that is damaged; LipError names the first if both are.

        Curves that cannot be read in either are left out.
        """
        first_error: LipError | None = None
        for name, drop in ((RECORD, False), (RECORD_COPY, False), (RECORD, True), (RECORD_COPY, True)):
            path, dropped = safe_child(self.folder, name), list[str]()
            try:
                document = read_json(path, _MAX_RECORD_BYTES)
                format_of(document)
            except LipError as error:
                first_error = first_error or _naming(path, error)
                continue
            document = migrate(self.folder, document)
            try:
                record = decode_record(document, self.folder, dropped if drop else None)
            except LipError as error:
                first_error = first_error or _naming(path, error)
                continue
            if first_error is None:
                files.adopt_record(record)
            elif dropped:
                self._set_aside(path, f"{' '.join(dropped)} The masks stay.")
            else:
                self._set_aside(self.folder / RECORD, f"{first_error} Its copy was used.")
            return record
        raise first_error or LipError(f"{self.folder} is not a LIP project.")

    def _weights(self, project: Project) -> tuple[TunedWeights, ...] | None:
        """The history as it is on disk, None if what could be read of it differs."""
        path, notes_before = safe_child(self.folder, HISTORY), len(self.notes)
        if path.exists():
            try:
                entries = decode_history(read_json(path, _MAX_RECORD_BYTES), project.frame_count)
            except LipError as error:
                self._set_aside(path, f"Cannot read the history of tuned weights: {error}")
                states = sorted(path.parent.glob("*.safetensors"), key=lambda state: state.lstat().st_mtime_ns)
                entries = [TunedWeights(state.stem, ()) for state in states if is_name_of_weights(state.stem)]
            else:
                listed = {state_file(entry.name) for entry in entries}
                if self.repair:
                    self._remove_files(path.parent, lambda name: _is_left_over(name, listed))
            for entry in entries:
                self._add_weights(project, entry)
        if project.weights_in_use and project.weights_in_use not in project.weights:
            self._tell_damage("The tuned weights that were in use cannot be read; tune again.")
            project.use_weights("")
        return project.weights.entries if len(self.notes) == notes_before else None

    def _add_weights(self, project: Project, entry: TunedWeights) -> None:
        path = self.folder / state_file(entry.name)
        try:
            safe_child(self.folder, state_file(entry.name))
            data = read_bytes(path, MAX_STATE_BYTES)
            if digest(data) != entry.name:
                raise LipError(f"The tuned weights {path} are damaged.")
        except LipError as error:
            self._set_aside(path, str(error))
        else:
            project.weights.add_stored(entry, path, len(data))

    def _rows(self, project: Project) -> dict[int, list[Row]]:
        rows: dict[int, list[Row]] = {}
        for first in range(0, project.frame_count, FRAMES_PER_FILE):
            path = self.folder / SCORES / f"{first:06d}.json"
            if not os.path.lexists(path):
                continue
            try:
                safe_child(self.folder, f"{SCORES}/{path.name}")
                pixels = project.height * project.width
                rows |= decode_file(read_json(path, MAX_FILE_BYTES), first, project.frame_count, pixels)
            except LipError as error:
                last = min(first + FRAMES_PER_FILE, project.frame_count) - 1
                self._set_aside(path, f"{error} Masks of frames {first} to {last} count as painted by you.")
        return rows

    def _whole_edit(self, record: ProjectRecord) -> WholeEdit | None:
        """The edit of several frames that was made and perhaps not carried out, if there is one."""
        path = self.folder / WHOLE_EDIT
        if not os.path.lexists(path):
            return None
        try:
            return read_whole_edit(safe_child(self.folder, WHOLE_EDIT), self.folder, record)
        except LipError as error:
            self._set_aside(path, str(error))
            return None

    def _finish(self, edit: WholeEdit, project: Project, files: ProjectFiles, rows: dict[int, list[Row]]) -> None:
        """Take the frames of a whole edit as they are to be, and have them written; its rows leave `rows`."""
        for frame, row in edit.rows.items():
            packed = self._staged_mask(project, frame, row.mask)
            if packed is None and row.mask != NO_MASK:
                self._tell_damage(
                    f"The mask of frame {project.frame_names[frame]} was not written; an older one is used."
                )
                continue
            project.load_frame(frame, packed, row.cells)
            rows.pop(frame, None)
            self._finished.add(frame)
        project.mark_changed(edit.rows, is_whole=True)
        files.adopt_whole_edit()

    def _staged_mask(self, project: Project, frame: int, mask: str) -> PackedLabels | None:
        """The mask with the digest `mask`, from where it waits or from where it belongs."""
        for place in (STAGED, MASKS) if mask != NO_MASK else ():
            name = f"{place}/{project.frame_names[frame]}.png"
            with contextlib.suppress(LipError):
                data = read_bytes(safe_child(self.folder, name), _most_bytes(project))
                if digest(data) == mask and _has_size(data, project):
                    return PackedLabels(project.height, project.width, "png", data)
        return None

    def _frames(self, project: Project, files: ProjectFiles, rows: dict[int, list[Row]]) -> None:
        """Every frame's mask file with the last row that belongs to it."""
        try:
            on_disk = {entry.name for entry in os.scandir(self.folder / MASKS)}
        except FileNotFoundError:
            on_disk = set()
        except OSError as error:
            raise LipError(f"Cannot read {self.folder / MASKS}: {explain(error)}.") from error
        missing = []
        for frame, name in enumerate(project.frame_names):
            if frame in self._finished:
                continue
            candidates = rows.get(frame, [])
            if f"{name}.png" in on_disk:
                packed = self._read_mask(project, frame, candidates)
            else:
                packed = None
                if any(row.mask != NO_MASK for row in candidates):
                    missing.append(name)
                    project.mark_changed([frame])
            if packed is None and not candidates:
                continue
            mask = NO_MASK if packed is None else digest(packed.data)
            row = next((row for row in reversed(candidates) if row.mask == mask), None)
            if row is None:
                row = Row(mask, () if packed is None else self._cells_of_stranger(packed))
                project.mark_changed([frame])
            project.load_frame(frame, packed, row.cells)
            files.adopt_frame(frame, project.revision(frame), mask, row)

        if missing:
            names = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
            self._tell_damage(f"Masks were removed, or LIP was stopped before they were saved: frames {names}.")

    def _read_mask(self, project: Project, frame: int, candidates: list[Row]) -> PackedLabels | None:
        """The frame's mask file; one that no row knows is decoded to see whether it can be used."""
        path = self.folder / MASKS / f"{project.frame_names[frame]}.png"
        try:
            safe_child(self.folder, f"{MASKS}/{path.name}")
            data = read_bytes(path, _most_bytes(project))
            packed = PackedLabels(project.height, project.width, "png", data)
            known = {row.mask for row in candidates}
            if not _has_size(data, project) or digest(data) not in known:
                packed.unpack(str(path))
                if candidates:
                    note = f"The mask {path} was changed by another program; its objects count as painted by you."
                    self.notes.append(note)
        except LipError as error:
            self._set_aside(path, str(error))
            project.mark_changed([frame])
            return None
        return packed

    def _cells_of_stranger(self, packed: PackedLabels) -> tuple[Cell, ...]:
        areas = np.bincount(packed.unpack().ravel(), minlength=256).tolist()
        cells = []
        for object_id, area in enumerate(areas):
            painted = area > 0 and 0 < object_id <= MAX_OBJECT_ID
            if area:
                cells.append(Cell(object_id, Provenance.USER if painted else Provenance.NONE, None, None, area))
        return tuple(cells)

    def _complete(self, project: Project) -> None:
        """Give every id with pixels an object, should project.json have lost it."""
        present = np.flatnonzero(project.areas.any(axis=0)).tolist()
        lost = [number for number in present if 0 < number <= MAX_OBJECT_ID and number not in project.objects]
        for object_id in lost:
            project.set_object(default_object(object_id))
        if lost:
            names = ", ".join(project.objects[object_id].name for object_id in lost)
            self.notes.append(f"Masks have objects that the project did not list; they are now called {names}.")

    def _set_aside(self, path: Path, reason: str) -> None:
        """Move a damaged file to `damaged/` under a free name, and note the reason; links are moved, not followed."""
        reason = reason if reason.endswith(".") else f"{reason}."
        if not self.repair or not os.path.lexists(path):
            self._tell_damage(reason)
            return
        try:
            folder = make_folder(safe_child(self.folder, DAMAGED))
            number = 0
            while os.path.lexists(target := folder / f"{path.stem}{f'-{number}' if number else ''}{path.suffix}"):
                number += 1
            os.rename(path, target)
            sync_folders([folder, path.parent])
        except OSError as error:
            raise CannotSetAside(
                f"Cannot set the damaged file {path} aside: {explain(error)}. The project was opened read-only."
            ) from error
        self._tell_damage(f"{reason} The file is now {target}.")

    def _tell_damage(self, sentence: str) -> None:
        self.notes.append(sentence)
        self.damage.append(sentence)


def _is_left_over(name: str, listed: Container[str]) -> bool:
    """Whether a file in `weights/` is of weights that the history does not list: a kill came before it was removed."""
    stem, _, ending = name.partition(".")
    return ending == "safetensors" and is_name_of_weights(stem) and state_file(stem) not in listed


def _naming(path: Path, error: LipError) -> LipError:
    return error if str(path) in str(error) else LipError(f"Cannot open {path}: {error}.")


def _most_bytes(project: Project) -> int:
    """What a mask file can take at most."""
    pixels = project.height * project.width
    return pixels + pixels // 8 + 1_000_000


def _has_size(data: bytes, project: Project) -> bool:
    """Whether a PNG says that it has the project's size."""
    return data[16:24] == struct.pack(">II", project.width, project.height)
