"""MkDocs hooks: tables of keys, commands, formats, presets and recipes are read from the code, so they cannot drift."""

import argparse
import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from lipcore.cli.main import COMMANDS, build_parser
from lipcore.exchange import FORMATS, WRITABLE
from lipcore.model import Cues, build_network
from lipcore.presets import PRESETS
from lipgui.actions.table import ACTIONS, MENUS

_ROOT = Path(__file__).parents[1]
_METHOD = (
    ("3.1, fig. 3", "ResNet and feature pyramid", "model/backbone.py"),
    ("3.1, 5.1", "region proposals on five levels", "model/proposals.py"),
    ("3.1", "RoI alignment", "model/roi.py"),
    ("3.1, fig. 4", "box, id and mask heads with shortcut", "model/heads.py"),
    ("3.2, eq. 1a-1d", "Conv-GRU memory, path augmentation", "model/memory/convgru.py"),
    ("3, fig. 2", "the network, one step", "model/network.py"),
    ("3.3", "one maximum, location continuity", "propagation/stages/constraints.py"),
    ("3.3", "fine-tuning of the id layer while propagating", "propagation/stages/id_adaptation.py"),
    ("3.3", "one frame of propagation", "propagation/propagator.py"),
    ("4.1", "class-agnostic offline training", "training/offline.py"),
    ("4.1", "losses of a clip, truncated back-propagation", "training/clip_loss.py"),
    ("4.1.1, 5.1", "schedules of both stages", "presets/paper.py"),
    ("4.2, fig. 5", "from class-agnostic to class-specific outputs", "model/specialise.py"),
    ("4.2, 5.1", "online fine-tuning, focal loss, early stopping", "tuning/tuner.py"),
    ("5.1", "sampling of anchors and RoIs", "learning/targets.py"),
    ("5.2", "measures J and F of DAVIS", "evaluation/measures.py"),
)
_MARK = re.compile(r"<!-- generated: ([a-z-]+) -->")


