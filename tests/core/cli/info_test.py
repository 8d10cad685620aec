"""`lip info`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lipcore import __version__
from lipcore.cli.main import main


def test_versions_devices_and_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "info.json"
    assert main(["info", "--json", str(path)]) == 0
    facts = json.loads(path.read_text())
    assert facts["LIP"]["version"] == __version__
    assert "not installed" not in facts["packages"].values()
    assert facts["devices"]["auto"]
    printed = capsys.readouterr().out
    assert all(value in printed for section in facts.values() for value in section.values())
