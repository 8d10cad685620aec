"""The real network gives the same masks with one worker, with two, and without a batch."""

from __future__ import annotations

from pathlib import Path

import pytest

from lipcore.batch.job import SegmentJob, segment_video
from lipcore.batch.run import Workers, run_batch
from tests.core.batch.run_test import contents, make_jobs

METHOD = {"iterations": 2, "max_side": 96, "device": "cpu", "seed": 1}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_workers_do_not_change_the_masks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = (make_jobs(tmp_path / name, "a", "b", **METHOD) for name in ("1", "2"))
    assert [result.error for result in run_batch(one, segment_video, Workers(1, threads=1))] == ["", ""]
    assert [result.error for result in run_batch(two, segment_video, Workers(2, threads=1))] == ["", ""]
    assert contents(tmp_path / "1" / "out") == contents(tmp_path / "2" / "out")
    alone = make_jobs(tmp_path / "3", "a", **METHOD)[0]
    segment_video(SegmentJob(alone.video, alone.annotations, tmp_path / "3" / "out" / "a", METHOD))
    assert contents(tmp_path / "3" / "out" / "a") == contents(tmp_path / "1" / "out" / "a")
