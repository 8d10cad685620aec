"""Where LIP's own data files are: icons, bundled weights, the sample clip."""

from __future__ import annotations

from pathlib import Path

from lipcore.errors import LipError

_PACKAGE = Path(__file__).resolve().parent


def resources_folder() -> Path:
    """The folder of LIP's data files: inside the installed package, or `resources/` of a checkout."""
    installed = _PACKAGE / "_resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"


def resource(name: str) -> Path:
    """The file or folder `name`, with forward slashes, among LIP's data files; LipError if it is missing."""
    path = resources_folder() / name
    if not path.exists():
        raise LipError(f"LIP's own file {name} is missing: install LIP again.")
    return path
