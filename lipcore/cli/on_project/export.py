"""`lip export`: a project, or any labels that can be imported, in one of the export formats."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction, Namespace
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import Field, fields, replace
from pathlib import Path
from typing import Any

from lipcore.cli.commands.segment import add_range_option
from lipcore.cli.options import Subparsers, add_damage_option, as_path, comma_separated, read_project
from lipcore.cli.progress import follow
from lipcore.errors import LipError
from lipcore.exchange import WRITABLE, Format, Selection, export, find_format, open_import
from lipcore.project.project import Project
from lipcore.staging import RECORD
from lipcore.video import open_video
from lipcore.workflow.merging import apply_import

_SHOWN_NAMES = 6


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip export`, those of the formats included."""
    text = "Write the masks of a project in another format. With --video, PROJECT may also be labels in any format"
    names = "; ".join(f"{form.name}: {form.title}" for form in WRITABLE)
    parser = subparsers.add_parser(
        "export", help="masks of a project in another format", description=f"{text} that `lip import` reads. {names}."
    )
    parser.add_argument("project", type=as_path, metavar="PROJECT", help="project folder, or labels with --video")
    known = [form.name for form in WRITABLE]
    parser.add_argument("--format", required=True, choices=known, metavar="F", help="one of the names above")
    parser.add_argument("--out", type=as_path, required=True, metavar="PATH", help="file or folder to write")
    parser.add_argument("--video", type=as_path, metavar="VIDEO", help="the video, if it is not where the project says")
    add_range_option(parser)
    parser.add_argument("--objects", type=object_list, metavar="1,2", help="ids of the objects (default: all)")
    parser.add_argument("--overwrite", action="store_true", help="replace an earlier export")
    parser.add_argument("--dry-run", action="store_true", help="only show the names of the files, write nothing")
    add_damage_option(parser)
    add_format_options(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Open the project, and the video if the format shows it, and write the export."""
    form = find_format(arguments.format)
    options = chosen_options(form, arguments)
    first, end = arguments.range or (0, None)
    with ExitStack() as stack:
        source, video_path = _open_source(arguments, stack)
        inputs = [arguments.project, arguments.video, source.video_path]
        selection = Selection(source, first, None if end is None else end - 1, arguments.objects)
        if form.writer.wants_pictures(selection, options):
            pictures = stack.enter_context(open_video(video_path(), values=source.values))
            selection = replace(selection, pictures=pictures)
        for remark in form.writer.check(selection, options):
            print(remark, file=sys.stderr)
        if arguments.dry_run:
            _print_names(selection, form, options, arguments.out)
            return 0
        steps = stack.enter_context(
            closing(export(selection, form, arguments.out, options, arguments.overwrite, inputs))
        )
        next(steps)  # checks everything before the first frame
        done = sum(1 for _ in follow(steps, "Exporting", len(selection.frames)))
    print(f"Wrote {done} frames to {arguments.out} ({form.title}).")
    return 0


def _print_names(selection: Selection, form: Format, options: object, target: Path) -> None:
    """The files that would be written: all of them if they are few, else the first ones and the last one."""
    frames = selection.frames
    if form.writer.ending(options):
        print(target)
        return
    shown = dict.fromkeys(
        name for frame in frames[:_SHOWN_NAMES] for name in form.writer.names(selection, options, frame)
    )
    last = form.writer.names(selection, options, frames[-1])[-1:]
    listed = list(shown)[:_SHOWN_NAMES]
    more = len(shown) > len(listed) or len(frames) > _SHOWN_NAMES
    for name in [*listed, *(["…"] if more else []), *(name for name in last if name not in listed)]:
        print(name if name == "…" else target / name)


def object_list(text: str) -> tuple[int, ...]:
    """The object ids in "1,2". Raises ArgumentTypeError."""
    parts = comma_separated(text)
    if not parts or not all(part.isdecimal() for part in parts):
        raise ArgumentTypeError(f"{text!r} is not a list of object ids such as 1,2")
    return tuple(int(part) for part in parts)


def _open_source(arguments: Namespace, stack: ExitStack) -> tuple[Project, Callable[[], Path]]:
    """The project, or one made of imported labels in memory, and how to find its video."""
    path: Path = arguments.project
    if (path / RECORD).is_file() or path.name == RECORD or arguments.video is None:
        folder = read_project(path, arguments.accept_damage)
        stack.callback(folder.close)
        return folder.project, folder.find_video if arguments.video is None else lambda: arguments.video
    with open_video(arguments.video) as video:
        project = Project.create(video)
    opened = open_import(path, project)
    for _ in follow(apply_import(project, opened), "Reading", len(opened.frames)):
        pass
    return project, lambda: arguments.video


def _format_fields() -> dict[str, list[tuple[str, Field[Any]]]]:
    """Every option of any format, by name, with the formats that have it."""
    found: dict[str, list[tuple[str, Field[Any]]]] = {}
    for form in WRITABLE:
        for field in fields(form.writer.options):
            found.setdefault(field.name, []).append((form.name, field))
    return found


def add_format_options(parser: ArgumentParser) -> None:
    """Add an option for every option of any format that is written."""
    group = parser.add_argument_group("options of single formats")
    for name, having in _format_fields().items():
        flag, (_, field) = f"--{name.replace('_', '-')}", having[0]
        text = f"{', '.join(form for form, _ in having)}: {field.metadata['title']}"
        if isinstance(field.default, bool):
            group.add_argument(flag, action=BooleanOptionalAction, default=None, help=text)
        else:
            kind: Any = type(field.default)
            choices = [kind(choice) for choice in field.metadata["choices"]] or None
            defaults = " or ".join(dict.fromkeys(str(each.default) for _, each in having))
            group.add_argument(flag, type=kind, choices=choices, help=f"{text} (default: {defaults})")


def chosen_options(form: Format, arguments: Namespace) -> object:
    """The format's options as given; LipError for one that belongs to other formats only."""
    given = {name: getattr(arguments, name) for name in _format_fields() if getattr(arguments, name) is not None}
    own = {field.name for field in fields(form.writer.options)}
    strange = sorted(set(given) - own)
    if strange:
        raise LipError(f"The format {form.name} has no option --{strange[0].replace('_', '-')}.")
    return form.writer.options(**given)
