"""`lip benchmark --clicks`: a line for each method, and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lipcore.cli.main import main
from lipcore.evaluation.clicks import (
    MOST_CLICKS,
)
from tests.core.evaluation.standing import write_davis


def test_the_command_prints_a_line_for_each_method(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_davis(tmp_path / "davis", "one", 3)
    path = tmp_path / "clicks.json"
    command = ["benchmark", "--davis", str(tmp_path / "davis"), "--clicks", "--grabcut", "--json", str(path)]
    assert main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["data", "sequences", "sequences"]
    assert "measured on processor" in lines[3]
    head, grabcut = json.loads(path.read_text())["clicks"]
    assert (head["method"], grabcut["method"]) == ("interactive head", "GrabCut")
    assert head["objects"] == grabcut["objects"] == 1
    assert 1 <= head["NoC@85"] <= head["NoC@90"] <= MOST_CLICKS
    assert main(["benchmark", "--davis", str(tmp_path / "davis")]) == 1
    assert "--out" in capsys.readouterr().err
