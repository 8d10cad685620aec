"""From files to files: the masks and `lip.json` of a run, ranges, switches, and what is said before any work."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.learning.reports import TuneReport
from lipcore.masks import read_label_map, write_label_map
from lipcore.presets.small import SMALL
from lipcore.propagation.propagator import PropagationConfig
from lipcore.propagation.result import FrameResult
from lipcore.runs import segment_run
from lipcore.runs.segment_run import (
    SWITCHES,
    TUNE_SWITCHES,
    SegmentRequest,
    SegmentSummary,
    segment,
    switched,
    tuning_of,
)
from tests.core.moving import write_moving_frames, write_tiny_checkpoint
from tests.helpers import Labels

RULES = SMALL.propagation


@pytest.fixture
def truth(tmp_path: Path) -> list[Labels]:
    truth = write_moving_frames(tmp_path / "video")
    write_label_map(tmp_path / "first.png", truth[0])
    return truth


@pytest.fixture
def request_(tmp_path: Path, truth: list[Labels]) -> SegmentRequest:
    weights = write_tiny_checkpoint(tmp_path / "tiny.safetensors")
    return SegmentRequest(
        tmp_path / "video", tmp_path / "first.png", tmp_path / "out", weights=weights, device="cpu",
        quality="fast", max_side=96, iterations=1,
    )  # fmt: skip


def masks(request: SegmentRequest) -> list[Labels]:
    files = sorted(request.out.glob("*.png"))
    assert [file.name for file in files] == [f"{frame:05d}.png" for frame in range(6)]
    return [read_label_map(file) for file in files]


def test_masks_report_and_summary(request_: SegmentRequest, truth: list[Labels]) -> None:
    *steps, summary = segment(request_)
    assert isinstance(summary, SegmentSummary)
    reports = [step for step in steps if isinstance(step, TuneReport)]
    assert [isinstance(step, TuneReport) for step in steps] == [True] * len(reports) + [False] * 6
    assert [step.number for step in reports] == [0] * (len(reports) - 1) + [1]
    found = {step.frame: step for step in steps if isinstance(step, FrameResult)}
    for frame, labels in enumerate(masks(request_)):
        np.testing.assert_array_equal(labels, found[frame].labels)
    np.testing.assert_array_equal(found[0].labels, truth[0])
    assert (summary.frames, summary.objects, summary.tune_iterations) == (6, 2, 1)
    assert min(summary.load_seconds, summary.tune_seconds, summary.propagation_seconds) > 0
    assert summary.seconds_per_frame == pytest.approx(np.median([found[frame].seconds for frame in range(1, 6)]))
    report = json.loads((request_.out / "lip.json").read_text())
    assert report["summary"]["weights_hash"] == summary.weights_hash
    assert report["settings"]["quality"] == "fast"
    assert [row["source"] for row in report["frames"]] == ["user"] + ["model"] * 5
    assert [row["name"] for row in report["frames"]] == [f"{frame:05d}" for frame in range(6)]
    assert report["frames"][0]["objects"] == [
        {"id": 1, "box": [6.0, 8.0, 30.0, 30.0], "score": 1.0, "quality": 1.0},
        {"id": 2, "box": [40.0, 30.0, 64.0, 56.0], "score": 1.0, "quality": 1.0},
    ]
    assert sorted(path.name for path in request_.out.iterdir())[-1] == "lip.json"


def test_a_range_leaves_empty_masks_outside(request_: SegmentRequest, truth: list[Labels]) -> None:
    list(segment(replace(request_, frames=(2, 4))))
    found = masks(request_)
    np.testing.assert_array_equal(found[0], truth[0])  # painted, though outside
    assert not any(found[frame].any() for frame in (1, 4, 5))
    report = json.loads((request_.out / "lip.json").read_text())
    assert [row["source"] for row in report["frames"]] == ["user", "none", "model", "model", "none", "none"]


def test_an_interrupted_run_goes_on_without_tuning_to_the_same_masks(request_: SegmentRequest) -> None:
    list(segment(replace(request_, out=request_.out.with_name("straight"))))
    run = segment(request_)
    for step in run:
        if isinstance(step, FrameResult) and step.frame == 2:
            break
    run.close()
    assert not list(request_.out.glob("*.png"))
    said: list[str] = []
    steps = list(segment(request_, said.append))
    assert not any(isinstance(step, TuneReport) for step in steps)
    assert said == ["An interrupted run of the same kind was found: its tuned weights are used."]
    for mask in request_.out.with_name("straight").glob("*.png"):
        assert (request_.out / mask.name).read_bytes() == mask.read_bytes()


@pytest.mark.parametrize("place", ["video", "first.png", "tiny.safetensors", "video/inside", "link", "p.lip/masks"])
def test_results_never_go_where_an_input_or_a_project_is(request_: SegmentRequest, tmp_path: Path, place: str) -> None:
    (tmp_path / "p.lip" / "masks").mkdir(parents=True)
    (tmp_path / "p.lip" / "project.json").write_text("{}")
    (tmp_path / "link").symlink_to(tmp_path / "video")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(LipError, match="Choose another place"):
        next(segment(replace(request_, out=tmp_path / place)))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
def test_directions(request_: SegmentRequest, tmp_path: Path, truth: list[Labels], direction: str) -> None:
    folder = tmp_path / "annotations"
    folder.mkdir()
    for frame in (1, 4):
        write_label_map(folder / f"{frame:05d}.png", truth[frame])
    steps = list(segment(replace(request_, annotations=folder, direction=direction)))
    reached = {"forward": [1, 2, 3, 4, 5], "backward": [0, 1, 2, 3, 4], "both": [0, 1, 2, 3, 4, 5]}
    assert sorted({step.frame for step in steps if isinstance(step, FrameResult)}) == reached[direction]
    last = {step.frame: step.labels for step in steps if isinstance(step, FrameResult)}  # both ways give some twice
    found = masks(request_)
    for frame in reached[direction]:
        np.testing.assert_array_equal(found[frame], last[frame])
    for frame in (1, 4):
        np.testing.assert_array_equal(found[frame], truth[frame])


def test_a_loaded_segmenter_may_be_given(request_: SegmentRequest) -> None:
    segmenter = segment_run.load_segmenter(request_)
    list(segment(replace(request_, weights=Path("none")), segmenter=segmenter))
    assert segmenter.tuned_weights()
    assert len(masks(request_)) == 6


def test_a_mask_off_by_a_pixel_is_stretched_and_said(request_: SegmentRequest, truth: list[Labels]) -> None:
    write_label_map(request_.annotations, np.pad(truth[0], ((0, 1), (0, 0)))[:, :-1])
    said: list[str] = []
    list(segment(replace(request_, frames=(0, 1)), said.append))
    assert said == ["Frame 0: its mask is 95x65; it was stretched to the video's 96x64."]
    assert masks(request_)[0].shape == (64, 96)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"frames": (2, 9)}, "There is no range 2:9 in video with 6 frames."),
        ({"frames": (6, 7)}, "There is no range 6:7"),
        ({"switches": {"magic": True}}, "There is no switch magic; there are static_memory, "),
        (
            {"weights": None, "switches": {"static_memory": True}},
            "Preset small has no memory: the switch static_memory",
        ),
        ({"preset": "large"}, "There is no preset large; choose one of paper, small, coco."),
        ({"preset": "coco"}, "are for preset small, not coco."),
        ({"device": "abacus"}, "There is no device abacus; use auto, cpu, cuda, cuda:N or mps."),
        ({"weights": Path("none.safetensors")}, "Cannot read the weights none.safetensors: there is no such file."),
        ({"video": Path("none")}, "none"),
        ({"annotations": Path("none.png")}, "Cannot read annotations: none.png does not exist."),
        ({"quality": "superb", "iterations": None}, "There is no quality superb"),
        ({"direction": "sideways"}, "There is no direction sideways"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_tuned(
    request_: SegmentRequest, change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(LipError) as caught:
        next(segment(replace(request_, **change)))  # type: ignore[arg-type]
    assert sentence in str(caught.value)
    assert not list(request_.out.glob("*"))


def test_a_mask_of_another_size_is_refused(request_: SegmentRequest) -> None:
    write_label_map(request_.annotations, np.ones((32, 48), np.uint8))
    with pytest.raises(LipError, match=r"first.png: it is for 48 x 32 pixels, but the video has 96 x 64"):
        next(segment(request_))
    cv2.imwrite(str(request_.annotations), np.zeros((64, 96), np.uint8))
    with pytest.raises(LipError, match="none of its 1 frames shows an object"):
        next(segment(request_))
    assert not request_.out.exists()


def test_a_folder_that_cannot_be_written_is_said_first(
    request_: SegmentRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: object, *arguments: object) -> int:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr("lipcore.files._create", refuse)
    with pytest.raises(LipError, match="permission is denied"):
        next(segment(request_))
    assert not request_.out.exists()


def test_every_rule_of_propagation_is_a_switch() -> None:
    nothing = PropagationConfig(id_adaptation=None)
    for config in (nothing, PropagationConfig(), RULES):
        assert switched(config, dict.fromkeys(SWITCHES, False)) == nothing
        everything = switched(config, dict.fromkeys(SWITCHES, True))
        assert all(getattr(everything, name) for name in SWITCHES if getattr(RULES, name) or config is RULES)
    config = switched(PropagationConfig(), {"id_adaptation": False, "flow": True})
    assert (config.id_adaptation, config.flow, config.mask_cue) == (None, True, False)
    assert switched(config, {"id_adaptation": True}).id_adaptation == PropagationConfig().id_adaptation
    assert switched(config, {"track_preference": True}).track_preference == RULES.track_preference


def test_rules_of_tuning_are_switches_too(request_: SegmentRequest) -> None:
    for name in TUNE_SWITCHES:
        for preset in ("small", "paper"):
            plain = tuning_of(request_, preset)
            off, on = (tuning_of(replace(request_, switches={name: value}), preset) for value in (False, True))
            assert not getattr(off, name)
            assert getattr(on, name) == (getattr(plain, name) or getattr(SMALL.tunings["fast"], name) or True)
            assert replace(off, **{name: getattr(plain, name)}) == plain
        assert switched(RULES, {name: True}) == RULES
    both = tuning_of(replace(request_, switches={"fast_id_start": False, "static_memory": False}), "small")
    assert (both.fast_id_start, both.static_memory) == (False, False)


def test_iterations_that_are_asked_for_are_as_many_for_any_number_of_frames(request_: SegmentRequest) -> None:
    config = tuning_of(replace(request_, iterations=7), "small")
    assert config.iterations * config.several_frames_factor == 7
    assert tuning_of(replace(request_, iterations=None), "small").several_frames_factor > 1


def test_tuning_follows_its_switches(request_: SegmentRequest) -> None:
    request = replace(request_, switches={"augmented_clips": False}, frames=(0, 1))
    first = next(iter(segment(request)))
    assert isinstance(first, TuneReport)
    assert first.to_prepare == 1
