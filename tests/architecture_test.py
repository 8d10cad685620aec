"""The shape of the code base: who may import whom, what loads torch and Qt, and words that have no place here."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FILE = 400
MOST_FILES = 15  # Python files in one folder, beside __init__.py

FILES = {"errors", "files", "mask_operations", "masks", "palette", "prompts"}
FILES |= {"resources", "staging", "version"}
VIDEO = FILES | {"video"}
PROJECT = VIDEO | {"curves", "project"}
STORAGE = PROJECT | {"storage"}
NETWORK = VIDEO | {"flow", "machine", "model", "network_input", "weights"}
LEARNING = {"augment", "learning", "tuning"}
JOBS = NETWORK | LEARNING | {"interactive", "presets", "propagation", "training"}
EXCHANGE = {"exchange", "export", "importing", "matting", "temporal"}
EVERYTHING = JOBS | STORAGE | EXCHANGE
EVERYTHING |= {"batch", "evaluation", "runs", "segmenter", "workflow"}


def _core(*names: str) -> set[str]:
    return {f"lipcore.{name}" for name in names}


def _window(*names: str) -> set[str]:
    return {f"lipgui.{name}" for name in names}


SHOWN = _core(*FILES, "machine", "video", "curves", "project")  # what widgets know of lipcore
SHELVES = _window(
    *("basics", "jobs", "actions", "widgets", "tools", "canvas", "timeline", "document", "edges", "panels", "dialogs")
)

# Part (a module or a package below lipcore or lipgui) -> parts it may import, in functions and for types too. A part
# that is not listed here fails the test.
ALLOWED: dict[str, set[str]] = {
    f"lipcore.{owner}": _core(*names)
    for owner, names in {
        **dict.fromkeys(FILES, FILES),
        **dict.fromkeys(VIDEO - FILES, VIDEO),
        "curves": {"curves", "errors"},
        "project": PROJECT,
        "storage": STORAGE,
        "export": PROJECT | {"matting"},
        "importing": PROJECT | {"export"},
        "exchange": PROJECT | {"export", "importing"},
        "temporal": PROJECT,
        "matting": PROJECT,
        "model": {"errors"},
        "flow": set(),
        "machine": {"errors"},
        "presets": {"errors", "learning", "model", "propagation", "tuning"},
        "weights": FILES | {"model", "presets"},
        "network_input": FILES | {"model"},
        "propagation": NETWORK - {"weights"},
        "augment": FILES,
        "learning": FILES | {"model", "augment"},
        "tuning": NETWORK - {"weights"} | {"augment", "learning"},
        "interactive": NETWORK,
        "training": NETWORK | {"augment", "interactive", "learning", "presets"},
        "workflow": PROJECT | {"importing", "learning", "propagation", "temporal"},
        "segmenter": NETWORK | {"presets", "propagation", "tuning", "learning"},
        "runs": NETWORK
        | STORAGE
        | {"exchange", "workflow", "presets", "propagation", "tuning", "learning", "segmenter"},
        "evaluation": JOBS | PROJECT | {"runs", "segmenter", "workflow"},
        "batch": EVERYTHING,
        "cli": EVERYTHING,
        "__main__": {"cli"},
    }.items()
}
ALLOWED["lipcore"] = _core(*EVERYTHING)  # lipcore/__init__.py, the Python API
ALLOWED |= {
    # Widgets and their helpers: they show values and ask by signals.
    "lipgui.basics": SHOWN,
    "lipgui.jobs": SHOWN,
    "lipgui.actions": SHOWN | _window("basics"),
    "lipgui.widgets": SHOWN | _window("basics", "actions"),
    "lipgui.tools": SHOWN | _window("basics"),
    "lipgui.canvas": SHOWN | _window("basics", "tools"),
    "lipgui.timeline": SHOWN | _window("basics", "widgets"),
    "lipgui.edges": SHOWN | _window("basics", "widgets"),
    "lipgui.panels": SHOWN | _window("basics", "jobs", "actions", "widgets", "tools", "canvas"),
    # What knows the document.
    "lipgui.document": SHOWN | _core("importing", "temporal", "workflow") | _window("basics"),
    "lipgui.dialogs": SHOWN
    | _core("exchange", "importing", "temporal", "workflow")
    | _window("basics", "jobs", "actions", "widgets", "document"),
    "lipgui.controllers": _core(*EVERYTHING) | SHELVES,
    # The window itself.
    "lipgui.keyboard": set(),
    "lipgui.menus": _window("actions", "basics", "document"),
    "lipgui.main_window": SHOWN | SHELVES | _window("controllers", "keyboard", "menus"),
    "lipgui.app": SHOWN | _window("basics", "controllers", "dialogs", "main_window"),
    "lipgui.__main__": _window("app"),
    "lipgui": set(),
}
TORCH_FREE = {
    *VIDEO,
    *EXCHANGE,
    "curves",
    "project",
    "storage",
    "runs.annotation_files",
    "runs.results_folder",
    "evaluation.measures",
    "propagation.plan",
    "propagation.result",
    "workflow",
    "learning.reports",
}
TORCH = {"torch", "torchvision", "safetensors"}

CATCHES_EVERYTHING = {"lipgui/jobs/jobs.py", "lipcore/storage/writer.py", "lipgui/dialogs/problems.py"}
STARTS_THREADS = {
    "lipgui/jobs/jobs.py",
    "lipcore/storage/writer.py",
    "lipcore/runs/writing.py",
    "lipcore/propagation/frames_ahead.py",
    "lipcore/augment/batch.py",
    "lipcore/training/data/clips.py",
    "lipcore/video/folder.py",
}
THREADS = {"QThread", "QThreadPool", "QRunnable", "Thread", "ThreadPoolExecutor", "start_new_thread"}
BANNED_WORDS = ("processEvents", "TODO", "FIXME", "XXX", "sys.path.insert")
BANNED_IMPORTS = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}


def sources(*folders: str) -> list[Path]:
    """Every Python file below these folders of the repository."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def nodes(node: ast.AST, lazy: bool = True, types: bool = False) -> Iterator[ast.AST]:
    """Every node below, without what waits in functions unless `lazy`, nor imports for types alone unless `types`."""
    for child in ast.iter_child_nodes(node):
        if not types and only_for_types(child):
            continue
        if not lazy and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        yield child
        yield from nodes(child, lazy, types)


