"""Prints how the code hangs together: files, lines, who imports whom, and circles; of this checkout or of another one.

`python packaging/structure.py` prints this checkout; `git worktree add ../before 071551d` and then
`python packaging/structure.py ../before` print the code before it was put into packages.
"""

from __future__ import annotations

import argparse
import ast
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median
from typing import NamedTuple

PACKAGES = ("lipcore", "lipgui")
Arrows = dict[str, set[str]]


class Module(NamedTuple):
    """One Python file: its full name, its folder, its number of lines, and the modules of LIP that it imports."""

    name: str
    folder: str
    lines: int
    imports: frozenset[str]

    @property
    def part(self) -> str:
        """The folder or single file right below `lipcore` or `lipgui` that it belongs to."""
        return ".".join(self.name.split(".")[:2])

    @property
    def is_package(self) -> bool:
        """Whether it is an `__init__.py`."""
        return self.folder == self.name


def read_modules(root: Path) -> list[Module]:
    """Every module of LIP below the root of a checkout, in the order of their names."""
    files = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    modules = []
    for name, path in files.items():
        text = path.read_text(encoding="utf-8")
        folder = ".".join(path.relative_to(root).parts[:-1])
        imports = frozenset(_imports(ast.parse(text), files)) - {name}
        modules.append(Module(name, folder, len(text.splitlines()), imports))
    return modules


def _imports(tree: ast.Module, known: Iterable[str]) -> set[str]:
    """Modules of `known` that a file imports: at its top, in functions and for types alone."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else node.module for name in inner}
    return found & set(known)


def arrows_between_files(modules: Iterable[Module]) -> Arrows:
    """Module -> the modules it imports, of those given."""
    modules = list(modules)
    names = {module.name for module in modules}
    return {module.name: set(module.imports) & names for module in modules}


def arrows_between_parts(modules: Iterable[Module]) -> Arrows:
    """Part -> the other parts that its modules import, of those that hold some of the modules given."""
    modules = list(modules)
    part_of = {module.name: module.part for module in modules}
    arrows: Arrows = {}
    for module in modules:
        found = {part_of[name] for name in module.imports if name in part_of}
        arrows.setdefault(module.part, set()).update(found - {module.part})
    return arrows


def circles(arrows: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of names that all reach one another, each sorted."""
    reached = {name: _reached(arrows, name) for name in arrows}
    groups = {
        tuple(sorted(other for other in reached[name] if name in reached.get(other, ())))
        for name in arrows
        if name in reached[name]
    }
    return sorted(list(group) for group in groups)


def _reached(arrows: Mapping[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = arrows.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def summary(modules: list[Module]) -> list[str]:
    """A line of numbers for each of the two packages, and the circles of both."""
    lines = []
    for package in PACKAGES:
        own = [module for module in modules if module.name.split(".")[0] == package]
        sizes = sorted(module.lines for module in own)
        folders = Counter(module.folder for module in own if not module.is_package)
        fullest, count = folders.most_common(1)[0]
        files = sum(len(targets) for targets in arrows_between_files(own).values())
        parts = sum(len(targets) for targets in arrows_between_parts(own).values())
        lines += [
            f"{package}: {len(own)} files, {sum(sizes)} lines; median {median(sizes):.0f}, longest {sizes[-1]}",
            f"  fullest folder: {fullest} with {count} files",
            f"  imports inside: {files} between files, {parts} between folders and single files at the top",
        ]
    for what, arrows in (("files", arrows_between_files(modules)), ("parts", arrows_between_parts(modules))):
        found = [" <-> ".join(group) for group in circles(arrows)]
        lines.append(f"circles of {what}: {'; '.join(found) or 'none'}")
    return lines


def table(modules: list[Module]) -> list[str]:
    """A line for each part: files, lines, longest file, and the parts it imports."""
    lines = [f"{'part':<26}{'files':>6}{'lines':>7}{'longest':>9}  imports"]
    for part, targets in sorted(arrows_between_parts(modules).items()):
        sizes = [module.lines for module in modules if module.part == part]
        named = " ".join(sorted(name.removeprefix(f"{part.split('.')[0]}.") for name in targets))
        lines.append(f"{part:<26}{len(sizes):>6}{sum(sizes):>7}{max(sizes):>9}  {named or '-'}")
    return lines


def main() -> None:
    """Print the table and the summary of a checkout."""
    parser = argparse.ArgumentParser(description="Prints files, lines, imports and circles of lipcore and lipgui.")
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).parents[1], help="a checkout of LIP")
    modules = read_modules(parser.parse_args().root)
    print("\n".join([*table(modules), "", *summary(modules)]))


if __name__ == "__main__":
    main()
