"""A Dask cluster of two processes gives what one worker gives."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lipcore.batch import cluster
from lipcore.batch.run import Workers, run_batch
from lipcore.cli.commands import batch
from lipcore.cli.main import main
from lipcore.errors import LipError
from tests.core.batch import workers
from tests.core.batch.run_test import contents, make_jobs, states

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a cluster of two worker processes, each with one GPU by its own account."""
    distributed: Any = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, resources={"GPU": 1}
    ) as local:
        yield local.scheduler_address


def test_cluster_gives_what_one_worker_gives(address: str, tmp_path: Path) -> None:
    here, there = make_jobs(tmp_path / "1", "a", "b", "c"), make_jobs(tmp_path / "2", "a", "b", "c")
    list(run_batch(here, workers.segment, Workers(1)))
    remote = list(run_batch(there, workers.segment, Workers(address=address, resources={"GPU": 1})))
    assert states(remote) == {"a": "done", "b": "done", "c": "done"}
    assert contents(tmp_path / "1" / "out") == contents(tmp_path / "2" / "out")
    again = list(run_batch(there, workers.segment, Workers(address=address)))
    assert set(states(again).values()) == {"skipped"}


def test_the_command_gives_a_cluster_its_videos(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(batch, "segment_video", workers.fail)
    make_jobs(tmp_path, "a", "full")
    (tmp_path / "videos.csv").write_text("video,annotations\nvideos/a,a.png\nvideos/full,full.png\n")
    command = ["batch", str(tmp_path / "videos.csv"), "--out", str(tmp_path / "out"), "--cluster", address]
    assert main([*command, "--resource", "GPU=1"]) == 1
    assert "2 videos: 1 done, 0 done before, 1 failed" in capsys.readouterr().out
    assert main(command) == 1
    assert "2 videos: 0 done, 1 done before, 1 failed" in capsys.readouterr().out


def test_failures_cost_their_own_video_only(address: str, tmp_path: Path) -> None:
    jobs = make_jobs(tmp_path, "a", "bug", "full", "z")
    results = {result.name: result for result in run_batch(jobs, workers.fail, Workers(address=address))}
    assert states(list(results.values())) == {"a": "done", "bug": "failed", "full": "failed", "z": "done"}
    assert results["bug"].error == "ZeroDivisionError: a bug"
    assert results["full"].error == "The disk is full."
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "z"]


@pytest.mark.parametrize("wrong", ["tcp://127.0.0.1:9", "nonsense://x"])
def test_cluster_that_is_not_there_is_a_sentence(tmp_path: Path, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(LipError, match="no scheduler answers"):
        list(run_batch(make_jobs(tmp_path, "a"), workers.segment, Workers(address=wrong)))


@pytest.mark.timeout(120)
def test_a_cluster_that_goes_away_fails_what_was_not_done(tmp_path: Path) -> None:
    """The scheduler, a process of its own, is killed while the first video is being done."""
    pytest.importorskip("distributed")
    program = (
        "from distributed import LocalCluster\n"
        "local = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None,\n"
        "                     host='127.0.0.1', protocol='tcp://')\n"
        "print(local.scheduler_address, flush=True)\n"
        "input()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    try:
        assert process.stdout is not None
        there = process.stdout.readline().strip()
        assert there.startswith("tcp://")
        jobs = make_jobs(tmp_path, "a", "waiting", "waiting too")
        results = run_batch(jobs, workers.wait_for_ever, Workers(address=there))
        first = next(results)
        process.kill()
        rest = list(results)
    finally:
        process.kill()
        process.communicate()
    assert (first.name, first.state) == ("a", "done")
    assert {result.name: result.state for result in rest} == {"waiting": "failed", "waiting too": "failed"}
    assert all("went away" in result.error for result in rest)
