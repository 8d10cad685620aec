"""Work in other processes: every job once, whatever happens to the others."""

from __future__ import annotations

from lipcore.batch.processes import run_in_processes
from tests.core.batch import workers


def test_processes_do_every_job_once_and_outlive_each_other() -> None:
    numbers = [1, 101, -2, 3, 102, 5, 6, 103]
    outcomes = {outcome.job: outcome for outcome in run_in_processes(workers.square, numbers, 3)}
    assert {number: outcomes[number].result for number in (1, 3, 5, 6)} == {1: 1, 3: 9, 5: 25, 6: 36}
    assert outcomes[-2].error == "-2 is below zero."
    assert "status 102" in outcomes[102].error
    assert len(outcomes) == len(numbers)


def test_processes_are_kept_and_have_the_threads_asked_for() -> None:
    assert len({outcome.result for outcome in run_in_processes(workers.process_id, list(range(6)), 2)}) == 2
    assert [outcome.result for outcome in run_in_processes(workers.thread_limit, [0], 1, threads=3)] == ["3"]
    assert list(run_in_processes(workers.square, [], 2)) == []
