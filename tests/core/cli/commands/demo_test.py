"""`lip demo`: headless where that is asked for or there is no display, with measures of the masks."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from lipcore.cli.commands import demo
from lipcore.cli.main import main
from lipcore.resources import resource
from lipcore.runs.segment_run import SegmentRequest, SegmentSummary


@pytest.fixture(autouse=True)
def perfect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[SegmentRequest]:
    """In place of the network: the true masks of the clip. What was asked for is noted."""
    asked: list[SegmentRequest] = []

    def show(request: SegmentRequest) -> SegmentSummary:
        asked.append(request)
        shutil.copytree(resource("sample/masks"), request.out)
        return SegmentSummary(frames=60, objects=3, device="test device")

    monkeypatch.setattr(demo, "show", show)
    monkeypatch.chdir(tmp_path)
    return asked


def test_masks_are_written_and_measured(
    tmp_path: Path, perfect: list[SegmentRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--headless", "--json", str(tmp_path / "figures.json")]) == 0
    (request,) = perfect
    assert request.out == demo.OUT
    assert request.video == resource("sample/clip.mp4")
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert (figures["J"], figures["F"], figures["frames"]) == (1.0, 1.0, 60)
    assert "60 masks of 3 objects in lip-demo: J 100.0, F 100.0" in capsys.readouterr().out


def test_without_a_display_it_runs_headless_and_says_so(
    monkeypatch: pytest.MonkeyPatch, perfect: list[SegmentRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "has_display", lambda: False)
    assert main(["demo", "--out", "elsewhere"]) == 0
    assert perfect[0].out == Path("elsewhere")
    assert "There is no display" in capsys.readouterr().out


def test_with_a_display_the_window_opens(monkeypatch: pytest.MonkeyPatch, perfect: list[SegmentRequest]) -> None:
    opened: list[dict[str, object]] = []
    window = ModuleType("lipgui.app")
    window.run = lambda **options: opened.append(options) or 0  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "lipgui.app", window)
    monkeypatch.setattr(demo, "has_display", lambda: True)
    assert main(["demo"]) == 0
    assert opened == [{"demo": True}]
    assert perfect == []