def table(heading: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    names = list(heading)
    lines = [names, ["---"] * len(names), *[[str(cell).replace("|", "\\|") for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def keys_table() -> str:
    """Every action of every menu with its keys."""
    parts, menu = [], ""
    rows: dict[str, list[tuple[str, str]]] = {}
    for action in ACTIONS:
        menu = action.menu.split(" ")[0] or menu
        shown = " or ".join(f"`{key.strip()}`" for key in action.keys.split("; ") if key)
        if not action.name.startswith("select_"):
            rows.setdefault(menu, []).append((action.text.replace("&", "").rstrip("…"), shown))
    for name, title in MENUS:
        parts.append(f"## {title.replace('&', '')}\n\n" + table(("action", "keys"), rows.get(name, [])))
    return "\n\n".join(parts)


def command_pages() -> str:
    """The help of every command."""
    parser = build_parser()
    chosen = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    parts = [f"```text\n{parser.format_help().strip()}\n```"]
    for name in COMMANDS:
        inner = chosen.choices[name]
        nested = [action for action in inner._actions if isinstance(action, argparse._SubParsersAction)]
        helps = [inner.format_help().strip()]
        helps += [one.format_help().strip() for action in nested for one in action.choices.values()]
        parts.append(f"## lip {name}\n\n" + "\n\n".join(f"```text\n{text}\n```" for text in helps))
    return "\n\n".join(parts)


def export_table() -> str:
    """Every export format with its options."""
    rows = []
    for one in WRITABLE:
        writer = one.writer
        options = [f"`{_flag(field)}`: {field.metadata['title']}" for field in fields(writer.options)]
        kind = f"file {writer.suffix}" if writer.suffix else "folder"
        rows.append((f"`{one.name}`", one.title, kind, "<br>".join(options)))
    return table(("name", "format", "written as", "options of `lip export`, as they are unless given"), rows)


def _flag(field: Field[Any]) -> str:
    """An option as the command line knows it: "--opacity 0.5"; switches with the word that changes them."""
    flag = f"--{field.name.replace('_', '-')}"
    if isinstance(field.default, bool):
        return flag if not field.default else flag.replace("--", "--no-")
    return f"{flag} {field.default}"


def format_table() -> str:
    """Every exchange format: whether it is read and written, converted without the video, and what checks it."""
    rows = [
        (
            f"`{one.name}`",
            one.title,
            "yes" if one.read else "no",
            "yes" if one.write else "no",
            ("yes" if one.carries_sizes else "with `--size`") if one.read else "",
            one.checked_by,
        )
        for one in FORMATS
    ]
    return table(("name", "format", "read", "written", "converted without a video", "checked by"), rows)


def preset_table() -> str:
    """Size of every preset's network, counted."""
    rows = []
    for name, preset in PRESETS.items():
        config = preset.network
        with torch.device("meta"):
            network = build_network(config)
        count = sum(parameter.numel() for parameter in network.parameters())
        rows.append((f"`{name}`", config.trunk, config.channels, config.shorter_side, f"{count / 1e6:.1f} M"))
    return table(("preset", "trunk", "channels", "shorter side", "parameters"), rows)


def cost_table() -> str:
    """Multiply-adds of one frame of 352x640 in preset `small`, and parameters, by part, counted."""
    boxes, objects = 70, 3
    network = build_network(PRESETS["small"].network).eval()
    images, labels = torch.zeros(1, 3, 352, 640), torch.zeros(1, 352, 640, dtype=torch.uint8)
    rois = torch.tensor([[0.0, 100, 60, 300, 260]])
    with torch.no_grad():
        frame, _ = network.step(images, None)
        reference = network.reference(frame.appearance, labels, objects)
        cues = Cues.of(torch.zeros(objects, 352, 640), None, None, torch.arange(objects))
        ids, rows = torch.arange(objects), torch.arange(objects)
        parts: list[tuple[str, Callable[[], object], tuple[torch.nn.Module | None, ...]]] = [
            ("trunk", lambda: network.backbone.body(images), (network.backbone.body,)),
            ("trunk, pyramid and keys", lambda: network.encode(images), (network.backbone, network.matcher)),
            ("matching with one annotated frame", lambda: network.match(frame.appearance, reference), ()),
            ("matching with the frame before", lambda: network.match_near(frame.appearance, reference), ()),
            ("path augmentation", lambda: network.recur(frame.appearance.levels, None), (network.memory,)),
            ("proposals", lambda: network.propose(frame), (network.proposal_head,)),
            (
                f"boxes and ids of {boxes} RoIs",
                lambda: network.describe(frame, rois.repeat(boxes, 1)),
                (network.instance_head,),
            ),
            (
                f"masks and their quality, {objects} objects",
                lambda: network.segment(frame, rois.repeat(objects, 1), ids, cues, rows),
                (network.mask_head, network.quality_head),
            ),
        ]
        lines = []
        for name, run, modules in parts:
            with FlopCounterMode(display=False) as counter:
                run()
            held = sum(p.numel() for module in modules if module is not None for p in module.parameters())
            lines.append((name, counter.get_total_flops() / 2e9, held / 1e6))
    rest = lines[1:]
    lines.append(("in all", sum(line[1] for line in rest), sum(line[2] for line in rest)))
    rows_shown = [(name, f"{count:.2f} G", f"{held:.2f} M" if held else "") for name, count, held in lines]
    return table(("part", "multiply-adds", "parameters"), rows_shown)


def quality_table() -> str:
    """Budget of every quality of tuning."""
    rows = []
    for preset in ("small", "paper"):
        for quality, config in PRESETS[preset].tunings.items():
            rows.append((f"`{preset}`", f"`{quality}`", config.iterations, config.augmented_clips))
    return table(("preset", "quality", "iterations at most", "augmented clips"), rows)


def recipe_table() -> str:
    """Every recipe of offline training."""
    rows = []
    for preset, stage, recipe in [(p.name, s, r) for p in PRESETS.values() for s, r in p.recipes.items()]:
        sides = recipe.shorter_sides
        shorter = f"{min(sides)} to {max(sides)}" if len(sides) > 1 else str(sides[0])
        drops = ", ".join(f"{drop:,}" for drop in recipe.drops) or "cosine"
        cells = f"{recipe.steps:,}", recipe.batch, recipe.frames, shorter, recipe.optimizer, recipe.learning_rate, drops
        rows.append((f"`{preset}`", stage, *cells))
    return table(("preset", "stage", "steps", "batch", "frames", "shorter side", "optimiser", "rate", "drops"), rows)


def method_table() -> str:
    """Section of the paper, what it says, the file that does it and the tests that use the file."""
    users: dict[str, list[str]] = {}  # public name -> tests that import it
    for path in sorted((_ROOT / "tests").rglob("*_test.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("lipcore"):
                for alias in node.names:
                    users.setdefault(alias.name, []).append(path.relative_to(_ROOT).as_posix())
    rows = []
    for section, what, file in _METHOD:
        tree = ast.parse((_ROOT / "lipcore" / file).read_text(encoding="utf-8"))
        names = [node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
        tests = sorted({test for name in names for test in users.get(name, ())})
        rows.append((section, what, f"`lipcore/{file}`", "<br>".join(f"`{test}`" for test in tests[:4])))
    return table(("section", "what", "file", "tests"), rows)


_TABLES: dict[str, Callable[[], str]] = {
    "keys": keys_table,
    "method": method_table,
    "commands": command_pages,
    "export-formats": export_table,
    "formats": format_table,
    "costs": cost_table,
    "presets": preset_table,
    "qualities": quality_table,
    "recipes": recipe_table,
}


def on_page_markdown(markdown: str, **_: object) -> str:
    """Replace `<!-- generated: NAME -->` by its table; called by MkDocs for each page."""
    return _MARK.sub(lambda found: _TABLES[found[1]](), markdown)
