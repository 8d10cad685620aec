"""`lip import`: labels of other programs into a project."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing

from lipcore.cli.options import Subparsers, add_damage_option, as_path, open_project
from lipcore.cli.progress import follow
from lipcore.importing import FORMATS, ImportOptions, LabelImport, open_import
from lipcore.importing.apply import apply_import
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.storage import ProjectFolder
from lipcore.video import open_video

_PROVENANCES = {"user": Provenance.USER, "verified": Provenance.VERIFIED, "model": Provenance.MODEL}
_SHOWN_NOTES = 10


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip import`."""
    names = "; ".join(f"{form.name}: {form.title}" for form in FORMATS)
    parser = subparsers.add_parser(
        "import",
        help="labels of other programs into a project",
        description=f"Put labels into a project, an existing one or, with --video, a new one. Formats: {names}.",
    )
    parser.add_argument("path", type=as_path, metavar="PATH", help="file or folder with the labels")
    parser.add_argument("--project", type=as_path, required=True, metavar="PROJECT", help="project folder NAME.lip")
    parser.add_argument("--video", type=as_path, metavar="VIDEO", help="make a new project of this video")
    parser.add_argument("--format", default="auto", choices=["auto", *(form.name for form in FORMATS)])
    parser.add_argument("--name", default="", metavar="NAME", help="which video, where PATH has several")
    parser.add_argument("--frame", type=int, metavar="N", help="the frame that a single file belongs to")
    text = "who answers for the masks: user (default) and verified are annotations, model may be replaced"
    parser.add_argument("--provenance", default="user", choices=list(_PROVENANCES), help=text)
    parser.add_argument("--replace", action="store_true", help="replace cells that are annotated in the project")
    add_damage_option(parser)
    text = "write on a disk without locks, where LIP cannot tell whether a window has the project open"
    parser.add_argument("--take-over", action="store_true", help=text)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Import into a new project, which is then saved, or into an existing one, once everything was read and is good."""
    options = ImportOptions(arguments.name, arguments.frame)
    if arguments.video is not None:
        with open_video(arguments.video) as video:
            project = Project.create(video)
        opened = open_import(arguments.path, project, arguments.format, options)
        notes = _write(project, opened, arguments)
        folder = ProjectFolder.create(arguments.project, project)
        folder.close()
    else:
        folder = open_project(arguments.project, arguments.accept_damage, arguments.take_over)
        with closing(folder):
            opened = open_import(arguments.path, folder.project, arguments.format, options)
            for _ in follow(opened.read(), "Checking", len(opened.frames)):
                pass
            notes = _write(folder.project, opened, arguments)
    objects = len(folder.project.objects)
    now = f"it has {objects} object{'' if objects == 1 else 's'} now"
    print(f"Imported {len(opened.frames)} frames into {folder.path}; {now}.")
    for note in notes[:_SHOWN_NOTES]:
        print(f"  {note}")
    if len(notes) > _SHOWN_NOTES:
        print(f"  and {len(notes) - _SHOWN_NOTES} more remarks of this kind.")
    return 0


def _write(project: Project, opened: LabelImport, arguments: Namespace) -> list[str]:
    """Put the labels into the project; every remark that came with them, once."""
    notes = dict.fromkeys(opened.notes)
    steps = apply_import(project, opened, _PROVENANCES[arguments.provenance], arguments.replace)
    for step in follow(steps, "Importing", len(opened.frames)):
        notes |= dict.fromkeys(step.notes)
    return list(notes)
