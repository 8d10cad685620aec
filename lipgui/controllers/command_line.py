"""The `lip segment` command that does what the window does with the open project."""

from __future__ import annotations

import shlex
from pathlib import Path

from lipcore.project.project import Project
from lipgui.basics.settings import Preferences


def command_line(project: Project, folder: Path | None, preferences: Preferences) -> str:
    """`lip segment` with the open video, what is annotated in the project `folder` and the settings, for a shell.

    The folder is that of a draft, too; without one the words name the video's first mask, which is to be made.
    """
    annotations = str(folder) if folder is not None else f"{project.name}.png"
    words = ["lip", "segment", str(project.video_path), "--annotations", annotations, "--out", f"{project.name}-masks"]
    words += ["--preset", preferences.preset, "--device", preferences.device, "--quality", preferences.quality]
    if preferences.max_side:
        words += ["--max-side", str(preferences.max_side)]
    if project.values is not None:
        words += ["--values", f"{project.values[0]:g}:{project.values[1]:g}"]
    painted = project.annotated_frames
    if painted and painted[0] > project.in_out[0]:
        words += ["--direction", "both"]
    if project.in_out != (0, project.frame_count - 1):
        words += ["--range", f"{project.in_out[0]}:{project.in_out[1] + 1}"]
    return shlex.join(words)
