"""A process that paints and propagates is killed at random instants: every project opens, nothing saved is lost."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from lipcore.project.project import Project
from lipcore.storage.project_folder import ProjectFolder
from tests.e2e import crash_worker as worker


@dataclass
class Outcome:
    """What `count` kills did."""

    kills: int = 0
    before_creation: int = 0
    during_a_save: int = 0
    edits: int = 0
    strokes_lost: int = 0
    frames_propagated: int = 0
    frames_lost: int = 0
    most_frames_lost: int = 0
    whole_edits: int = 0
    whole_edits_lost: int = 0
    whole_edits_finished: int = 0  # begun by the killed process and carried out at opening
    notes: int = 0


def kill_after(seconds: float, path: Path, log: Path, edit: int) -> None:
    """Run the worker and kill it so long after it began with the project; it must not have ended by itself."""
    arguments = [sys.executable, "-m", "tests.e2e.crash_worker", str(path), str(log), str(edit)]
    process = subprocess.Popen(arguments, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.read(1)  # comes when everything is imported
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
        process.send_signal(signal.SIGKILL)
        _, error = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == -signal.SIGKILL, error.decode()


def holds(project: Project, edit: int | None, frame: int) -> bool:
    """Whether the frame is, to the last bit, what the edit made of it (None: as at the start)."""
    if edit is None:
        return not project.labels(frame).any() and not project.provenances[frame].any()
    cells = worker.cells_of(edit, frame).items()
    return np.array_equal(project.labels(frame), worker.labels_of(edit, frame)) and all(
        project.provenance(frame, object_id) == provenance
        and project.scores[frame, object_id] == np.float32(score)
        and project.areas[frame, object_id] == (project.labels(frame) == object_id).sum()
        and project.boxes[frame, object_id, 0] == edit
        for object_id, (provenance, score) in cells
    )


def check_project(path: Path, events: list[list[str]], states: list[int | None], outcome: Outcome) -> int:
    """Compare the project with the log of one run, `events`, and the edit each frame held before, `states`.

    Gives the number of the next edit, and leaves in `states` the edit that each frame holds now.
    """
    saved = [int(event[1]) for event in events if event[0] == "saved"]
    made = [(int(event[1]), int(event[2])) for event in events if event[0] == "made"]
    last_saved = max(saved, default=-1)
    outcome.whole_edits_finished += int((path / "whole-edit.json").exists())
    folder = ProjectFolder.open(path)
    outcome.notes += len(folder.notes)
    assert all("LIP was stopped before" in note for note in folder.notes), folder.notes
    lost: dict[int, list[int]] = {}
    for frame in range(worker.FRAMES):
        candidates = [edit for edit, touched in made if touched == frame]
        running = made[-1][0] + 1 if made and made[-1][0] in saved else (made[-1][0] if made else None)
        possible = [states[frame], *candidates]
        if running is not None and frame in worker.frames_of(running):
            possible.append(running)  # the worker was killed between the edit and its line in the log
        held = [edit for edit in reversed(possible) if holds(folder.project, edit, frame)]
        assert held, f"frame {frame} holds neither {possible}"
        safe = max((edit for edit in candidates if edit <= last_saved), default=-1)
        assert held[0] is not None or safe < 0
        assert held[0] is None or held[0] >= safe or safe < 0, (
            f"frame {frame}: edit {safe} was saved, {held[0]} is there"
        )
        for edit in candidates:
            if held[0] is None or edit > held[0]:
                lost.setdefault(edit, []).append(frame)
        states[frame] = held[0]
    assert len(lost) <= 1, f"more than the last edit is lost: {lost}"
    for edit, frames in lost.items():
        if worker.is_whole(edit):
            outcome.whole_edits_lost += 1
            there = [frame for frame in worker.frames_of(edit) if states[frame] == edit]
            assert not there, f"edit {edit} of several frames is there in {there} and lost in {frames}"
        elif len(worker.frames_of(edit)) == 1:
            outcome.strokes_lost += 1
        else:
            outcome.frames_lost += len(frames)
            outcome.most_frames_lost = max(outcome.most_frames_lost, len(frames))
    outcome.frames_propagated += sum(len(worker.frames_of(edit)) > 1 and not worker.is_whole(edit) for edit, _ in made)
    outcome.whole_edits += len({edit for edit, _ in made if worker.is_whole(edit)})
    outcome.edits += len({edit for edit, _ in made})
    for entry in folder.project.weights.entries:
        folder.project.weights.content(entry.name)
    folder.close()
    return max((edit for edit, _ in made), default=-1) + 2


def crash(tmp_path: Path, kills: int, seed: int) -> Outcome:
    """Kill the worker `kills` times at random instants, ten times on each project."""
    dice, outcome = random.Random(seed), Outcome()
    edit, path, log = 0, tmp_path, tmp_path
    states: list[int | None] = []
    for number in range(kills):
        if number % 10 == 0:
            path, log = tmp_path / f"{number}.lip", tmp_path / f"{number}.log"
            states = [None] * worker.FRAMES
        start = len(log.read_text().splitlines()) if log.exists() else 0
        kill_after(dice.uniform(0, 2), path, log, edit)
        outcome.kills += 1
        lines = log.read_text().splitlines() if log.exists() else []
        if not (path / "project.json").exists():
            assert not lines, "a project was created and is gone"
            outcome.before_creation += 1
            continue
        if list(path.rglob(".*.tmp")):
            outcome.during_a_save += 1
        edit = max(edit, check_project(path, [line.split() for line in lines[start:]], states, outcome))
    print(outcome)
    return outcome


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_process_loses_at_most_its_last_edit(tmp_path: Path) -> None:
    assert crash(tmp_path, kills=5, seed=1).kills == 5


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_two_hundred_killed_processes_lose_at_most_their_last_edits(tmp_path: Path) -> None:
    outcome = crash(tmp_path, kills=200, seed=2)
    assert outcome.edits > 200
    assert outcome.before_creation < 50