def imported(path: Path, lazy: bool = True, types: bool = False) -> set[str]:
    """The full names of modules that a file imports; `from package import module` names the module."""
    found = set()
    for node in nodes(tree(path), lazy, types):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{short(path)} has a relative import"
            base = (node.module or "").replace(".", "/")
            for alias in node.names:
                inner = (ROOT / base / f"{alias.name}.py").is_file() or (ROOT / base / alias.name).is_dir()
                found.add(f"{node.module}.{alias.name}" if inner else str(node.module))
    return found


def part(module: str) -> str:
    """The part that a module belongs to: `lipcore.model.heads` is in `lipcore.model`, `lipgui.app` one of its own."""
    return ".".join(module.split(".")[:2])


def test_parts_import_only_what_they_may() -> None:
    wrong = []
    for path in sources("lipcore", "lipgui"):
        owner = part(module_name(path))
        if owner not in ALLOWED:
            wrong.append(f"{short(path)}: give {owner!r} a line in ALLOWED")
            continue
        for name in sorted(ours(path)):
            if part(name) not in {*ALLOWED[owner], owner}:
                wrong.append(f"{short(path)} imports {name}")
    assert wrong == []


def test_the_table_of_arrows_names_what_exists() -> None:
    parts = {part(module_name(path)) for path in sources("lipcore", "lipgui")}
    assert set(ALLOWED) == parts
    assert set().union(*ALLOWED.values()) <= parts


def ours(path: Path) -> set[str]:
    """The modules of LIP that a file imports, at its top, in functions and for types."""
    return {name for name in imported(path, types=True) if name.split(".")[0] in {"lipcore", "lipgui"}}


def in_circles(arrows: dict[str, set[str]]) -> set[str]:
    """What lies on a circle of these arrows, or between two circles."""
    left = {name: targets - {name} for name, targets in arrows.items()}
    while True:
        pointed_at = set().union(*left.values())
        kept = {name: targets & left.keys() for name, targets in left.items() if targets & left.keys()}
        kept = {name: targets for name, targets in kept.items() if name in pointed_at}
        if kept == left:
            return set(left)
        left = kept


