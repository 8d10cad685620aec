"""A Dask cluster as the place where jobs are done; its workers must see the same files under the same paths."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, TypeVar

from lipcore.batch.processes import Outcome
from lipcore.errors import LipError

CONNECT_SECONDS = 20

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")


def run_on_cluster(
    function: Callable[[JobT], ResultT], jobs: Sequence[JobT], address: str, resources: Mapping[str, float]
) -> Generator[Outcome[JobT, ResultT], None, None]:
    """Do the jobs on the cluster whose scheduler is at `address`; yields outcomes as they come.

    Each job asks for `resources` of a worker, such as {"GPU": 1}. Stopping the iteration cancels what has not begun.
    LipError if dask.distributed is not installed or the scheduler does not answer.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as missing:
        raise LipError('A cluster needs dask.distributed: pip install "lip-annotator[cluster]".') from missing
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as refusal:  # OSError: no answer; ValueError: not an address
        raise LipError(f"Cannot reach the cluster at {address}: no scheduler answers there.") from refusal
    with client:
        futures = {client.submit(function, job, pure=False, resources=dict(resources)): job for job in jobs}
        try:
            waiting = dict(futures)
            for future in distributed.as_completed(futures):
                if future.status in ("cancelled", "lost"):  # not by us: the scheduler or the connection to it is gone
                    break
                error = future.exception()
                if error is None:
                    yield Outcome(waiting.pop(future), future.result())
                else:
                    text = str(error) if isinstance(error, LipError) else f"{type(error).__name__}: {error}"
                    yield Outcome(waiting.pop(future), None, text)
            for job in waiting.values():
                yield Outcome(job, None, f"The cluster at {address} went away before this was done.")
        finally:
            with contextlib.suppress(OSError, distributed.client.FutureCancelledError):
                client.cancel([future for future in futures if not future.done()])
