"""Projects whose files were changed at random: a LipError or a project that works, quickly and in little memory."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from lipcore.errors import LipError
from lipcore.masks import write_label_map
from lipcore.project.provenance import Provenance
from lipcore.storage.project_files import ProjectFiles
from lipcore.storage.project_folder import ProjectFolder
from lipcore.storage.project_lock import ProjectPlace
from tests.core.curves.shapes import moving
from tests.core.project.helpers import paint, small_project
from tests.core.storage.faulty_disk import FaultyDisk

LONGEST_SECONDS = 5.0
MOST_BYTES = 1_000_000_000
JUNK: tuple[object, ...] = (
    None, True, -1, 0, 1, 255, 256, 2**31, 2**63, 10**30, -0.5, 1e308, "", "x", "../../etc/passwd", "/", "C:\\x",
    "a\0b", "\ud800", "y" * 5000, [], {}, [[]], [None] * 300, {"a": 1}, float("nan"), float("inf"),
)  # fmt: skip


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A project with every kind of file."""
    project = small_project(70)
    for frame in (0, 1, 2, 3, 68):
        paint(project, frame, 1 + frame % 3, Provenance(1 + frame % 4))
        project.set_instance(frame, 1, 0.5, (1.0, 2.0, 3.0, 4.0))
    project.add_weights(b"first", [0])
    project.add_weights(b"second", [0, 1])
    project.set_values((0.25, 0.75))
    project.set_object(replace(project.objects[1], curves=(moving((0, 2), (9, 12)), moving((3, 0), number=2))))
    ProjectFolder.create(tmp_path / "original.lip", project).close()
    path = tmp_path / "original.lip"
    write_label_map(path / "masks" / "00009.png", project.labels(1))  # known to no row
    with project.edit():  # an edit of several frames that was begun and not carried out
        for frame in (1, 68):
            paint(project, frame, 3)
    files = ProjectFiles(path, ProjectPlace(path, None))
    files.begin_whole_edit(project, project.take_changes(64))
    return path


def mutate_bytes(data: bytes, dice: random.Random) -> bytes:
    """A few bytes changed, removed, doubled or put in."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 5, 30))):
        place = dice.randrange(len(changed) + 1)
        length = dice.choice((1, 1, 2, 4, 16, 200))
        kind = dice.randrange(5)
        if kind == 0:
            changed[place : place + 1] = bytes([dice.randrange(256)])
        elif kind == 1:
            del changed[place : place + length]
        elif kind == 2:
            changed[place:place] = changed[place : place + length]
        elif kind == 3:
            changed[place:place] = dice.randbytes(length)
        else:
            del changed[place:]
    return bytes(changed)


def mutate_json(data: bytes, dice: random.Random) -> bytes:
    """One value somewhere in the document replaced by junk, removed, doubled, or buried deep."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):  # mutated before, or buried
        return mutate_bytes(data, dice)
    parents: list[tuple[object, object]] = []

    def walk(value: object) -> None:
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):  # type: ignore[arg-type]
            parents.append((value, key))
            if isinstance(child, dict | list):
                walk(child)

    if isinstance(document, dict | list):
        walk(document)
    for _ in range(dice.choice((1, 1, 2)) if parents else 0):
        parent, key = dice.choice(parents)
        kind = dice.randrange(6)
        if isinstance(parent, dict) and key in parent:
            if kind == 0:
                del parent[key]
            elif kind == 1:
                parent[dice.choice(("0", "63", "64", "99999999999", "-1", "x"))] = parent[key]
            else:
                parent[key] = dice.choice(JUNK)
        elif isinstance(parent, list) and isinstance(key, int) and key < len(parent):
            if kind == 0:
                del parent[key]
            elif kind == 1:
                parent.insert(key, parent[key])
            else:
                parent[key] = dice.choice(JUNK)
    text = json.dumps(document)
    if dice.random() < 0.02:
        text = text.replace("null", "[" * 5000 + "]" * 5000, 1)
    return text.encode()


def check_case(original: Path, copy: Path, dice: random.Random) -> str:
    """Change one or two files of a copy, open it, use it, edit it, open it again; the outcome in a word."""
    shutil.copytree(original, copy)
    files = sorted(path.relative_to(copy) for path in copy.rglob("*") if path.is_file() and path.name != ".lock")
    for name in dice.sample(files, dice.choice((1, 1, 1, 2))):
        data = (copy / name).read_bytes()
        use_json = name.suffix == ".json" and dice.random() < 0.7
        changed = mutate_json(data, dice) if use_json else mutate_bytes(data, dice)
        (copy / name).write_bytes(changed)
        if name.name == "project.json" and dice.random() < 0.6:
            (copy / "project-copy.json").write_bytes(changed)
    try:
        folder = ProjectFolder.open(copy)
    except LipError as error:
        sentence = str(error)
    else:
        return check_use(folder)
    assert sentence.endswith((".", "?")), sentence
    assert "\n" not in sentence
    return "refused"


def check_use(folder: ProjectFolder) -> str:
    """Look at every frame, edit, and see that what was repaired stays so."""
    project = folder.project
    for frame in range(min(project.frame_count, 70)):
        labels = project.labels(frame)
        assert labels.shape == (project.height, project.width)
        project.snapshot(frame)
    if (project.height, project.width) == (20, 30):
        paint(project, 0, 2)
    outcome = "repaired" if folder.notes else "opened"
    folder.close()
    again = ProjectFolder.open(folder.path)
    assert again.notes == (), (folder.notes, again.notes)
    assert again.project.record == project.record
    again.close()
    return outcome


def run_cases(original: Path, count: int, seed: int) -> Counter[str]:
    """Check `count` mutated projects; the seed of a case that fails is in the error."""
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    process = psutil.Process()
    before = peak = process.memory_info().rss
    for number in range(count):
        copy = original.with_name("copy.lip")
        start = time.perf_counter()
        try:
            outcomes[check_case(original, copy, random.Random(f"{seed}:{number}"))] += 1
        except BaseException as error:
            error.add_note(f"mutated project {seed}:{number}")
            raise
        slowest = max(slowest, time.perf_counter() - start)
        peak = max(peak, process.memory_info().rss)
        shutil.rmtree(copy)
    assert slowest < LONGEST_SECONDS
    assert peak - before < MOST_BYTES
    print(f"{count} cases: {dict(outcomes)}, slowest {slowest:.2f} s, memory +{(peak - before) / 1e6:.0f} MB")
    return outcomes


def test_mutated_projects(original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FaultyDisk(original.parent, monkeypatch)  # without flushes, which are slow
    outcomes = run_cases(original, 60, seed=1)
    assert len(outcomes) == 3, outcomes


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_very_many_mutated_projects(original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FaultyDisk(original.parent, monkeypatch)
    run_cases(original, int(os.environ.get("LIP_MUTATED_PROJECTS", "20000")), seed=2)
