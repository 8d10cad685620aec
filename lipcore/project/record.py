"""The record of a project: everything that is not a label map or a cell, as one immutable value."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from lipcore.curves.curve import check_project_curves
from lipcore.errors import LipError
from lipcore.masks import MAX_PIXELS
from lipcore.project.objects import VideoObject
from lipcore.project.stopped_run import StoppedRun

MAX_FRAMES = 100_000  # over an hour at 25 frames/s; bounds what a project allocates to 640 MB
_NAME = re.compile(r"[^/\\\x00-\x1f\x7f.][^/\\\x00-\x1f\x7f]{0,199}")  # a plain name, so that it stays in its folder
Setting = str | int | float | bool


@dataclass(frozen=True)
class VideoFingerprint:
    """What tells one video from another without reading it whole.

    `size` is its bytes, of all images together for a folder; `digest` is hexadecimal, of the first and last megabyte
    of a file, of the names, sizes and the first and last content of a folder of images.
    """

    size: int
    digest: str


@dataclass(frozen=True)
class ProjectRecord:
    """Video, objects, settings and working range of a project; LipError for values outside their ranges.

    `height` and `width` in pixels, `frame_rate` in frames per second, `frame_names` one plain name per frame, which
    names the frame's files too; `in_out` is the first and last frame of the working range, inclusive; `stopped` is the
    propagation that was stopped last and not gone on with.
    """

    name: str
    video_path: Path
    fingerprint: VideoFingerprint | None
    height: int
    width: int
    frame_rate: float
    frame_names: tuple[str, ...]
    in_out: tuple[int, int]
    objects: tuple[VideoObject, ...] = ()
    settings: Mapping[str, Setting] = field(default_factory=lambda: MappingProxyType({}))
    weights: str = ""  # name of the tuned weights in use, "" for untuned ones
    stopped: StoppedRun | None = None

    def __post_init__(self) -> None:
        count = len(self.frame_names)
        if not 1 <= count <= MAX_FRAMES:
            raise LipError(f"A project has 1 to {MAX_FRAMES:,} frames; this video has {count:,}.")
        if self.height < 1 or self.width < 1 or self.height * self.width > MAX_PIXELS:
            raise LipError(f"Frames of {self.width} x {self.height} pixels are not possible in a project.")
        if not 0 < self.frame_rate <= 10_000:
            raise LipError(f"A frame rate of {self.frame_rate} frames per second is not possible.")
        _check_names(self.frame_names)
        if not 0 <= self.in_out[0] <= self.in_out[1] < count:
            raise LipError(f"The working range {self.in_out} does not lie within the {count:,} frames.")
        if self.stopped is not None and not 0 <= self.stopped.first <= self.stopped.last < count:
            raise LipError(f"The stopped run does not lie within the {count:,} frames.")
        if len(self.name) > 255 or "\0" in self.name:
            raise LipError("The name of a project has at most 255 characters.")
        if len(self.settings) > 200 or any(len(name) > 100 for name in self.settings):
            raise LipError("A project has at most 200 settings with names of at most 100 characters.")
        for name, value in self.settings.items():
            if not (len(value) <= 1000 and "\0" not in value if isinstance(value, str) else abs(value) <= 1e300):
                raise LipError(f"The setting {name[:50]!r} cannot be kept: it is too large.")
        if len({item.object_id for item in self.objects}) != len(self.objects):
            raise LipError("Two objects have the same id.")
        check_project_curves((curve for item in self.objects for curve in item.curves), count)


@lru_cache(maxsize=4)
def _check_names(names: tuple[str, ...]) -> None:
    for name in names:
        try:
            possible = _NAME.fullmatch(name) and os.fsencode(name)
        except UnicodeEncodeError:
            possible = None
        if not possible:
            raise LipError(f"A frame cannot be called {name[:50]!r}.")
    if len({name.casefold() for name in names}) != len(names):
        raise LipError("Two frames of the video have the same name.")
    if sum(map(len, names)) > 1_000_000 and len(json.dumps(names)) > 8_000_000:
        raise LipError("The names of the frames are too long to be kept in a project.")
