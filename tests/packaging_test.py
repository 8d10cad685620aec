"""The files that describe LIP to desktops and package tools agree with the program."""

from __future__ import annotations

import tomllib
from configparser import RawConfigParser
from pathlib import Path
from xml.etree import ElementTree

from lipcore import __version__

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
APPLICATION = "io.github.lip_annotator.LIP"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_top_level_holds_what_it_should() -> None:
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and path.name != "__pycache__"}
    made = {"build", "dist", "site", "runs", "lip-demo"}
    files = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"}
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


def test_wheel_takes_all_resources() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["lipcore", "lipgui"]
    assert wheel["force-include"] == {"resources": "lipcore/_resources"}


def test_licence() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License")
    assert "LIP contributors" in text
    assert PROJECT["project"]["license"] == "MIT"
