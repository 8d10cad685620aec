"""Worker processes on this machine: each does job after job; one that dies costs its job, not the batch."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

from lipcore.errors import LipError

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Outcome(Generic[JobT, ResultT]):
    """How a job ended: a result, or the sentence why there is none; `died` tells that the process ended with it."""

    job: JobT
    result: ResultT | None
    error: str = ""
    died: bool = False


@dataclass
class _Worker(Generic[JobT]):
    """A process, our end of the pipe to it, its number 0, 1, 2, and the job it is at."""

    process: BaseProcess
    pipe: Connection
    number: int
    job: JobT | None = None


def run_in_processes(
    function: Callable[[JobT], ResultT],
    jobs: Sequence[JobT],
    workers: int = 1,
    threads: int | None = None,
    place: Callable[[JobT, int], JobT] = lambda job, _: job,
) -> Generator[Outcome[JobT, ResultT], None, None]:
    """Do the jobs in `workers` fresh processes of `threads` threads each; yields outcomes as they come.

    `place(job, worker number)` may adapt a job to its worker, such as to its GPU. A LipError of the function is the
    job's error; any other end of a process is reported as such and a new process takes its place. Stopping the
    iteration ends the processes at once.
    """
    waiting = deque(jobs)
    busy: list[_Worker[JobT]] = []
    try:
        for number in range(min(workers, len(waiting))):
            busy.append(_start(function, threads, number))
        for worker in busy:
            _give(worker, waiting.popleft(), place)
        while busy:
            for worker in _ready(busy):
                outcome: Outcome[JobT, ResultT] = _outcome(worker)
                if outcome.died and waiting:
                    busy[busy.index(worker)] = worker = _start(function, threads, worker.number)
                if waiting:
                    _give(worker, waiting.popleft(), place)
                else:
                    busy.remove(worker)
                    worker.pipe.close()
                    worker.process.join()
                yield outcome
    finally:
        for worker in busy:
            worker.process.terminate()
        for worker in busy:
            worker.process.join()
            worker.pipe.close()


def _start(function: Callable[[JobT], ResultT], threads: int | None, number: int) -> _Worker[JobT]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(function, theirs), daemon=True)
    with _environment("OMP_NUM_THREADS", None if threads is None else str(threads)):
        process.start()
    theirs.close()
    return _Worker(process, ours, number)


def _work(function: Callable[[JobT], ResultT], pipe: Connection) -> None:
    """What a worker process does until its pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that waits for us
    with contextlib.suppress(EOFError):
        while True:
            job = pipe.recv()
            try:
                pipe.send((function(job), ""))
            except LipError as error:
                pipe.send((None, str(error)))


def _give(worker: _Worker[JobT], job: JobT, place: Callable[[JobT, int], JobT]) -> None:
    worker.job = job
    with contextlib.suppress(OSError):  # a process that is dead already: noticed when its end is read
        worker.pipe.send(place(job, worker.number))


def _ready(busy: Sequence[_Worker[JobT]]) -> list[_Worker[JobT]]:
    """The workers that have sent something or died."""
    ready = set(wait([worker.pipe for worker in busy]))
    return [worker for worker in busy if worker.pipe in ready]


def _outcome(worker: _Worker[JobT]) -> Outcome[JobT, ResultT]:
    assert worker.job is not None
    try:
        result, error = worker.pipe.recv()
    except (EOFError, OSError):
        worker.process.join()
        worker.pipe.close()
        code = worker.process.exitcode or 0
        reason = f"was killed (signal {-code}); memory may be short" if code < 0 else f"ended with status {code}"
        return Outcome(worker.job, None, f"The worker process {reason}.", died=True)
    return Outcome(worker.job, result, error)


@contextlib.contextmanager
def _environment(name: str, value: str | None) -> Iterator[None]:
    """Set an environment variable for the processes that are started meanwhile; None leaves it."""
    before = os.environ.get(name)
    if value is not None:
        os.environ[name] = value
    try:
        yield
    finally:
        if value is not None:
            os.environ.pop(name)
            if before is not None:
                os.environ[name] = before
