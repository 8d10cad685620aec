"""Loading: read a project folder, set damaged files aside under their names, and open the rest."""

from __future__ import annotations

import contextlib
import os
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lipcore.errors import LipError
from lipcore.files import explain, make_folder, read_bytes, read_json, safe_child
from lipcore.masks import MAX_OBJECT_ID
from lipcore.project.cells_file import FRAMES_PER_FILE, MAX_FILE_BYTES, NO_MASK, Row, decode_file
from lipcore.project.digests import digest
from lipcore.project.fields import as_integer, as_list, as_object, as_text
from lipcore.project.files import (
    DAMAGED,
    HISTORY,
    MASKS,
    RECORD,
    RECORD_COPY,
    SCORES,
    WEIGHTS,
    ProjectFiles,
    is_temporary,
)
from lipcore.project.mask_store import PackedLabels
from lipcore.project.migration import format_of, migrate
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.record import ProjectRecord
from lipcore.project.record_file import decode_record
from lipcore.project.snapshots import Cell
from lipcore.project.weights import MAX_STATE_BYTES, TunedWeights

_MAX_RECORD_BYTES = 10_000_000  # what `ProjectRecord` admits, and little enough that no JSON takes long to read
_DIGEST = re.compile("[0-9a-f]{32}")
_MAX_TUNINGS = 10_000


@dataclass
class Loader:
    """Reads one folder once. `notes` gets a sentence for everything that was not as it should be.

    With `repair`, which needs the project's lock, temporaries are removed and damaged files moved to `damaged/`.
    """

    folder: Path
    repair: bool
    notes: list[str] = field(default_factory=list)

    def load(self, files: ProjectFiles) -> Project:
        """The project; tells `files` what is on disk. LipError if there is no project that can be opened."""
        for name in (MASKS, SCORES, WEIGHTS, DAMAGED):
            safe_child(self.folder, name)
        if self.repair:
            self._remove_temporaries()
        project = Project(self._record(files))
        files.adopt_history(self._weights(project))
        rows = self._rows(project)
        self._frames(project, files, rows)
        self._complete(project)
        return project

    def _remove_temporaries(self) -> None:
        for folder in (self.folder, *(self.folder / name for name in (MASKS, SCORES, WEIGHTS))):
            with contextlib.suppress(OSError):
                for entry in os.scandir(folder):
                    if is_temporary(entry.name) and entry.is_file():
                        os.unlink(entry.path)

    def _record(self, files: ProjectFiles) -> ProjectRecord:
        """The record from project.json, or from its copy if that is damaged; LipError names the first if both are."""
        first_error: LipError | None = None
        for name in (RECORD, RECORD_COPY):
            path = safe_child(self.folder, name)
            try:
                document = read_json(path, _MAX_RECORD_BYTES)
                format_of(document)
            except LipError as error:
                first_error = first_error or _naming(path, error)
                continue
            document = migrate(self.folder, document)
            try:
                record = decode_record(document, self.folder)
            except LipError as error:
                first_error = first_error or _naming(path, error)
                continue
            if first_error is None:
                files.adopt_record(record)
            else:
                self._set_aside(self.folder / RECORD, f"{first_error} Its copy was used.")
            return record
        raise first_error or LipError(f"{self.folder} is not a LIP project.")

    def _weights(self, project: Project) -> tuple[TunedWeights, ...] | None:
        """The history as it is on disk, None if what could be read of it differs."""
        path, notes_before = safe_child(self.folder, HISTORY), len(self.notes)
        if path.exists():
            try:
                items = as_list(read_json(path, _MAX_RECORD_BYTES), "it", _MAX_TUNINGS)
                entries = [_tuned_weights(item, project.frame_count) for item in items]
            except LipError as error:
                self._set_aside(path, f"Cannot read the history of tuned weights: {error}")
                states = sorted(path.parent.glob("*.safetensors"), key=lambda state: state.lstat().st_mtime_ns)
                entries = [TunedWeights(state.stem, ()) for state in states]
            for entry in entries:
                self._add_weights(project, entry)
        if project.weights_in_use and project.weights_in_use not in project.weights:
            self.notes.append("The tuned weights that were in use cannot be read; tune again.")
            project.use_weights("")
        return project.weights.entries if len(self.notes) == notes_before else None

    def _add_weights(self, project: Project, entry: TunedWeights) -> None:
        path = self.folder / WEIGHTS / f"{entry.name}.safetensors"
        try:
            safe_child(self.folder, f"{WEIGHTS}/{path.name}")
            if digest(read_bytes(path, MAX_STATE_BYTES)) != entry.name:
                raise LipError(f"The tuned weights {path} are damaged.")
        except LipError as error:
            self._set_aside(path, str(error))
        else:
            project.weights.add_stored(entry, path)

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
            self.notes.append(f"Masks were removed, or LIP was stopped before they were saved: frames {names}.")

    def _read_mask(self, project: Project, frame: int, candidates: list[Row]) -> PackedLabels | None:
        """The frame's mask file; one that no row knows is decoded to see whether it can be used."""
        path = self.folder / MASKS / f"{project.frame_names[frame]}.png"
        pixels = project.height * project.width
        try:
            safe_child(self.folder, f"{MASKS}/{path.name}")
            data = read_bytes(path, pixels + pixels // 8 + 1_000_000)
            packed = PackedLabels(project.height, project.width, "png", data)
            known = {row.mask for row in candidates}
            if data[16:24] != struct.pack(">II", project.width, project.height) or digest(data) not in known:
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
            self.notes.append(reason)
            return
        try:
            folder = make_folder(safe_child(self.folder, DAMAGED))
            number = 0
            while os.path.lexists(target := folder / f"{path.stem}{f'-{number}' if number else ''}{path.suffix}"):
                number += 1
            os.rename(path, target)
        except OSError as error:
            raise LipError(f"Cannot set the damaged file {path} aside: {explain(error)}.") from error
        self.notes.append(f"{reason} The file is now {target}.")


def _tuned_weights(value: object, frame_count: int) -> TunedWeights:
    item = as_object(value, "an entry")
    name = as_text(item.get("name"), "name", 64)
    if not _DIGEST.fullmatch(name):
        raise LipError(f"{name[:40]!r} is no name of weights")
    examples = [as_list(example, "an example", 2) for example in as_list(item.get("examples"), "examples", frame_count)]
    if any(len(example) != 2 for example in examples):
        raise LipError("an example must have a frame and a digest")
    last = frame_count - 1
    return TunedWeights(
        name, tuple((as_integer(frame, "a frame", 0, last), as_text(mask, "a digest", 64)) for frame, mask in examples)
    )


def _naming(path: Path, error: LipError) -> LipError:
    return error if str(path) in str(error) else LipError(f"Cannot open {path}: {error}.")
