"""What README.md and docs/ say is true: commands, links, file names, and numbers of parameters."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import torch

from lipcore import __version__
from lipcore.cli.main import COMMANDS
from lipcore.model import PRESETS, build_network

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_readme_holds_exactly_the_two_commands_that_ci_runs() -> None:
    commands = re.findall(r"^python -m pip install -e .*$", README, re.MULTILINE)
    assert commands == [
        "python -m pip install -e . && lip demo",
        'python -m pip install -e ".[test]" && python -m pytest',
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


@pytest.mark.parametrize("preset", PRESETS)
def test_readme_states_the_parameters_of_every_preset(preset: str) -> None:
    with torch.device("meta"):
        network = build_network(PRESETS[preset])
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
    report = {"benchmarks": [_measured(test, 0.0123) for _, test in table.ROWS]}
    assert table.format_table(report).splitlines()[2] == f"| {titles[0]} | 12.3 ms | 12.3 ms |"
    assert [table.duration(value) for value in (0.4, 99.9, 140.2, 4870)] == ["0.4 ms", "99.9 ms", "140 ms", "4.9 s"]


def _measured(test: str, seconds: float) -> dict[str, object]:
    """What pytest-benchmark reports of a benchmark whose every round took as long."""
    stats = {"data": [seconds] * 20, "median": seconds}
    return {"fullname": f"tests/benchmarks/{test}", "stats": stats, "extra_info": {}}
