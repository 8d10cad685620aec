"""A thread writes masks in order; a full disk is told once, and nothing that waits is lost when a run is stopped."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.masks import read_label_map
from lipcore.runs.results_folder import UNFINISHED, ResultsFolder
from lipcore.runs.writing import WAITING, MasksWritten

NAMES = tuple(f"{frame:05d}" for frame in range(12))
MASK = np.ones((4, 5), np.uint8)


def writers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("writing")]


def written(write: Callable[[str, NDArray[np.uint8]], None], names: Sequence[str], stopped: bool = False) -> None:
    with MasksWritten(write) as masks:
        for name in names:
            masks.put(name, MASK)
        if stopped:
            raise KeyboardInterrupt


def test_masks_are_written_in_order_by_one_other_thread() -> None:
    found: list[tuple[str, int]] = []
    threads = set()

    def write(name: str, labels: NDArray[np.uint8]) -> None:
        threads.add(threading.current_thread())
        found.append((name, int(labels[0, 0])))

    with MasksWritten(write) as masks:
        for frame, name in enumerate(NAMES):
            masks.put(name, MASK * frame)
    assert found == [(name, frame) for frame, name in enumerate(NAMES)]
    assert len(threads) == 1
    assert threading.main_thread() not in threads
    assert writers() == []


def test_no_more_than_a_few_masks_wait() -> None:
    go_on, given = threading.Event(), threading.Semaphore(0)

    def give() -> None:
        with MasksWritten(lambda name, labels: go_on.wait(60) and None) as masks:
            for name in NAMES:
                masks.put(name, MASK)
                given.release()

    giver = threading.Thread(target=give)
    giver.start()
    assert all(given.acquire(timeout=60) for _ in range(WAITING))
    assert not given.acquire(timeout=0.2)  # the next one waits with its giver
    go_on.set()
    giver.join(60)
    assert all(given.acquire(timeout=60) for _ in NAMES[WAITING:])


def test_a_disk_that_is_full_while_masks_wait_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = ResultsFolder(tmp_path, NAMES)
    results.begin("a")
    flush, full = os.fsync, threading.Event()

    def fail(file: int) -> None:
        if full.is_set():
            raise OSError(errno.ENOSPC, "no space")
        flush(file)

    def write(name: str, labels: NDArray[np.uint8]) -> None:
        if name == NAMES[3]:
            full.set()
        tried.append(name)
        results.write(name, labels)

    tried: list[str] = []
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(LipError, match=r"^Cannot write \S+00003\.png: the disk is full\.$"):
        written(write, NAMES)
    assert tried[:4] == list(NAMES[:4])
    assert len(tried) < len(NAMES)
    assert sorted(path.stem for path in (tmp_path / UNFINISHED).glob("*.png")) == list(NAMES[:3])
    assert not [path for path in (tmp_path / UNFINISHED).iterdir() if path.suffix == ".tmp"]
    assert writers() == []


def test_the_last_mask_that_fails_is_told_at_the_end() -> None:
    def write(name: str, labels: NDArray[np.uint8]) -> None:
        if name == NAMES[-1]:
            raise LipError("The disk is full.")

    with pytest.raises(LipError, match=r"^The disk is full\.$"):
        written(write, NAMES)
    assert writers() == []


def test_what_waits_is_written_when_a_run_is_stopped(tmp_path: Path) -> None:
    results = ResultsFolder(tmp_path, NAMES)
    results.begin("a")
    with pytest.raises(KeyboardInterrupt):
        written(results.write, NAMES[:4], stopped=True)
    assert [int(read_label_map(tmp_path / UNFINISHED / f"{name}.png").sum()) for name in NAMES[:4]] == [20] * 4
    assert writers() == []


def test_a_stop_tells_of_the_mask_that_a_full_disk_lost_at_the_same_moment() -> None:
    stopped = threading.Event()

    def write(name: str, labels: NDArray[np.uint8]) -> None:
        assert stopped.wait(60)
        raise LipError(f"Cannot write {name}: the disk is full.")

    def run() -> None:
        with MasksWritten(write) as masks:
            for name in NAMES[:3]:
                masks.put(name, MASK)
            stopped.set()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stop:
        run()
    assert stop.value.__notes__ == [f"Cannot write {NAMES[0]}: the disk is full."]
    assert writers() == []
