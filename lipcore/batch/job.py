"""One video to segment: what goes in, what comes out, and the mark of a finished one."""

from __future__ import annotations

import glob
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from lipcore.batch.standing import MARK, digests_of, refuse_changed
from lipcore.errors import LipError
from lipcore.files import explain, file_states
from lipcore.runs.annotation_files import annotation_inputs
from lipcore.staging import part_prefix, remove, staged_folder
from lipcore.version import __version__

Summary: TypeAlias = dict[str, Any]
"""What was done for one video, as JSON holds it: `frames`, `objects`, seconds per stage, device."""


@dataclass(frozen=True)
class SegmentJob:
    """Segment `video` from `annotations`, a mask of the first frame or a folder of masks, into the folder `out`.

    `method` holds the other fields of a `lipcore.runs.segment_run.SegmentRequest`, by name, as far as they are given.
    """

    video: Path
    annotations: Path
    out: Path
    method: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the results: that of the folder."""
        return self.out.name


Segment: TypeAlias = Callable[[SegmentJob], Summary]
"""Does one job: writes the results into `job.out`, which exists and is empty, or raises LipError."""


def segment_video(job: SegmentJob) -> Summary:
    """Tune and propagate as `lip segment` does; LipError."""
    from lipcore.runs.segment_run import SegmentRequest, SegmentSummary, segment  # imports torch

    method: Any = job.method
    summary = SegmentSummary()
    for report in segment(SegmentRequest(job.video, job.annotations, job.out, **method)):
        if isinstance(report, SegmentSummary):
            summary = report
    return asdict(summary)


@dataclass(frozen=True)
class WholeJob:
    """A function of one job that does it whole or not at all: to send to a worker.

    `weights` are the digests of the weights that are in force for each job, by its name.
    """

    segment: Segment
    weights: Mapping[str, str]

    def __call__(self, job: SegmentJob) -> Summary:
        """Segment beside `job.out`, mark the result as finished, and put it in place; LipError.

        An earlier result of a batch is replaced unless a person changed it; a folder with anything else is refused.
        """
        made_of = digest(job, self.weights[job.name])
        with staged_folder(job.out, overwrite=True) as folder:
            summary = self.segment(replace(job, out=folder))
            _name_final_place(folder, job.out)
            mark = {"made_of": made_of, "summary": summary, "files": digests_of(folder)}
            (folder / MARK).write_text(json.dumps(mark), encoding="utf-8")
            refuse_changed(job.out)  # the work may have taken hours
        return summary


def digest(job: SegmentJob, weights: str) -> str:
    """What a result is made of: method, files, program, and the weights with that digest; LipError.

    The device does not count.
    """
    method = {key: str(value) for key, value in job.method.items() if key not in ("device", "weights")}
    inputs = (job.video, *annotation_inputs(job.annotations, str(job.method.get("mask_values", "auto"))))
    files = [file_states(path) for path in inputs]
    return hashlib.sha256(json.dumps([__version__, method, files, weights], sort_keys=True).encode()).hexdigest()


def weights_digest(job: SegmentJob) -> str:
    """The digest of the weights' file, given or belonging to the preset; "" if there is none that can be read."""
    from lipcore.presets import DEFAULT_PRESET, find_preset  # imports torch
    from lipcore.segmenter import bundled_weights

    given = job.method.get("weights")
    preset = find_preset(str(job.method.get("preset") or DEFAULT_PRESET))
    path = given if isinstance(given, Path) else bundled_weights(preset)
    try:
        if path is None or not path.is_file():
            return ""
        ((_, size, changed),) = file_states(path)
        return _content_digest(path, size, changed)
    except OSError as error:
        raise LipError(f"Cannot read the weights {path}: {explain(error)}.") from error


@cache
def _content_digest(path: Path, size: int, changed: int) -> str:
    """The digest of a file with that size and time of change, which is read once."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove_leftovers(job: SegmentJob) -> None:
    """Remove what a killed worker left beside the job's folder."""
    for path in job.out.parent.glob(glob.escape(part_prefix(job.out)) + "*.part"):
        remove(path)


def _name_final_place(folder: Path, out: Path) -> None:
    """Put the path of the results where a report in them has that of the temporary folder."""
    temporary, final = (json.dumps(str(path))[1:-1] for path in (folder, out))
    for report in folder.glob("*.json"):
        text = report.read_text(encoding="utf-8")
        report.write_text(text.replace(temporary, final), encoding="utf-8", newline="\n")
