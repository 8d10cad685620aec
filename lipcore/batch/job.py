"""One video to segment: what goes in, what comes out, and the mark of a finished one."""

from __future__ import annotations

import glob
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from lipcore.errors import LipError
from lipcore.files import explain, read_json
from lipcore.staging import part_prefix, remove, staged_folder
from lipcore.version import __version__

MARK = ".lip-done.json"
"""Is in the folder of every finished video: the digest of what made it, and its summary."""

_MARK_BYTES = 1_000_000


Summary: TypeAlias = dict[str, Any]
"""What was done for one video, as JSON holds it: `frames`, `objects`, seconds per stage, device."""


@dataclass(frozen=True)
class SegmentJob:
    """Segment `video` from `annotations`, a mask of the first frame or a folder of masks, into the folder `out`.

    `method` holds the other fields of a `lipcore.segment_run.SegmentRequest`, by name, as far as they are given.
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
    from lipcore.segment_run import SegmentRequest, SegmentSummary, segment  # imports torch

    summary = SegmentSummary()
    method: Any = job.method
    for _ in segment(SegmentRequest(job.video, job.annotations, job.out, **method), summary):
        pass
    return asdict(summary)


@dataclass(frozen=True)
class WholeJob:
    """A function of one job that does it whole or not at all: to send to a worker."""

    segment: Segment

    def __call__(self, job: SegmentJob) -> Summary:
        """Segment beside `job.out`, mark the result as finished, and put it in place; LipError.

        An earlier result of a batch is replaced, a folder with anything else is refused.
        """
        made_of = digest(job)
        with staged_folder(job.out, overwrite=True) as folder:
            summary = self.segment(replace(job, out=folder))
            _name_final_place(folder, job.out)
            mark = {"made_of": made_of, "summary": summary}
            (folder / MARK).write_text(json.dumps(mark), encoding="utf-8")
        return summary


def digest(job: SegmentJob) -> str:
    """What a result is made of: method, files and program; the device does not count. LipError for missing files."""
    method = {key: str(value) for key, value in job.method.items() if key not in ("device", "weights")}
    weights = job.method.get("weights")
    files = [_files(path) for path in (weights, job.video, job.annotations) if isinstance(path, Path)]
    return hashlib.sha256(json.dumps([__version__, method, files], sort_keys=True).encode()).hexdigest()


def finished(job: SegmentJob) -> Summary | None:
    """The summary of a job that was done earlier in the same way from the same files, None if it is still to do."""
    if not (job.out / MARK).is_file():
        return None
    try:
        mark, made_of = read_json(job.out / MARK, _MARK_BYTES), digest(job)
    except LipError:
        return None
    summary = mark.get("summary") if isinstance(mark, dict) and mark.get("made_of") == made_of else None
    return summary if isinstance(summary, dict) else None


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


def _files(path: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of change of a file, or of every file of a folder; cheap, unlike their contents."""
    try:
        found = sorted(path.iterdir()) if path.is_dir() else [path]
        states = [(file.name, file.stat()) for file in found]
    except OSError as error:
        raise LipError(f"Cannot read {path}: {explain(error)}.") from error
    return [(name, state.st_size, state.st_mtime_ns) for name, state in states]
