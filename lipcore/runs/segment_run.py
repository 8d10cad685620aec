"""One video from annotations to masks on disk: what the commands segment, demo, benchmark and batch share."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.files import file_states
from lipcore.learning.reports import TuneReport
from lipcore.machine.device import peak_memory
from lipcore.masks import IGNORE
from lipcore.presets import find_preset
from lipcore.presets.small import SMALL
from lipcore.propagation.propagator import PropagationConfig
from lipcore.propagation.result import FrameResult
from lipcore.runs.annotation_files import annotation_inputs, read_annotations
from lipcore.runs.results_folder import ResultsFolder
from lipcore.runs.writing import MasksWritten
from lipcore.segmenter import Segmenter, check_direction
from lipcore.staging import refuse_inputs
from lipcore.tuning.config import TuneConfig
from lipcore.version import __version__
from lipcore.video import Video, open_video


@dataclass(frozen=True)
class SegmentRequest:
    """What to segment and how; paths, and the options of `lip segment`."""

    video: Path
    annotations: Path
    out: Path
    preset: str | None = None  # the one of the weights, or the bundled one
    weights: Path | None = None
    device: str = "auto"
    quality: str = "balanced"
    direction: str = "forward"
    seed: int = 0
    max_side: int | None = None
    frames: tuple[int, int] | None = None  # first frame, and the one after the last
    switches: dict[str, bool] = field(default_factory=dict)  # of PropagationConfig, by name
    values: tuple[float, float] | None = None  # of deep pictures, shown as black and white; None: as found
    iterations: int | None = None  # instead of the number `quality` names
    mask_values: str = "auto"  # what unclear annotations hold: ids, shades, or the path of a palette

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files and folders that are read, but for the weights."""
        return (self.video, *annotation_inputs(self.annotations, self.mask_values))


@dataclass(frozen=True)
class SegmentSummary:
    """What a run took and found; seconds, bytes and counts."""

    frames: int = 0
    objects: int = 0
    load_seconds: float = 0.0
    tune_seconds: float = 0.0
    tune_iterations: int = 0
    propagation_seconds: float = 0.0
    seconds_per_frame: float = 0.0  # median over the frames that were not annotated
    peak_memory: int = 0
    device: str = ""
    weights_hash: str = ""


def segment(
    request: SegmentRequest,
    tell: Callable[[str], None] = lambda sentence: None,
    segmenter: Segmenter | None = None,
) -> Iterator[TuneReport | FrameResult | SegmentSummary]:
    """Tune, propagate and write a mask for every frame of the video, and `lip.json`; yields as it goes, a summary last.

    The results replace those of an earlier run when they are whole; see `lipcore.runs.results_folder`, which also says
    what is never replaced. Interrupted, the same request goes on after its tuning. Frames that are not reached get an
    empty mask. A `segmenter` that is given was loaded as the request says, and is tuned when this ends.
    """
    check_direction(request.direction)  # what is wrong is said before any work
    switched(PropagationConfig(), request.switches)
    refuse_inputs(request.out, (*request.inputs, request.weights))
    with open_video(request.video, values=request.values) as video:
        for note in video.notes:
            tell(note)
        if video.values is not None and video.notes and request.values is None:
            tell("Other values can be chosen with --values LOW:HIGH.")
        frames = _frames(request, video)
        annotations = read_annotations(request.annotations, video, tell, request.mask_values)
        results = ResultsFolder(request.out, video.frame_names)
        started = time.perf_counter()
        segmenter = segmenter or load_segmenter(request)
        if not segmenter.trained:
            tell(f"Preset {segmenter.preset} comes without weights: the network starts untrained.")
        load_seconds = time.perf_counter() - started
        config = switched(find_preset(segmenter.preset).propagation, request.switches)
        tuning, iterations, tune_seconds = tuning_of(request, segmenter.preset), 0, 0.0
        tuned = results.begin(_identity(request, segmenter))
        if tuned:
            tell("An interrupted run of the same kind was found: its tuned weights are used.")
            segmenter.restore(tuned)
        else:
            for step in segmenter.tune(video, annotations, request.quality, tuning):
                iterations, tune_seconds = step.number, step.seconds
                yield step
            results.keep_tuned(segmenter.tuned_weights())
        summary = SegmentSummary(
            load_seconds=load_seconds,
            tune_seconds=tune_seconds,
            tune_iterations=iterations,
            device=segmenter.device_name,
            weights_hash=segmenter.weights_hash,
        )
        yield from _propagate(request, video, annotations, segmenter, summary, frames, config, results)


