"""The folder of a run's results: made beside its place under a hidden name, and put there once the run is whole.

The folder holds a mask `<frame name>.png` for every frame and `lip.json`, which lists the digests of the masks. While
the masks of a run are put in place, `lip.json` says "unfinished". Masks that it does not list, or that were changed
since, are not LIP's: they are never replaced. An interrupted run leaves its masks, and the weights it tuned, in the
folder `.lip-unfinished`; the same run goes on from there without tuning again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.files import (
    digest,
    explain,
    make_folder,
    make_writable_folder,
    move_all,
    read_bytes,
    read_json,
    write_atomic,
)
from lipcore.masks import encode_label_map

REPORT = "lip.json"
UNFINISHED = ".lip-unfinished"
_IDENTITY, _TUNED = "run.json", "tuned.safetensors"
_MAX_REPORT_BYTES = 1_000_000_000
_MAX_MASK_BYTES = 300_000_000
_MAX_TUNED_BYTES = 2_000_000_000


class ResultsFolder:
    """Results of a run over the frames called `names`, below `path`; every function raises LipError."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self.path, self._unfinished = path, path / UNFINISHED
        self._names = [f"{name}.png" for name in names]
        self._digests: dict[str, str] = {}
        self._known = self._known_masks()
        self._refuse_foreign()
        make_writable_folder(path)

    def begin(self, identity: str) -> bytes:
        """Begin a run, or go on with an interrupted one of the same `identity`; gives what that had tuned, or b""."""
        record = self._unfinished / _IDENTITY
        try:
            if record.is_file() and read_json(record, 10_000) == {"run": identity}:
                tuned = self._unfinished / _TUNED
                return read_bytes(tuned, _MAX_TUNED_BYTES) if tuned.is_file() else b""
        except LipError:
            pass  # half a record is none
        shutil.rmtree(self._unfinished, ignore_errors=True)
        make_folder(self._unfinished)
        write_atomic(record, json.dumps({"run": identity}).encode())
        return b""

    def keep_tuned(self, weights: bytes) -> None:
        """Keep what was tuned for a run that goes on after this one was interrupted."""
        write_atomic(self._unfinished / _TUNED, weights)

    def write(self, name: str, labels: NDArray[np.uint8]) -> None:
        """Write the mask of the frame `name`, labels (H, W) uint8, beside the results."""
        data = encode_label_map(labels)
        write_atomic(self._unfinished / f"{name}.png", data)
        self._digests[f"{name}.png"] = digest(data)

    def finish(self, report: Mapping[str, object]) -> None:
        """Put the masks in the place of an earlier run's, then write `report` and the masks' digests to `lip.json`."""
        self._refuse_foreign()  # again: the run may have taken hours
        both = {name: sorted({*self._known.get(name, ()), *self._listed(name)}) for name in self._all_names()}
        self._write_report({"unfinished": True, "masks": both})
        move_all({self._unfinished / name: self.path / name for name in self._digests})
        for name in self._known.keys() - self._digests.keys():
            if self._is_ours(name):
                (self.path / name).unlink(missing_ok=True)
        self._write_report({**report, "masks": self._digests})
        shutil.rmtree(self._unfinished, ignore_errors=True)

    def _all_names(self) -> list[str]:
        return sorted(self._known.keys() | self._digests.keys())

    def _listed(self, name: str) -> list[str]:
        return [self._digests[name]] if name in self._digests else []

    def _write_report(self, report: Mapping[str, object]) -> None:
        write_atomic(self.path / REPORT, (json.dumps(report, indent=1) + "\n").encode())

    def _known_masks(self) -> dict[str, list[str]]:
        """Digests that each mask of an earlier run may have."""
        path = self.path / REPORT
        try:
            report = read_json(path, _MAX_REPORT_BYTES) if path.is_file() else None
        except LipError:
            return {}
        if not isinstance(report, dict):
            return {}
        masks = report.get("masks")
        if isinstance(masks, dict):
            return {name: item if isinstance(item, list) else [item] for name, item in masks.items()}
        return self._masks_of_old_report(report)

    def _masks_of_old_report(self, report: Mapping[str, object]) -> dict[str, list[str]]:
        """The masks of a run whose report has no digests, as far as they are not newer than it, which came last."""
        frames = report.get("frames")
        rows = frames if isinstance(frames, list) else []
        names = [f"{row['name']}.png" for row in rows if isinstance(row, dict) and isinstance(row.get("name"), str)]
        written = (self.path / REPORT).stat().st_mtime_ns
        paths = [self.path / name for name in names if "/" not in name and "\\" not in name]
        older = [path for path in paths if path.is_file() and path.stat().st_mtime_ns <= written]
        return {path.name: [digest(read_bytes(path, _MAX_MASK_BYTES))] for path in older}

    def _is_ours(self, name: str) -> bool:
        path = self.path / name
        return path.is_file() and digest(read_bytes(path, _MAX_MASK_BYTES)) in self._known.get(name, ())

    def _refuse_foreign(self) -> None:
        try:
            foreign = [name for name in self._names if (self.path / name).exists() and not self._is_ours(name)]
        except OSError as error:
            raise LipError(f"Cannot read the folder {self.path}: {explain(error)}.") from error
        if foreign:
            raise LipError(
                f"The folder {self.path} holds {len(foreign)} pictures that LIP did not write, or that were changed "
                f"since, such as {foreign[0]}: choose another folder, or move them."
            )