def test_circles_are_found() -> None:
    assert in_circles({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": {"e"}, "e": set()}) == {"b", "c"}
    assert in_circles({"a": {"a", "b"}, "b": {"c"}, "c": set()}) == set()


def test_parts_import_in_no_circle() -> None:
    arrows: dict[str, set[str]] = {}
    for path in sources("lipcore", "lipgui"):
        arrows.setdefault(part(module_name(path)), set()).update(part(name) for name in ours(path))
    assert in_circles(arrows) == set()


def test_files_import_in_no_circle() -> None:
    assert in_circles({module_name(path): ours(path) for path in sources("lipcore", "lipgui")}) == set()


def test_the_core_knows_no_window() -> None:
    window = {"lipgui", "PySide6", "shiboken6", "pyqtgraph"}
    wrong = [
        f"{short(path)} imports {name}"
        for path in sources("lipcore")
        for name in imported(path)
        if name.split(".")[0] in window and part(module_name(path)) != "lipcore.cli"
    ]
    assert wrong == []


def test_the_command_line_reaches_the_window_only_when_asked() -> None:
    wrong = [
        f"{short(path)} imports {name}"
        for path in sources("lipcore/cli")
        for name in imported(path, lazy=False)
        if name.split(".")[0] in {"lipgui", "PySide6", "pyqtgraph"}
    ]
    assert wrong == []


def test_parts_without_torch_never_import_it() -> None:
    wrong = []
    for path in sources("lipcore"):
        name = module_name(path)
        short_name = name.removeprefix("lipcore.")
        if part(name).removeprefix("lipcore.") in TORCH_FREE or short_name in TORCH_FREE:
            wrong += [f"{short(path)} imports {other}" for other in imported(path) if other.split(".")[0] in TORCH]
    assert wrong == []


def test_widgets_do_not_load_the_network() -> None:
    wrong = [
        f"{short(path)} imports {name}"
        for path in sources("lipgui")
        for name in imported(path)
        if name == "lipcore.segmenter" and part(module_name(path)) not in {"lipgui.controllers", "lipgui.app"}
    ]
    assert wrong == []


@pytest.mark.parametrize("module", ["lipgui.app", "lipcore", "lipcore.cli.main", "lipcore.project", "lipcore.exchange"])
def test_starting_does_not_import_torch(module: str) -> None:
    code = f"import sys, {module}; print(sorted({{'torch', 'torchvision'}} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (run.stdout.strip(), run.returncode) == ("[]", 0), run.stderr


def test_no_file_is_too_long() -> None:
    lengths = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in everything()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_folder_is_crowded() -> None:
    counts = Counter(short(path.parent) for path in sources("lipcore", "lipgui") if path.name != "__init__.py")
    crowded = {folder: count for folder, count in counts.items() if count > MOST_FILES}
    assert crowded == {}


def test_every_module_says_what_it_is_for() -> None:
    every = sources("lipcore", "lipgui", "packaging")
    silent = [short(path) for path in every if tree(path).body and ast.get_docstring(tree(path)) is None]
    assert silent == []


def test_constants_are_explained_in_comments() -> None:
    wrong = []
    for path in sources("lipcore", "lipgui", "packaging"):
        body = tree(path).body
        for node, below in pairwise(body):
            name = ast.unparse(node).split()[0].rstrip(":") if isinstance(node, ast.Assign | ast.AnnAssign) else ""
            text = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            if text and re.fullmatch(r"_?[A-Z][A-Z0-9_]*", name):
                wrong.append(f"{short(path)}:{below.lineno} {name}")
    assert wrong == []


def test_nothing_unpickles_or_evaluates() -> None:
    wrong = []
    for path in sources("lipcore", "lipgui", "packaging"):
        wrong += [f"{short(path)} imports {name}" for name in imported(path) if name.split(".")[0] in BANNED_IMPORTS]
        for node in nodes(tree(path)):
            if isinstance(node, ast.Call) and (reason := unsafe(node)):
                wrong.append(f"{short(path)}:{node.lineno} {reason}")
    assert wrong == []


def unsafe(call: ast.Call) -> str:
    """Why a call may run what a file says, or nothing."""
    name = ast.unparse(call.func)
    options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    if name in {"eval", "exec", "compile", "os.system"}:
        return f"calls {name}"
    if name == "torch.load" and options.get("weights_only") != "True":
        return "calls torch.load without weights_only=True"
    if options.get("allow_pickle", "False") != "False" or options.get("shell", "False") != "False":
        return f"calls {name} with pickles or a shell"
    return ""


def test_only_three_places_catch_everything() -> None:
    assert [name for name in CATCHES_EVERYTHING if not (ROOT / name).is_file()] == []
    wrong = []
    for path in sources("lipcore", "lipgui"):
        for node in nodes(tree(path)):
            if isinstance(node, ast.ExceptHandler) and short(path) not in CATCHES_EVERYTHING:
                caught = "BaseException" if node.type is None else ast.unparse(node.type)
                passed_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                if re.search(r"\b(Base)?Exception\b", caught) and not passed_on:
                    wrong.append(f"{short(path)}:{node.lineno} except {caught}")
    assert wrong == []


def test_threads_start_in_few_places() -> None:
    assert [name for name in STARTS_THREADS if not (ROOT / name).is_file()] == []
    wrong = [
        f"{short(path)}:{node.lineno} calls {ast.unparse(node.func)}"
        for path in sources("lipcore", "lipgui")
        for node in nodes(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in THREADS
        if short(path) not in STARTS_THREADS
    ]
    assert wrong == []


def test_banned_words() -> None:
    wrong = [
        f"{short(path)}:{number} {word}"
        for path in everything()
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for word in BANNED_WORDS
        if not (word == "processEvents" and path.is_relative_to(ROOT / "tests"))
        if re.search(rf"\b{re.escape(word)}\b", line)
    ]
    assert wrong == []


def test_nothing_sleeps_but_for_a_reason() -> None:
    wrong = [
        f"{short(path)}:{node.lineno}"
        for path in sources("lipgui", "tests")
        if path.is_relative_to(ROOT / "lipgui") or path.name.endswith("_test.py")
        for node in nodes(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep", "qtbot.wait", "QTest.qWait"}
    ]
    assert wrong == []


def everything() -> list[Path]:
    return sources("lipcore", "lipgui", "tests", "packaging")
