"""The files that describe LIP to desktops and package tools agree with the program."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import tomllib
from configparser import RawConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lipcore import __version__
from tests.helpers import load_script

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
APPLICATION = "io.github.lip_annotator.LIP"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_top_level_holds_what_it_should() -> None:
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and path.name != "__pycache__"}
    made = {"build", "dist", "site", "runs", "lip-demo"}
    files = {"pyproject.toml", "README.md", "LICENSE", "NOTICE", "CHANGELOG.md"}
    assert names - made == {*files, "lipcore", "lipgui", "resources", "tests", "packaging", "docs"}


def test_version_is_in_one_place() -> None:
    assert "version" in PROJECT["project"]["dynamic"]
    component = ElementTree.parse(PACKAGING / f"{APPLICATION}.metainfo.xml").getroot()
    releases = [release.get("version") for release in component.iter("release")]
    assert releases[0] == __version__


def test_desktop_entry_starts_the_command() -> None:
    entry = RawConfigParser()
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(PACKAGING / f"{APPLICATION}.desktop", encoding="utf-8")
    desktop = entry["Desktop Entry"]
    assert desktop["Exec"].split() == ["lip", "gui", "%f"]
    assert desktop["Icon"] == APPLICATION
    assert "lip" in PROJECT["project"]["scripts"]


@pytest.mark.parametrize(
    ("command", "file"),
    [
        (["desktop-file-validate"], f"{APPLICATION}.desktop"),
        (["appstreamcli", "validate", "--no-net"], f"{APPLICATION}.metainfo.xml"),
    ],
)
def test_desktop_files_are_valid(command: list[str], file: str) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    done = subprocess.run([*command, str(PACKAGING / file)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("qapp")
def test_desktop_files_come_with_an_icon_of_every_size(tmp_path: Path) -> None:
    build_app = load_script(PACKAGING / "build_app.py")
    build_app.add_desktop_files(tmp_path)
    for side in build_app.SIZES:
        path = tmp_path / "icons" / "hicolor" / f"{side}x{side}" / "apps" / f"{APPLICATION}.png"
        width, height = struct.unpack(">II", path.read_bytes()[16:24])
        assert (width, height) == (side, side)
    assert (tmp_path / "applications" / f"{APPLICATION}.desktop").is_file()
    assert (tmp_path / "metainfo" / f"{APPLICATION}.metainfo.xml").is_file()


def test_wheel_takes_all_resources() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["lipcore", "lipgui"]
    assert wheel["force-include"] == {"resources": "lipcore/_resources"}


def test_constraints_name_one_version_of_every_dependency() -> None:
    lines = (PACKAGING / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = [Requirement(line) for line in lines if not line.startswith("#")]
    assert [str(each) for each in pinned if not str(each.specifier).startswith("==")] == []
    versions = {canonicalize_name(each.name): str(each.specifier).removeprefix("==") for each in pinned}
    assert len(versions) == len(pinned)
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [Requirement(each) for each in (*PROJECT["project"]["dependencies"], *extras["test"], *extras["train"])]
    known = {each.name: versions.get(canonicalize_name(each.name)) for each in wanted}
    assert [name for name, version in known.items() if version is None] == []
    assert [str(each) for each in wanted if not each.specifier.contains(known[each.name] or "")] == []


def test_what_contributors_need_is_there_and_runs_the_same_checks() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert "bash .ci/run" in workflow
    assert "os: [windows-latest, macos-latest]" in workflow
    assert '-e ".[test]" -c packaging/constraints.txt' in workflow
    assert "packaging/constraints.txt" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"entry: (ruff check|ruff format|mypy)", hooks) == ["ruff check", "ruff format", "mypy"]


def test_licence() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License")
    assert "LIP contributors" in text
    assert PROJECT["project"]["license"] == "MIT"
