"""`lip info`: versions, devices and folders, as a bug report needs them."""

from __future__ import annotations

import os
import platform
import sys
from argparse import Namespace
from importlib import metadata

import platformdirs

from lipcore.cli.commands.gui import has_display
from lipcore.cli.options import Subparsers, add_json_option, check_json_path, write_json
from lipcore.machine.processor import processor_name
from lipcore.resources import resources_folder
from lipcore.version import __version__

_PACKAGES = (
    "PySide6 pyqtgraph torch torchvision numpy opencv-python scikit-image pillow safetensors av pycocotools "
    "simplejpeg pi-heif platformdirs tqdm openvino openexr mmh3"
).split()


def add_parser(subparsers: Subparsers) -> None:
    """Add the options of `lip info`."""
    text = "Print versions, devices and folders: what a bug report needs."
    parser = subparsers.add_parser("info", help="versions, devices, folders", description=text)
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print every fact in its section, and write JSON if asked."""
    check_json_path(arguments.json)
    facts = collect_facts()
    write_json(arguments.json, facts)
    for section, values in facts.items():
        print(section)
        for name, value in values.items():
            print(f"  {name:<16} {value}")
    return 0


def collect_facts() -> dict[str, dict[str, str]]:
    """Versions, devices and folders, by section and name."""
    return {
        "LIP": {"version": __version__, "Python": platform.python_version(), "system": platform.platform()},
        "packages": {name: _version(name) for name in _PACKAGES},
        "devices": _devices(),
        "folders": _folders(),
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _devices() -> dict[str, str]:
    import torch

    from lipcore.machine.device import choose_device, device_title, instructions, precision_name
    from lipcore.model.compiled import trunk_engine

    devices = {"processor": processor_name(), "instructions": instructions()}
    devices |= {"precision": precision_name(choose_device("auto")), "trunk on CPU": trunk_engine()}
    devices |= {"processor cores": str(os.cpu_count()), "display": "yes" if has_display() else "no"}
    devices["CPU"] = device_title(torch.device("cpu"))
    for number in range(torch.cuda.device_count()):
        memory = torch.cuda.get_device_properties(number).total_memory / 2**30
        devices[f"cuda:{number}"] = f"{device_title(torch.device('cuda', number))}, {memory:.1f} GiB"
    if torch.backends.mps.is_available():
        devices["mps"] = device_title(torch.device("mps"))
    devices["auto"] = str(choose_device("auto"))
    return devices


def _folders() -> dict[str, str]:
    folders = platformdirs.PlatformDirs("LIP", appauthor=False)
    return {
        "program": sys.executable,
        "resources": str(resources_folder()),
        "settings": str(folders.user_config_path),
        "data": str(folders.user_data_path),
        "cache": str(folders.user_cache_path),
    }
