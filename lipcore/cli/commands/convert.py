"""`lip convert`: labels from one format to another, without project or video."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from contextlib import closing
from dataclasses import replace

from lipcore.cli.on_project.export import add_format_options, chosen_options, object_list
from lipcore.cli.options import Subparsers, add_mask_values_option, as_path
from lipcore.cli.progress import follow
from lipcore.errors import LipError
from lipcore.exchange import READABLE, WRITABLE, ImportOptions, Selection, export, find_format, open_source
from lipcore.exchange.convert import labelled_frames, shape_of
from lipcore.importing.flow import import_source
from lipcore.runs.annotation_files import annotation_inputs


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip convert`, those of the formats included."""
    reads = ", ".join(form.name for form in READABLE)
    writes = "; ".join(f"{form.name}: {form.title}" for form in WRITABLE)
    parser = subparsers.add_parser(
        "convert",
        help="labels from one format to another",
        description=f"Convert labels without project or video. Reads {reads}. Writes {writes}.",
    )
    parser.add_argument("path", type=as_path, metavar="IN", help="file or folder with the labels")
    known = [form.name for form in WRITABLE]
    parser.add_argument("--to", required=True, choices=known, metavar="F", help="one of the names above")
    parser.add_argument("--out", type=as_path, required=True, metavar="PATH", help="file or folder to write")
    known = ["auto", *(form.name for form in READABLE)]
    parser.add_argument("--from", default="auto", choices=known, metavar="F", dest="form", help="format of IN")
    parser.add_argument("--name", default="", metavar="NAME", help="which video, where IN has several")
    text = "size of the pictures, where IN does not say it (YOLO, VIA)"
    parser.add_argument("--size", type=_size, metavar="WxH", help=text)
    add_mask_values_option(parser)
    parser.add_argument("--objects", type=object_list, metavar="1,2", help="ids of the objects (default: all)")
    parser.add_argument("--overwrite", action="store_true", help="replace an earlier export")
    add_format_options(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Read everything, and write it once it is known to be good."""
    form = find_format(arguments.to)
    format_options = chosen_options(form, arguments)
    if form.writer.needs_pictures(format_options):
        raise LipError(f"The format {form.name} shows the video's pictures: use `lip export` with --video.")
    options = ImportOptions(arguments.name, values=arguments.mask_values)
    source = open_source(arguments.path, arguments.form, options)
    shape = shape_of(source, arguments.size)
    opened = import_source(source, shape, replace(options, likely=shape.name))
    notes = dict.fromkeys(opened.notes)
    reading = replace(opened, read=lambda: follow(opened.read(), "Reading", len(opened.frames)))
    video = labelled_frames(reading, shape, source.frame_rate, notes)
    selection = Selection(video, min(opened.frames), max(opened.frames), arguments.objects)
    inputs = annotation_inputs(arguments.path, arguments.mask_values)
    with closing(export(selection, form, arguments.out, format_options, arguments.overwrite, inputs)) as steps:
        next(steps)  # checks everything before the first frame
        done = sum(1 for _ in follow(steps, "Writing", len(selection.frames)))
    print(f"Wrote {done} frames to {arguments.out} ({form.title}):")
    for number in selection.declared_ids():
        becomes = form.writer.becomes(selection, format_options, number)
        origin = opened.origins.get(number, f"index {number}")
        print(f"  {origin} → {becomes}")
    for note in list(notes)[:10]:
        print(f"  {note}")
    return 0


def _size(text: str) -> tuple[int, int]:
    """Height and width from "640x480". Raises ArgumentTypeError."""
    width, sign, height = text.lower().partition("x")
    if not (sign and width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise ArgumentTypeError(f"expected WIDTHxHEIGHT such as 640x480, got {text}")
    return int(height), int(width)
