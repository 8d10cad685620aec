"""A batch: skips what is done, does the rest in processes or on a cluster, and reports every video."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Literal

from lipcore.batch.cluster import run_on_cluster
from lipcore.batch.job import Segment, SegmentJob, Summary, WholeJob, digest, remove_leftovers, weights_digest
from lipcore.batch.processes import Outcome, run_in_processes
from lipcore.batch.standing import refuse_changed, standing
from lipcore.errors import LipError
from lipcore.files import make_folder

State = Literal["done", "skipped", "failed"]


@dataclass(frozen=True)
class VideoResult:
    """How one video of a batch ended: its summary, or for a failed one the sentence why.

    `note` says why a video was done again, or which results of an earlier batch a person has changed since.
    """

    name: str
    state: State
    summary: Summary | None
    error: str = ""
    note: str = ""


@dataclass(frozen=True)
class Workers:
    """Where jobs are done: `count` processes here, on these devices in turn, or the cluster at `address`.

    Processes have `threads` threads each, if given; each job asks for `resources` of a worker of the cluster.
    """

    count: int = 1
    threads: int | None = None
    devices: Sequence[str] = ()
    address: str = ""
    resources: Mapping[str, float] = field(default_factory=dict)


def run_batch(jobs: Sequence[SegmentJob], segment: Segment, workers: Workers) -> Iterator[VideoResult]:
    """Do all jobs that are not finished; yields a result per video, those that need no work first.

    A job is finished if its folder holds every result as an earlier batch wrote it, from the same inputs. Results that
    a person changed are kept; if they would have to be replaced, the job fails. `segment` is a function of a module, so
    that it can be sent to other processes. A failed video does not stop the others. Stopped or killed at any time, the
    batch goes on where it was when it is run again.
    """
    for folder in {job.out.parent for job in jobs}:
        make_folder(folder)
    waiting, notes = [], dict[str, str]()
    for job in jobs:
        remove_leftovers(job)
        result = earlier_result(job)
        if result.state == "done":
            waiting.append(job)
            notes[job.name] = result.note
        else:
            yield result
    if not waiting:
        return
    try:
        weights = {job.name: weights_digest(job) for job in waiting}
        with closing(_outcomes(waiting, WholeJob(segment, weights), workers)) as outcomes:
            for outcome in outcomes:
                state: State = "failed" if outcome.error else "done"
                name = outcome.job.name
                yield VideoResult(name, state, outcome.result, outcome.error, "" if outcome.error else notes[name])
    finally:
        for job in waiting if not workers.address else ():  # a cluster may still be at what was cancelled
            remove_leftovers(job)


def earlier_result(job: SegmentJob) -> VideoResult:
    """What an earlier batch left of a job: skipped, failed, or still to be done, with a note why if that is again."""
    found = standing(job.out)
    try:
        if found.summary is None:
            refuse_changed(job.out)
            return VideoResult(job.name, "done", None)
        is_same = digest(job, weights_digest(job)) == found.made_of
    except LipError as error:
        return VideoResult(job.name, "failed", None, str(error))
    if is_same and not found.gone:
        note = f"changed since and kept: {_names(found.changed)}" if found.changed else ""
        return VideoResult(job.name, "skipped", found.summary, note=note)
    try:
        refuse_changed(job.out)
    except LipError as error:
        return VideoResult(job.name, "failed", None, str(error))
    reason = f"missing or damaged: {_names(found.gone)}" if is_same else "other inputs, weights or settings"
    return VideoResult(job.name, "done", None, note=f"done again; {reason}")


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _outcomes(
    jobs: Sequence[SegmentJob], function: WholeJob, workers: Workers
) -> Generator[Outcome[SegmentJob, Summary], None, None]:
    if workers.address:
        return run_on_cluster(function, jobs, workers.address, workers.resources)

    def place(job: SegmentJob, number: int) -> SegmentJob:
        if not workers.devices:
            return job
        device = workers.devices[number % len(workers.devices)]
        return replace(job, method={**job.method, "device": device})

    return run_in_processes(function, jobs, workers.count, workers.threads, place)
