"""Properties: undoing every edit, as the window does it, restores the bytes; what is saved is what is loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lipcore.project.identity import merge, remove, swap
from lipcore.project.objects import VideoObject
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell, FrameChange
from lipcore.storage.project_folder import ProjectFolder
from tests.core.project.helpers import assert_same, small_project
from tests.core.storage.faulty_disk import FaultyDisk

FRAMES = 70
Edit = Callable[[Project], list[FrameChange]]

frames = st.integers(0, FRAMES - 1)
ids = st.integers(1, 254)
few_ids = st.integers(1, 4)
coordinates = st.floats(0, 8000, width=32)


@st.composite
def paints(draw: st.DrawFn) -> Edit:
    frame, object_id, value = draw(frames), draw(few_ids | st.just(255)), draw(st.sampled_from(Provenance))
    top, left, height, width = (draw(st.integers(low, high)) for low, high in ((0, 19), (0, 29), (1, 20), (1, 30)))

    def edit(project: Project) -> list[FrameChange]:
        labels = project.labels(frame).copy()
        labels[top : top + height, left : left + width] = object_id
        return [project.change(frame, labels, [Cell(object_id, value)])]

    return edit


@st.composite
def instances(draw: st.DrawFn) -> Edit:
    frame, object_id = draw(frames), draw(few_ids)
    score = draw(st.none() | st.floats(0, 1, width=32))
    box = draw(st.none() | st.tuples(coordinates, coordinates, coordinates, coordinates))
    agreement = draw(st.none() | st.floats(0, 1, width=32))
    cell = Cell(object_id, draw(st.sampled_from(Provenance)), score, box, agreement=agreement)
    return lambda project: [project.change(frame, cells=[cell])]


@st.composite
def identities(draw: st.DrawFn) -> Edit:
    first, second = draw(few_ids), draw(few_ids.map(lambda number: number + 4))
    operation = draw(st.sampled_from((swap, merge, lambda states, one, two: remove(states, [one, two], True))))

    def edit(project: Project) -> list[FrameChange]:
        states = {frame: project.snapshot(frame) for frame in range(FRAMES) if project.packed(frame) is not None}
        return [FrameChange(states[after.frame], after) for after in operation(states.values(), first, second)]

    return edit


@st.composite
def records(draw: st.DrawFn) -> Edit:
    object_id, first = draw(ids), draw(frames)
    name = draw(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=9))
    last = draw(st.integers(first, FRAMES - 1))
    colour = draw(st.tuples(*[st.integers(0, 255)] * 3))
    setting = draw(
        st.text(st.characters(exclude_characters="\0"), max_size=5)
        | st.integers(-(10**6), 10**6)
        | st.booleans()
        | st.floats(-1e300, 1e300)
    )

    def edit(project: Project) -> list[FrameChange]:
        if name.strip():
            project.set_object(VideoObject(object_id, name, colour, hidden=first % 2 == 0, locked=last % 2 == 0))
        project.set_in_out(first, last)
        project.update_record(settings={"any": setting})
        return []

    return edit


def make(project: Project, edit: Edit) -> list[FrameChange]:
    """Make an edit as an entry of the window's history does."""
    with project.edit():
        changes = edit(project)
        for change in changes:
            project.restore(change.after)
    return changes


@given(st.lists(paints() | instances() | identities(), max_size=12))
@settings(max_examples=30, deadline=None)
def test_undoing_every_edit_restores_the_bytes(edits: list[Edit]) -> None:
    project = small_project(FRAMES)
    history: list[list[FrameChange]] = []
    states = [state_of(project)]
    for edit in edits:
        history.append(make(project, edit))
        for change in history[-1]:
            assert project.snapshot(change.frame).cells == change.after.cells
        states.append(state_of(project))
    for changes, state in zip(reversed(history), states[-2::-1], strict=True):
        for change in reversed(changes):
            project.restore(change.before)
        assert state_of(project) == state
    assert_same(project, small_project(FRAMES))
    for changes, state in zip(history, states[1:], strict=True):
        for change in changes:
            project.restore(change.after)
        assert state_of(project) == state


@given(st.lists(paints() | instances() | identities() | records(), max_size=10), st.integers(0, 10))
@settings(max_examples=30, deadline=None)
def test_what_is_saved_is_what_is_loaded(edits: list[Edit], pause: int) -> None:
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        FaultyDisk(Path(name), patch)  # without flushes, which are slow
        folder = ProjectFolder.create(Path(name) / "clip.lip", small_project(FRAMES))
        for number, edit in enumerate(edits):
            make(folder.project, edit)
            if number == pause:
                folder.flush()
        folder.close()
        opened = ProjectFolder.open(folder.path)
        present = np.flatnonzero(folder.project.areas[:, 1:255].any(axis=0)) + 1
        lost = [number for number in present.tolist() if number not in folder.project.objects]
        assert len(opened.notes) == bool(lost)
        for object_id in lost:
            opened.project.remove_object(object_id)
        assert_same(opened.project, folder.project)
        opened.close()


def state_of(project: Project) -> list[tuple[bytes, object]]:
    """Pixels and cells of every frame."""
    return [(project.labels(frame).tobytes(), project.snapshot(frame).cells) for frame in range(project.frame_count)]
