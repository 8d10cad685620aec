"""The options of `lip train` that name data, and the data they name."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from lipcore.cli.options import as_path, positive
from lipcore.errors import LipError

if TYPE_CHECKING:  # torch is imported when training starts
    from lipcore.training.data.store import TrainingData


def add_data_options(parser: ArgumentParser) -> None:
    """Add what `open_data` reads."""
    data = parser.add_argument_group("data, which is joined")
    data.add_argument(
        "--data",
        type=as_path,
        nargs="+",
        default=[],
        metavar="PATH",
        help="folders with static/ and video/ sources",
    )
    data.add_argument("--coco", type=as_path, nargs=2, metavar=("IMAGES", "JSON"), help="COCO images and instances")
    data.add_argument("--davis", type=as_path, metavar="ROOT", help="the train split of DAVIS")
    data.add_argument("--davis-year", type=int, choices=(2016, 2017), default=2017)
    data.add_argument("--youtube-vos", type=as_path, metavar="ROOT", help="the train split of YouTube-VOS")
    data.add_argument("--memory", type=positive, default=2.0, metavar="GB", help="decoded pictures kept (default: 2)")


def data_paths(arguments: Namespace) -> list[Path | None]:
    """All folders and files of data that the options name."""
    return [*arguments.data, *(arguments.coco or []), arguments.davis, arguments.youtube_vos]


def open_data(arguments: Namespace) -> TrainingData:
    """All data that the options name, joined; LipError if there is none."""
    from lipcore.training.data.packs import open_coco, open_davis, open_training_pack, open_youtube_vos

    budget = int(arguments.memory * 1e9)
    parts = [open_training_pack(path, budget) for path in arguments.data]
    if arguments.coco:
        parts.append(open_coco(arguments.coco[0], arguments.coco[1], budget))
    if arguments.davis:
        parts.append(open_davis(arguments.davis, arguments.davis_year, budget=budget))
    if arguments.youtube_vos:
        parts.append(open_youtube_vos(arguments.youtube_vos, budget))
    if not parts:
        raise LipError("There is nothing to train on: add --data, --coco, --davis or --youtube-vos.")
    data = parts[0]
    for part in parts[1:]:
        data = data + part
    return data
