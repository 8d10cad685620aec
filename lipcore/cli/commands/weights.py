"""`lip weights`: the known checkpoints, their model cards, and the import of torchvision's weights."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from lipcore.cli.options import Subparsers, add_json_option, as_path, check_json_path, write_json
from lipcore.errors import LipError


def add_parser(subparsers: Subparsers) -> None:
    """Add `list`, `show` and `import`."""
    text = "List the weights LIP knows, show a model card, or import torchvision's weights."
    parser = subparsers.add_parser("weights", help="known weights, model cards, import", description=text)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    listing = actions.add_parser("list", help="names, presets and sizes", description="List all known weights.")
    add_json_option(listing)
    listing.set_defaults(run=list_weights)

    showing = actions.add_parser("show", help="the model card", description="Print the model card of weights.")
    showing.add_argument("name", metavar="NAME", help="a name that `lip weights list` gives, or a file")
    showing.set_defaults(run=show_weights)
    _add_import(actions.add_parser("import", help="torchvision's weights", description=_IMPORT_TEXT))


_IMPORT_TEXT = (
    "Store torchvision's Mask R-CNN (ResNet-50-FPN, trained on COCO) as weights of preset coco, from a file with its "
    "state dict (.pth or .safetensors) or, with --online, from torchvision's server. With --start, store its ResNet "
    "trained on ImageNet instead, as the start for training preset paper (ResNet-101) or coco (ResNet-50)."
)


def _add_import(parser: ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("file", type=as_path, nargs="?", metavar="FILE", help="the state dict, .pth or .safetensors")
    source.add_argument("--online", action="store_true", help="download it with torchvision (98 to 178 MB)")
    parser.add_argument("--start", metavar="PRESET", help="a ResNet of ImageNet, to train paper or coco from")
    parser.add_argument("--name", help="name to keep it under (default: lip-coco, or lip-PRESET-start)")
    parser.set_defaults(run=import_weights)


def list_weights(arguments: Namespace) -> int:
    """Print a line for each file; damaged files are listed with what is wrong."""
    from lipcore.weights.known import known_weights, preset_of, user_weights_folder

    check_json_path(arguments.json)
    rows = []
    for weights in known_weights():
        row: dict[str, object] = {"name": weights.name, "path": str(weights.path), "bundled": weights.bundled}
        row["bytes"] = weights.path.stat().st_size
        try:
            row["preset"] = preset_of(weights.path)
        except LipError as error:
            row["problem"] = str(error)
        rows.append(row)
        where = "comes with LIP" if weights.bundled else str(weights.path)
        preset = row.get("preset", "unreadable")
        print(f"{weights.name:<20} preset {preset:<10} {weights.path.stat().st_size / 1e6:7.1f} MB  {where}")
    if all(weights["bundled"] for weights in rows):
        print(f"Imported weights are kept in {user_weights_folder()}; there are none.")
    write_json(arguments.json, rows)
    return 0


def show_weights(arguments: Namespace) -> int:
    """Print one model card."""
    from lipcore.weights.known import find_weights, model_card

    print(model_card(find_weights(arguments.name)), end="")
    return 0


def import_weights(arguments: Namespace) -> int:
    """Import, and say how to use what was imported."""
    from lipcore.weights.known import import_start, import_torchvision

    source = None if arguments.online else arguments.file
    if arguments.start is not None:
        path = import_start(source, arguments.start, arguments.name)
        usage = f"lip train pretrain --preset {arguments.start} --weights {path} ..."
        print(f"Stored {path}, {path.stat().st_size / 1e6:.0f} MB. Use it with: {usage}")
        return 0
    name = arguments.name or "lip-coco"
    path = import_torchvision(source, name)
    usage = "--preset coco" if name == "lip-coco" else f"--preset coco --weights {path}"
    print(f"Stored {path}, {path.stat().st_size / 1e6:.0f} MB. Use it with: lip segment ... {usage}")
    return 0
