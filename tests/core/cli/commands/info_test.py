"""`lip info`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lipcore import __version__
from lipcore.cli.main import main
from lipcore.machine.processor import processor_name
from lipcore.model.compiled import trunk_engine


def test_versions_devices_and_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "info.json"
    assert main(["info", "--json", str(path)]) == 0
    facts = json.loads(path.read_text())
    assert facts["LIP"]["version"] == __version__
    there = {name: version for name, version in facts["packages"].items() if name != "openvino"}  # not on every system
    assert "not installed" not in there.values()
    assert facts["devices"]["auto"]
    assert facts["devices"]["processor"] == processor_name()
    assert facts["devices"]["precision"] in ("float32", "bfloat16")
    assert facts["devices"]["instructions"].startswith(("AVX", "DEFAULT", "NO AVX", "NEON", "SVE"))
    assert facts["devices"]["trunk on CPU"] == trunk_engine()
    printed = capsys.readouterr().out
    assert all(value in printed for section in facts.values() for value in section.values())
