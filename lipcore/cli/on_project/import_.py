"""`lip import`: labels of other programs into a project."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Collection, Mapping
from contextlib import closing

from lipcore.cli.options import (
    Subparsers,
    add_damage_option,
    add_mask_values_option,
    add_take_over_option,
    as_path,
    open_project,
)
from lipcore.cli.progress import follow
from lipcore.exchange import READABLE, ImportOptions, LabelImport, Mapped, mapping, open_import
from lipcore.masks import object_ids
from lipcore.project.objects import VideoObject
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.storage.project_folder import ProjectFolder
from lipcore.video import open_video
from lipcore.workflow.merging import apply_import

_PROVENANCES = {"user": Provenance.USER, "verified": Provenance.VERIFIED, "model": Provenance.MODEL}
_SHOWN = 10


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip import`."""
    names = "; ".join(f"{form.name}: {form.title}" for form in READABLE)
    parser = subparsers.add_parser(
        "import",
        help="labels of other programs into a project",
        description=f"Put labels into a project, an existing one or, with --video, a new one. Formats: {names}.",
    )
    parser.add_argument("path", type=as_path, metavar="PATH", help="file or folder with the labels")
    parser.add_argument("--project", type=as_path, required=True, metavar="PROJECT", help="project folder NAME.lip")
    parser.add_argument("--video", type=as_path, metavar="VIDEO", help="make a new project of this video")
    known = ["auto", *(form.name for form in READABLE)]
    parser.add_argument("--format", default="auto", choices=known, metavar="F", help="one of the names above, or auto")
    parser.add_argument("--name", default="", metavar="NAME", help="which video, where PATH has several")
    parser.add_argument("--frame", type=int, metavar="N", help="the frame that a single file belongs to")
    add_mask_values_option(parser)
    text = "what the masks count as: user (default) and verified are annotations, model may be replaced"
    parser.add_argument("--provenance", default="user", choices=list(_PROVENANCES), help=text)
    parser.add_argument("--replace", action="store_true", help="replace cells that are annotated in the project")
    add_damage_option(parser)
    add_take_over_option(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Say what becomes which object, then import, into a new project or an existing one, once everything was read."""
    options = ImportOptions(arguments.name, arguments.frame, arguments.mask_values)
    if arguments.video is not None:
        with open_video(arguments.video) as video:
            project = Project.create(video)
        opened = open_import(arguments.path, project, arguments.format, options)
        speaks_of = _say_mapping(opened, {})
        notes = _write(project, opened, arguments, speaks_of)
        folder = ProjectFolder.create(arguments.project, project)
        folder.close()
    else:
        folder = open_project(arguments.project, arguments.accept_damage, arguments.take_over)
        with closing(folder):
            opened = open_import(arguments.path, folder.project, arguments.format, options)
            speaks_of = _say_mapping(opened, folder.project.objects)
            notes = _write(folder.project, opened, arguments, speaks_of)
    objects = len(folder.project.objects)
    now = f"it has {objects} object{'' if objects == 1 else 's'} now"
    frames = f"{len(opened.frames)} frame{'' if len(opened.frames) == 1 else 's'}"
    print(f"Imported {frames} into {folder.path}; {now}.")
    _say(notes, "remarks of this kind")
    return 0


def _say_mapping(opened: LabelImport, known: Mapping[int, VideoObject]) -> frozenset[int]:
    """Read everything once, so that nothing is written if anything is wrong, and print what becomes which object.

    Gives the objects that the import names or shows on some frame.
    """
    seen: set[int] = set()
    for step in follow(opened.read(), "Checking", len(opened.frames)):
        seen |= set(object_ids(step.labels))
    _say([_line(item) for item in mapping(opened, seen, known)], "objects")
    return frozenset({*seen, *opened.objects})


def _line(item: Mapped) -> str:
    target = f"object {item.object_id}, {'new' if item.there is None else item.there}"
    return f"{item.name} ({item.origin}) → {target}"


def _say(lines: list[str], kind: str) -> None:
    for line in lines[:_SHOWN]:
        print(f"  {line}")
    if len(lines) > _SHOWN:
        print(f"  and {len(lines) - _SHOWN} more {kind}.")


def _write(project: Project, opened: LabelImport, arguments: Namespace, speaks_of: Collection[int]) -> list[str]:
    """Put the labels into the project; every remark that came with them, once."""
    notes = dict.fromkeys(opened.notes)
    steps = apply_import(project, opened, _PROVENANCES[arguments.provenance], arguments.replace, speaks_of)
    for step in follow(steps, "Importing", len(opened.frames)):
        notes |= dict.fromkeys(step.notes)
    return list(notes)
