"""Power is lost while a project is saved: whatever the disk kept, it opens, and no edit that was saved is missing."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from lipcore.curves.curve import Curve
from lipcore.project.identity import swap
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.storage.project_folder import ProjectFolder
from lipcore.workflow.curves import draw
from tests.core.curves.shapes import moving
from tests.core.project.helpers import small_project
from tests.core.storage.power_loss import Recorder, states, write

FRAMES = 70  # cells of two files
Edit = Callable[[Project, random.Random], None]


def stroke(project: Project, dice: random.Random) -> None:
    frame, object_id = dice.randrange(FRAMES), dice.choice((1, 2))
    labels = project.labels(frame).copy()
    row = dice.randrange(15)
    labels[row : row + 5, dice.randrange(20) :][:, :6] = object_id
    with project.edit():
        project.set_labels(frame, labels)
        project.set_provenance(frame, object_id, Provenance.USER)


def emptied(project: Project, dice: random.Random) -> None:
    stroke(project, dice)
    frame = dice.choice(project.annotated_frames)
    with project.edit():
        project.set_labels(frame, np.zeros((20, 30), np.uint8))
        for object_id in (1, 2):
            project.set_provenance(frame, object_id, Provenance.NONE)


def range_painted(project: Project, dice: random.Random) -> None:
    with project.edit():
        for frame in (3, 4, 66):
            labels = project.labels(frame).copy()
            labels[dice.randrange(10) :, 4:9] = 2
            project.set_labels(frame, labels)
            project.set_provenance(frame, 2, Provenance.CORRECTED)


def repainted(project: Project, dice: random.Random) -> None:
    labels = project.labels(3).copy()
    labels[dice.randrange(10) :, 6:12] = 1
    with project.edit():
        project.set_labels(3, labels)
        project.set_provenance(3, 1, Provenance.CORRECTED)


def swapped(project: Project, dice: random.Random) -> None:
    stroke(project, dice)
    range_painted(project, dice)
    with project.edit():
        for snapshot in swap([project.snapshot(frame) for frame in range(FRAMES)], 1, 2):
            project.restore(snapshot)


def verified(project: Project, dice: random.Random) -> None:
    value = dice.choice((Provenance.VERIFIED, Provenance.MODEL, Provenance.USER))
    with project.edit():
        for frame in (0, 1, 65, 66):
            project.set_provenance(frame, 1, value)


def corrected(project: Project, dice: random.Random) -> None:
    """What an edit of several frames left in frame 0 is changed in that frame alone, and not its mask."""
    project.set_provenance(0, 1, Provenance.CORRECTED)
    project.set_instance(0, 1, dice.random(), None)


def propagated(project: Project, dice: random.Random) -> None:
    for frame in range(10, 14):
        with project.edit():
            labels = np.zeros((20, 30), np.uint8)
            labels[dice.randrange(10) :, 2:8] = 1
            project.set_labels(frame, labels)
            project.set_provenance(frame, 1, Provenance.MODEL)
            project.set_instance(frame, 1, dice.random(), (1.0, 2.0, 3.0, 4.0))


def object_added(project: Project, dice: random.Random) -> None:
    object_id = project.free_object_id()
    assert object_id is not None
    with project.edit():
        project.set_object(default_object(object_id))
        labels = project.labels(20).copy()
        labels[dice.randrange(10), 3:9] = object_id
        project.set_labels(20, labels)
        project.set_provenance(20, object_id, Provenance.USER)


def object_removed(project: Project, dice: random.Random) -> None:
    last = max(project.objects)
    if last <= 2:
        object_added(project, dice)
        return
    with project.edit():
        labels = project.labels(20).copy()
        labels[labels == last] = 0
        project.set_labels(20, labels)
        project.set_provenance(20, last, Provenance.NONE)
        project.remove_object(last)


def tuned(project: Project, dice: random.Random) -> None:
    project.add_weights(dice.randbytes(500), [0])
    project.prune_weights([])


def curved(project: Project, dice: random.Random) -> None:
    """A curve and the masks it draws, on one frame or on several."""
    frames = dice.choice(((30,), (30, 33)))
    curves = (moving(*((frame, dice.randrange(15)) for frame in frames)),)
    with project.edit():
        for drawn in draw(project, 2, curves):
            project.restore(drawn.change.after)
        project.set_object(replace(project.objects[2], curves=curves))


def setting(project: Project, dice: random.Random) -> None:
    project.set_values((0.0, 1.0 - dice.random() / 2))


ORDERS: tuple[Literal["strict", "weak"], ...] = ("strict", "weak")
EDITS: tuple[Edit, ...] = (
    *(stroke, emptied, range_painted, repainted, swapped, repainted, verified, corrected, propagated),
    *(object_added, object_removed, tuned, curved, setting, curved),
)
WHOLE = (range_painted, verified, stroke, curved)


@dataclass(frozen=True)
class Content:
    """Everything that a project says, for comparison."""

    frames: tuple[tuple[bytes, bytes, bytes, bytes], ...]
    objects: frozenset[int]
    weights: frozenset[str]
    settings: tuple[tuple[str, object], ...]
    curves: tuple[Curve, ...]

    @classmethod
    def of(cls, project: Project) -> Content:
        cells = (project.provenances, project.scores, project.boxes)
        return cls(
            tuple(
                (project.labels(frame).tobytes(), *(table[frame].tobytes() for table in cells))
                for frame in range(project.frame_count)
            ),
            frozenset(project.objects),
            frozenset(entry.name for entry in project.weights.entries),
            tuple(sorted(project.settings.items())),
            project.objects[2].curves,
        )


def check(found: Content, before: Content, after: Content | None, is_whole: bool) -> None:
    """What was found is what was saved, or has in addition what was being saved: entirely, if it is one edit."""
    possible = [before] if after is None else [before, after]
    for frame in range(FRAMES):
        assert found.frames[frame] in [content.frames[frame] for content in possible], f"frame {frame}"
    if is_whole:
        whole = [(content.frames, content.curves) for content in possible]
        assert (found.frames, found.curves) in whole, "half of an edit"
    assert frozenset.intersection(*(content.objects for content in possible)) <= found.objects
    assert found.objects <= frozenset.union(*(content.objects for content in possible))
    assert frozenset.intersection(*(content.weights for content in possible)) <= found.weights
    assert found.curves in [content.curves for content in possible]
    assert found.settings in [content.settings for content in possible]


def lose_power(tmp_path: Path, edits: list[Edit], seed: int, counts: Counter[str]) -> None:
    """Record a session of these edits, and open every state that a disk may have kept of it."""
    dice, disk, place = random.Random(seed), tmp_path / "disk", tmp_path / "again"
    disk.mkdir()
    saved: list[Content] = []
    with pytest.MonkeyPatch.context() as patch:
        recorder = Recorder(disk, patch)
        folder = ProjectFolder.create(disk / "p.lip", small_project(FRAMES))
        recorder.mark("created")
        saved.append(Content.of(folder.project))
        for edit in edits:
            folder._writer.stop()  # so that each edit is saved when it is complete, and by this thread
            edit(folder.project, dice)
            folder._files.save(folder.project)
            recorder.mark(edit.__name__)
            saved.append(Content.of(folder.project))
        folder.close(discard=True)
    for order in ORDERS:
        for marks, state in states(recorder, order):
            if not any(name == "p.lip/project.json" for name, _ in state):
                assert marks == 0, "a project that was created is gone"
                continue
            place.mkdir()
            write(state, place)
            again = ProjectFolder.open(place / "p.lip")
            found = Content.of(again.project)
            notes, damaged = again.notes, (place / "p.lip" / "damaged").exists()
            again.close()
            shutil.rmtree(place)
            last = max(marks - 1, 0)
            running = edits[marks - 1] if 0 < marks <= len(edits) else None
            check(found, saved[last], saved[marks] if running else None, running in WHOLE)
            assert not damaged, notes
            assert running or not notes
            counts[f"{running.__name__ if running else 'nothing'}, {order}"] += 1
    shutil.rmtree(disk)


def test_no_saved_edit_is_lost_whatever_the_disk_kept(tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    lose_power(tmp_path, list(EDITS), 1, counts)
    assert min(counts[f"{edit.__name__}, weak"] for edit in EDITS) > 3, counts


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_hundred_states_of_every_kind_of_edit(tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    seed = 2
    while edits := [edit for edit in EDITS if min(counts[f"{edit.__name__}, {order}"] for order in ORDERS) < 100]:
        random.Random(seed).shuffle(edits)
        lose_power(tmp_path, edits * 3, seed, counts)
        seed += 1
    print(counts)
