"""A batch: skips what is done, survives failures and dead workers, and gives the same whatever does it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from lipcore.batch.job import SegmentJob, digest
from lipcore.batch.run import VideoResult, Workers, earlier_result, run_batch
from lipcore.batch.standing import MARK
from lipcore.errors import LipError
from lipcore.masks import write_label_map
from tests.core.batch import workers
from tests.helpers import write_moving_square


def make_jobs(folder: Path, *names: str, **method: object) -> list[SegmentJob]:
    jobs = []
    for name in names:
        square = write_moving_square(folder / "videos" / name, frames=4)
        write_label_map(folder / f"{name}.png", square.truth[0])
        jobs.append(SegmentJob(square.path, folder / f"{name}.png", folder / "out" / name, method))
    return jobs


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.png")}


def states(results: list[VideoResult]) -> dict[str, str]:
    return {result.name: result.state for result in results}


def test_two_workers_give_what_one_gives(tmp_path: Path) -> None:
    one, two = make_jobs(tmp_path / "1", "a", "b", "c"), make_jobs(tmp_path / "2", "a", "b", "c")
    assert set(states(list(run_batch(one, workers.segment, Workers(1)))).values()) == {"done"}
    assert set(states(list(run_batch(two, workers.segment, Workers(2)))).values()) == {"done"}
    assert contents(tmp_path / "1" / "out") == contents(tmp_path / "2" / "out")
    assert len(contents(tmp_path / "1" / "out")) == 12


def test_failures_and_dead_workers_cost_their_own_video_only(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    jobs = make_jobs(tmp_path, "a", "killed", "bug", "full", "z")
    results = {result.name: result for result in run_batch(jobs, workers.fail, Workers(2))}
    assert {name: result.state for name, result in results.items()} == {
        "a": "done",
        "killed": "failed",
        "bug": "failed",
        "full": "failed",
        "z": "done",
    }
    assert results["full"].error == "The disk is full."
    assert "signal 9" in results["killed"].error
    assert "status 1" in results["bug"].error
    assert "ZeroDivisionError: a bug" in capfd.readouterr().err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "z"]


def test_second_run_does_only_what_is_missing_or_changed(tmp_path: Path) -> None:
    jobs = make_jobs(tmp_path, "a", "b", "c")
    list(run_batch(jobs, workers.segment, Workers(1)))
    (tmp_path / "out" / "b" / MARK).unlink()
    (tmp_path / "out" / ".c.123.part").mkdir()
    os.utime(jobs[2].annotations, ns=(1, 1))
    results = list(run_batch(jobs, workers.segment, Workers(1)))
    assert results[0] == VideoResult("a", "skipped", {"frames": 4, "objects": 1, "tune_seconds": 0.0, "device": ""})
    assert states(results) == {"a": "skipped", "b": "done", "c": "done"}
    assert [result.note for result in results] == ["", "", "done again; other inputs, weights or settings"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "b", "c"]
    assert set(states(list(run_batch(jobs, workers.segment, Workers(1)))).values()) == {"skipped"}


def test_other_settings_are_another_result_but_another_device_is_not(tmp_path: Path) -> None:
    (job,) = make_jobs(tmp_path, "a", seed=1, device="cpu")
    list(run_batch([job], workers.segment, Workers(1)))
    assert earlier_result(replace(job, method={"seed": 1, "device": "cuda"})).state == "skipped"
    other = earlier_result(replace(job, method={"seed": 2, "device": "cpu"}))
    assert (other.state, other.note) == ("done", "done again; other inputs, weights or settings")


def test_report_names_the_final_folder(tmp_path: Path) -> None:
    (job,) = make_jobs(tmp_path, "a")
    list(run_batch([job], workers.segment, Workers(1)))
    assert json.loads((job.out / "lip.json").read_text())["settings"] == {"out": str(job.out)}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"made_of": 5}', "[" * 100_000])
def test_damaged_mark_means_not_finished(tmp_path: Path, content: str) -> None:
    (job,) = make_jobs(tmp_path, "a")
    list(run_batch([job], workers.segment, Workers(1)))
    (job.out / MARK).write_text(content)
    assert earlier_result(job) == VideoResult("a", "done", None)


def test_folder_of_the_user_is_not_replaced(tmp_path: Path) -> None:
    (job,) = make_jobs(tmp_path, "a")
    job.out.mkdir(parents=True)
    (job.out / "mine.txt").write_text("mine")
    (result,) = run_batch([job], workers.segment, Workers(1))
    assert result.state == "failed"
    assert "LIP did not write" in result.error
    assert (job.out / "mine.txt").read_text() == "mine"


def test_missing_video_is_reported(tmp_path: Path) -> None:
    job = SegmentJob(tmp_path / "none.mp4", tmp_path / "none.png", tmp_path / "out" / "a")
    (result,) = run_batch([job], workers.segment, Workers(1))
    assert (result.state, "does not exist" in result.error) == ("failed", True)
    with pytest.raises(LipError):
        digest(job, "")


def test_stopped_batch_leaves_whole_videos_only_and_goes_on(tmp_path: Path) -> None:
    jobs = make_jobs(tmp_path, "a", "b [1]*", "c")
    results = run_batch(jobs, workers.segment, Workers(1))
    first = next(results)
    results.close()
    assert all(len(list(path.glob("*.png"))) == 4 for path in (tmp_path / "out").iterdir())
    again = list(run_batch(jobs, workers.segment, Workers(1)))
    assert states(again)[first.name] == "skipped"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "b [1]*", "c"]


def test_devices_are_given_to_the_workers_in_turn(tmp_path: Path) -> None:
    jobs = make_jobs(tmp_path, "a", "b", device="auto")
    list(run_batch(jobs, workers.segment, Workers(2, devices=["cuda:0", "cuda:1"])))
    marks = [json.loads((job.out / MARK).read_text()) for job in jobs]
    assert {mark["summary"]["device"] for mark in marks} == {"cuda:0", "cuda:1"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that can be handled")
def test_a_batch_that_is_asked_to_end_ends_with_its_workers(tmp_path: Path) -> None:
    """Its two workers say their numbers and wait; afterwards none of them is there, nor anything half done."""
    make_jobs(tmp_path, "waiting 1", "waiting 2")
    rows = "".join(f"videos/{name},{name}.png\n" for name in ("waiting 1", "waiting 2"))
    (tmp_path / "jobs.csv").write_text(f"video,annotations\n{rows}")
    program = (
        "import sys\n"
        "from lipcore.cli.commands import batch\n"
        "from lipcore.cli.main import main\n"
        "from tests.core.batch import workers\n"
        "if __name__ == '__main__':\n"
        "    batch.segment_video = workers.say_and_wait\n"
        "    sys.exit(main(sys.argv[1:]))\n"
    )
    script = tmp_path / "batch.py"
    script.write_text(program)
    root = str(Path(__file__).parents[3])
    process = subprocess.Popen(
        [sys.executable, str(script), "batch", f"{tmp_path}/jobs.csv", "--out", f"{tmp_path}/out", "--workers", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        numbers = [int(process.stdout.readline()) for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        _, error = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, error.splitlines()[-1]) == (143, "Stopped.")
    assert not any(psutil.pid_exists(number) for number in numbers)
    assert list((tmp_path / "out").iterdir()) == []
