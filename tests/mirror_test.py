"""Unit tests mirror the tree: every module has a test in the same place, or a line that says which one covers it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.core.covered_by import COVERED_BY as CORE_COVERED_BY
from tests.gui.covered_by import COVERED_BY as GUI_COVERED_BY

ROOT = Path(__file__).resolve().parents[1]
PLACES = {"lipcore": "core", "lipgui": "gui"}  # package -> the folder of its unit tests, below tests
COVERED_BY = {"lipcore": CORE_COVERED_BY, "lipgui": GUI_COVERED_BY}

# Tests below those folders that are of no single module or package -> what they hold together.
SPANNING: dict[str, str] = {
    "core/api_test.py": "the names that lipcore itself offers, and the pages about them",
    "core/sample_test.py": "the bundled clip",
    "core/batch/network_test.py": "workers with the real network",
    "core/cli/attacks_test.py": "what every command refuses to overwrite or to follow",
    "core/export/disk_test.py": "every format on a full disk",
    "core/export/readers_test.py": "formats read and written by libraries of their own",
    "core/importing/bombs_test.py": "every format with files that claim to be huge",
    "core/importing/cases_test.py": "files that users of other programs reported",
    "core/importing/mutation_test.py": "every format with files that were changed at random",
    "core/importing/round_trip_test.py": "every format written and read back",
    "core/matting/stability_test.py": "the measure that mattes are judged by",
    "core/project/properties_test.py": "any sequence of edits, undone, and saved and loaded",
    "core/propagation/references_test.py": "kept references with the real network",
    "core/propagation/told_memory_test.py": "propagation and tuning with a memory that is told labels",
    "core/storage/disk_faults_test.py": "failures at every step of every write of a project",
    "core/storage/moved_video_test.py": "projects whose video was moved or replaced",
    "core/storage/mutated_files_test.py": "projects whose files were changed at random",
    "core/storage/power_loss_test.py": "projects after a loss of power at any moment",
    "core/storage/soak_test.py": "long work on one project",
    "core/video/matrix_test.py": "codecs, containers and damage",
    "core/video/mutation_test.py": "pictures and videos that were changed at random",
    "gui/document/undo_all_test.py": "any sequence of edits of a document, undone and made again",
}


def modules(root: Path, package: str) -> set[str]:
    """The dotted names of a package's modules; what a folder holds for itself (`__init__`, `__main__`) is none."""
    files = (path.relative_to(root) for path in (root / package).rglob("*.py"))
    return {".".join(path.with_suffix("").parts) for path in files if not path.stem.startswith("__")}


def packages(root: Path, package: str) -> set[str]:
    """The dotted names of the packages inside a package."""
    files = (path.relative_to(root) for path in (root / package).glob("**/*/__init__.py"))
    return {".".join(path.parent.parts) for path in files}


def own_test(module: str) -> str:
    """Where the test of a module belongs, below tests: `core/model/heads_test.py` for `lipcore.model.heads`."""
    package, *parts = module.split(".")
    return "/".join([PLACES[package], *parts]) + "_test.py"


def complaints(root: Path, package: str, covered_by: Mapping[str, str], spanning: Mapping[str, str]) -> list[str]:
    """What keeps the tests of `package`, in the checkout `root`, from mirroring it: a sentence each."""
    tests = {path.relative_to(root / "tests").as_posix() for path in (root / "tests").rglob("*_test.py")}
    known = modules(root, package)
    wrong = []
    for module in sorted(known):
        own = own_test(module)
        if own not in tests and module not in covered_by:
            wrong.append(f"{module} has neither the test {own} nor a line in COVERED_BY")
        if own in tests and module in covered_by:
            wrong.append(f"{module} has its own test: take its line out of COVERED_BY")
    wrong += [f"COVERED_BY names {module}, which does not exist" for module in sorted(covered_by.keys() - known)]
    missing = {test for test in covered_by.values() if test not in tests}
    wrong += [f"COVERED_BY names the test {test}, which does not exist" for test in sorted(missing)]
    of_something = {own_test(name) for name in known | packages(root, package)}
    for test in sorted(tests):
        if test.startswith(f"{PLACES[package]}/") and test not in of_something and test not in spanning:
            wrong.append(f"{test} is of no module or package in this place")
    for test in sorted(spanning):
        if test.startswith(f"{PLACES[package]}/") and (test not in tests or test in of_something):
            wrong.append(f"take {test} out of SPANNING")
    return wrong


@pytest.mark.parametrize("package", PLACES)
def test_the_tests_mirror_the_package(package: str) -> None:
    assert complaints(ROOT, package, COVERED_BY[package], SPANNING) == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Two modules of one package, one of them with its test, and a test of the package."""
    for name in (
        "lipcore/__init__.py",
        "lipcore/model/__init__.py",
        "lipcore/model/boxes.py",
        "lipcore/model/heads.py",
        "tests/core/model/heads_test.py",
        "tests/core/model_test.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


HEADS = "core/model/heads_test.py"
BOXES = {"lipcore.model.boxes": HEADS}


@pytest.mark.parametrize(
    ("covered_by", "spanning", "wrong"),
    [
        (BOXES, {}, []),
        ({}, {}, ["lipcore.model.boxes has neither the test core/model/boxes_test.py nor a line in COVERED_BY"]),
        (
            BOXES | {"lipcore.model.heads": HEADS},
            {},
            ["lipcore.model.heads has its own test: take its line out of COVERED_BY"],
        ),
        (BOXES | {"lipcore.gone": HEADS}, {}, ["COVERED_BY names lipcore.gone, which does not exist"]),
        (
            {"lipcore.model.boxes": "core/gone_test.py"},
            {},
            ["COVERED_BY names the test core/gone_test.py, which does not exist"],
        ),
        (BOXES, {HEADS: "why"}, [f"take {HEADS} out of SPANNING"]),
        (BOXES, {"core/gone_test.py": "why"}, ["take core/gone_test.py out of SPANNING"]),
    ],
)
def test_what_the_tables_may_not_say(
    checkout: Path, covered_by: dict[str, str], spanning: dict[str, str], wrong: list[str]
) -> None:
    assert complaints(checkout, "lipcore", covered_by, spanning) == wrong


def test_a_test_of_nothing_in_its_place(checkout: Path) -> None:
    (checkout / "tests" / "core" / "boxes_test.py").touch()
    wrong = complaints(checkout, "lipcore", BOXES, {})
    assert wrong == ["core/boxes_test.py is of no module or package in this place"]
    assert complaints(checkout, "lipcore", BOXES, {"core/boxes_test.py": "boxes and heads together"}) == []