def _identity(request: SegmentRequest, segmenter: Segmenter) -> str:
    """What tells one run from another: program, settings, inputs, and the weights and what they were tuned to before.

    The device does not count, nor where the results go.
    """
    settings = {**asdict(request), "device": "", "out": "", "weights": segmenter.weights_hash}
    inputs = [file_states(path) for path in request.inputs]
    before = hashlib.sha256(segmenter.tuned_weights()).hexdigest()
    text = json.dumps([__version__, settings, inputs, before], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def load_segmenter(request: SegmentRequest) -> Segmenter:
    """The segmenter that a request asks for; LipError, also for the memory's switch where there is no memory."""
    segmenter = Segmenter.load(request.preset, request.weights, request.device, request.max_side, request.seed)
    if "static_memory" in request.switches and not segmenter.network.config.memory_levels:
        raise LipError(f"Preset {segmenter.preset} has no memory: the switch static_memory would change nothing.")
    segmenter.states.budget = 0  # every frame is run once
    return segmenter


def _frames(request: SegmentRequest, video: Video) -> range:
    frames = range(*request.frames) if request.frames else range(len(video))
    if not (0 <= frames.start < frames.stop <= len(video)):
        raise LipError(f"There is no range {frames.start}:{frames.stop} in {video.name} with {len(video)} frames.")
    return frames


def _propagate(
    request: SegmentRequest,
    video: Video,
    annotations: dict[int, NDArray[np.uint8]],
    segmenter: Segmenter,
    before: SegmentSummary,
    frames: range,
    config: PropagationConfig,
    results: ResultsFolder,
) -> Iterator[FrameResult | SegmentSummary]:
    """Write every mask and the report; `before` is the summary of what was done so far, and a whole one comes last."""
    rows: dict[int, dict[str, object]] = {}
    seconds = []
    started = time.perf_counter()
    with MasksWritten(results.write) as masks:
        for result in segmenter.propagate(video, annotations, frames, request.direction, config):
            masks.put(video.frame_names[result.frame], result.labels)
            rows[result.frame] = _row(video, result, "user" if result.frame in annotations else "model")
            if result.is_final and result.frame not in annotations:
                seconds.append(result.seconds)
            yield result
        propagation_seconds = time.perf_counter() - started
        empty = np.zeros((video.height, video.width), np.uint8)
        for frame in range(len(video)):
            if frame not in rows:
                masks.put(video.frame_names[frame], annotations.get(frame, empty))
                rows[frame] = _row(
                    video, FrameResult(frame, empty, (), 0.0), "user" if frame in annotations else "none"
                )
    summary = replace(
        before,
        frames=len(rows),
        objects=len({int(value) for labels in annotations.values() for value in np.unique(labels)} - {0, IGNORE}),
        propagation_seconds=propagation_seconds,
        seconds_per_frame=float(np.median(seconds)) if seconds else 0.0,
        peak_memory=peak_memory(segmenter.device),
    )
    settings = {key: str(value) if isinstance(value, Path) else value for key, value in asdict(request).items()}
    report = {
        "lip": __version__,
        "settings": settings,
        "summary": asdict(summary),
        "frames": [rows[frame] for frame in sorted(rows)],
    }
    results.finish(report)
    yield summary


def _row(video: Video, result: FrameResult, source: str) -> dict[str, object]:
    objects = [
        {
            "id": item.object_id,
            "box": [round(side, 2) for side in item.box],
            "score": round(item.score, 4),
            "quality": round(item.quality, 4),
        }
        for item in result.instances
    ]
    name = video.frame_names[result.frame]
    return {"frame": result.frame, "name": name, "source": source, "seconds": result.seconds, "objects": objects}


def switched(config: PropagationConfig, switches: dict[str, bool]) -> PropagationConfig:
    """The configuration with its switches set by name; switches of tuning are skipped, LipError for any other name."""
    changes: dict[str, object] = {}
    for name, value in switches.items():
        if name in TUNE_SWITCHES:
            continue
        if name not in SWITCHES:
            raise LipError(f"There is no switch {name}; there are {', '.join((*SWITCHES, *TUNE_SWITCHES))}.")
        before = getattr(config, name)
        if isinstance(before, bool):
            changes[name] = value
        elif isinstance(before, float):  # a weight: on as in `small`, off at zero
            changes[name] = (before or getattr(SMALL.propagation, name)) if value else 0.0
        else:  # a rule with settings of its own, or none
            changes[name] = (before or getattr(PropagationConfig(), name)) if value else None
    return replace(config, **changes)  # type: ignore[arg-type]


SWITCHES = tuple(rule.name for rule in fields(PropagationConfig))
# Rules of propagation and of tuning that are turned on and off by name.
TUNE_SWITCHES = ("augmented_clips", "fast_id_start", "stop_id_gradient", "tune_proposals")


def tuning_of(request: SegmentRequest, preset: str) -> TuneConfig:
    """The configuration of tuning for the request's quality, with its own iterations, seed, memory and switches."""
    config = replace(find_preset(preset).tuning(request.quality), seed=request.seed)
    if request.iterations is not None:
        config = replace(config, iterations=request.iterations, several_frames_factor=1)
    changes: dict[str, Any] = {name: on for name, on in request.switches.items() if name in TUNE_SWITCHES}
    if "augmented_clips" in changes:  # a number: on as in `small`
        clips = config.augmented_clips or SMALL.tuning(request.quality).augmented_clips
        changes["augmented_clips"] = clips if changes["augmented_clips"] else 0
    memory = request.switches.get("static_memory", config.static_memory)
    return replace(config, static_memory=memory, **changes)
