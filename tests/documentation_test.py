"""What README.md and docs/ say is true: commands, links, file names, and numbers of parameters."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import pytest
import torch

from lipcore import __version__
from lipcore.cli.main import COMMANDS
from lipcore.model import build_network
from lipcore.presets import PRESETS
from tests.helpers import load_script

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def test_readme_holds_exactly_the_two_commands_that_ci_runs() -> None:
    commands = re.findall(r"^python -m pip install -e .*$", README, re.MULTILINE)
    assert commands == [
        "python -m pip install -e . && lip demo",
        'python -m pip install -e ".[test]" && python -m pytest -n auto',
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_named_files_exist(page: Path) -> None:
    pattern = r"`((?:lipcore|lipgui|tests|packaging|resources|docs)/[\w./-]*\w)`"
    named = re.findall(pattern, page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_named_commands_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    used = set(re.findall(r"(?:^|`|&& )lip ([a-z]+)\b", text, re.MULTILINE))
    assert used <= set(COMMANDS)


def test_generated_tables_can_be_made() -> None:
    hooks = load_script(ROOT / "packaging" / "docs_hooks.py")
    marks = {mark for page in PAGES for mark in re.findall(r"<!-- generated: ([a-z-]+) -->", page.read_text("utf-8"))}
    assert marks == hooks._TABLES.keys()
    for mark in marks:
        assert "\n" in hooks.on_page_markdown(f"<!-- generated: {mark} -->"), mark


def test_paths_through_the_files_are_short_and_true() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.partition("## Three paths through the files")[2].partition("\n## ")[0]
    lengths, missing = [], []
    for path in section.split("\n**A ")[1:]:
        hops = re.findall(r"^\d\. `([\w/]+\.py)` `([\w.]+)`", path, re.MULTILINE)
        lengths.append(len(hops))
        missing += [f"{file} {name}" for file, name in hops if name not in _defined(ROOT / file)]
    assert missing == []
    assert len(lengths) == 3
    assert 3 < min(lengths) <= max(lengths) <= 7


def _defined(path: Path) -> set[str]:
    """Functions and methods of a file, as `name` and `Class.name`."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    return names


@pytest.mark.parametrize("page", ["docs/index.md", "packaging/mkdocs.yml"])
def test_decisions_are_linked(page: str) -> None:
    records = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    index = (ROOT / "docs" / "decisions" / "index.md").read_text(encoding="utf-8")
    assert [name for name in records if name != "index.md" and f"({name})" not in index] == []
    text = (ROOT / page).read_text(encoding="utf-8")
    expected = records if page.endswith(".yml") else ["index.md"]
    assert [name for name in expected if f"decisions/{name}" not in text] == []


@pytest.mark.parametrize("preset", PRESETS)
def test_readme_states_the_parameters_of_every_preset(preset: str) -> None:
    with torch.device("meta"):
        network = build_network(PRESETS[preset].network)
    count = sum(parameter.numel() for parameter in network.parameters())
    assert re.search(rf"\| `{preset}` \|.*\| {count / 1e6:.1f} M \|", README), f"{preset} has {count / 1e6:.1f} M"


def test_changelog_knows_this_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_readme_holds_the_table_that_the_benchmarks_print() -> None:
    spec = importlib.util.spec_from_file_location("table", ROOT / "tests" / "benchmarks" / "table.py")
    assert spec is not None
    assert spec.loader is not None
    table = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(table)
    titles = [title for title, _ in table.ROWS]
    found = [title for title in titles if f"| {title} | " in README]
    assert found == titles
    for _, test in table.ROWS:
        file, _, name = test.partition("::")
        source = (ROOT / "tests" / "benchmarks" / file).read_text(encoding="utf-8")
        assert f"def {name.partition('[')[0]}(" in source, test
    reports = {
        title: {test: _measured(test, seconds) for _, test in table.ROWS}
        for title, seconds in (("plain", 0.0123), ("as it is", 0.004))
    }
    printed = table.format_table(reports).splitlines()
    assert printed[0] == "| what | plain, median | 95 % within | as it is, median | 95 % within |"
    assert printed[2] == f"| {titles[0]} | 12.3 ms | 12.3 ms | 4.0 ms | 4.0 ms |"
    assert table.figures({**_measured("", 1.0), "extra_info": {"megabytes": 1234}}) == ("1.2 GB", "")
    assert [table.duration(value) for value in (0.4, 99.9, 140.2, 4870)] == ["0.4 ms", "99.9 ms", "140 ms", "4.9 s"]


def _measured(test: str, seconds: float) -> dict[str, object]:
    """What pytest-benchmark reports of a benchmark whose every round took as long."""
    stats = {"data": [seconds] * 20, "median": seconds}
    return {"fullname": f"tests/benchmarks/{test}", "stats": stats, "extra_info": {}}
