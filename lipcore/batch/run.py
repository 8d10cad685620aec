"""A batch: skips what is done, does the rest in processes or on a cluster, and reports every video."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Literal

from lipcore.batch.cluster import run_on_cluster
from lipcore.batch.job import Segment, SegmentJob, Summary, WholeJob, finished, remove_leftovers
from lipcore.batch.processes import Outcome, run_in_processes
from lipcore.files import make_folder

State = Literal["done", "skipped", "failed"]


@dataclass(frozen=True)
class VideoResult:
    """How one video of a batch ended: its summary, or for a failed one the sentence why."""

    name: str
    state: State
    summary: Summary | None
    error: str = ""


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
    """Do all jobs that are not finished; yields a result per video, those that were finished already first.

    `segment` is a function of a module, so that it can be sent to other processes. A failed video does not stop the
    others. Stopped or killed at any time, the batch goes on where it was when it is run again.
    """
    for folder in {job.out.parent for job in jobs}:
        make_folder(folder)
    waiting = []
    for job in jobs:
        summary = finished(job)
        if summary is None:
            remove_leftovers(job)
            waiting.append(job)
        else:
            yield VideoResult(job.name, "skipped", summary)
    if not waiting:
        return
    try:
        with closing(_outcomes(waiting, WholeJob(segment), workers)) as outcomes:
            for outcome in outcomes:
                state: State = "failed" if outcome.error else "done"
                yield VideoResult(outcome.job.name, state, outcome.result, outcome.error)
    finally:
        for job in waiting if not workers.address else ():  # a cluster may still be at what was cancelled
            remove_leftovers(job)


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
