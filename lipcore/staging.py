"""Output that appears whole or not at all: built beside its place under a hidden name, flushed, then renamed."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import explain, read_json, sync_folders

# Lists, in every folder LIP exported, the files it wrote there: only such a folder is ever replaced. It is JSON, but is
# not called so: programs that read every JSON file of a folder, such as ISAT, would stumble over it.
MARKER = ".lip-files"
_EARLIER_MARKER = ".lip-files.json"  # of 0.1.0

# How the folder of a project is called, and the record in it with its copy.
PROJECT_SUFFIX = ".lip"
RECORD, RECORD_COPY = "project.json", "project-copy.json"

_MARKER_BYTES = 64_000_000


@contextlib.contextmanager
def staged_file(target: Path, overwrite: bool = False) -> Iterator[Path]:
    """Give a temporary path for one file; it becomes `target` at the end of the block, or vanishes on any error.

    Raises LipError if `target` exists and `overwrite` is not set, and for every system error within the block.
    """
    if os.path.lexists(target):
        if not overwrite:
            raise LipError(f"{target} exists already: choose another name or ask for it to be overwritten.")
        if target.is_dir():
            raise LipError(f"Cannot write {target}: it is a folder.")
    with _staged(target, lambda path: os.replace(path, target)) as temporary:
        yield temporary


@contextlib.contextmanager
def staged_folder(target: Path, overwrite: bool = False) -> Iterator[Path]:
    """Give a new temporary folder to fill; it becomes `target` at the end of the block, or vanishes on any error.

    An empty `target` is used as it is. With `overwrite` an earlier output is replaced as a whole, but only if it
    holds nothing that LIP did not write itself; everything else raises LipError.
    """
    check_folder(target, overwrite)
    with _staged(target, lambda path: _replace_folder(path, target, overwrite)) as temporary:
        temporary.mkdir()
        yield temporary
        written = sorted(path.relative_to(temporary).as_posix() for path in temporary.rglob("*") if is_entry(path))
        (temporary / MARKER).write_text(json.dumps({"files": written}), encoding="utf-8")


def check_folder(target: Path, overwrite: bool = False) -> None:
    """Raise LipError unless a folder may be written to `target` (see `staged_folder`)."""
    if not os.path.lexists(target):
        return
    if target.is_symlink() or not target.is_dir():
        raise LipError(f"Cannot write the folder {target}: a file has that name.")
    try:
        entries = [path.relative_to(target).as_posix() for path in target.rglob("*") if is_entry(path)]
        empty = not any(target.iterdir())
    except OSError as error:
        raise LipError(f"Cannot read the folder {target}: {explain(error)}.") from error
    if empty:
        return
    if not overwrite:
        raise LipError(f"The folder {target} is not empty: choose another name or ask for it to be overwritten.")
    foreign = sorted(set(entries) - _own_files(target))
    if foreign or not entries:
        example = f" such as {foreign[0]}" if foreign else ""
        raise LipError(f"The folder {target} is not replaced: it holds files{example} that LIP did not write there.")


def refuse_inputs(target: Path, inputs: Iterable[Path | None], inside: bool = True) -> None:
    """Raise LipError if `target` is one of the `inputs` or a project, or, with `inside`, lies in one of them.

    Links are followed, and names are compared as the file system does it. An input that does not exist or is None is
    left out; a project is never written into.
    """
    try:
        places = _with_parents(target)
        for known in inputs:
            if known is not None and known.exists():
                place = next((place for place in places if place.exists() and place.samefile(known)), None)
                if place == places[0]:
                    raise LipError(f"Cannot write {target}: it is the input {known}. Choose another place.")
                if place is not None and inside:
                    raise LipError(f"Cannot write {target}: it is inside the input {known}. Choose another place.")
        project = next((place for place in places if _is_project(place)), None)
    except (OSError, ValueError) as error:
        reason = explain(error) if isinstance(error, OSError) else "it is no name of a file"
        raise LipError(f"Cannot write {target}: {reason}.") from error
    if project is not None:
        raise LipError(f"Cannot write {target}: {project} is a project. Choose another place.")


def part_prefix(target: Path) -> str:
    """How the names of the temporary files and folders beside `target` begin."""
    return f".{shortened(target.name, 150)}."


def shortened(name: str, size: int) -> str:
    """The longest beginning of a name that has at most `size` bytes in UTF-8, as file systems count."""
    return name.encode("utf-8", "surrogatepass")[:size].decode("utf-8", "ignore")


def is_entry(path: Path) -> bool:
    """Whether a path is something to lose: a file or a link, not a folder."""
    return path.is_symlink() or not path.is_dir()


def _with_parents(path: Path) -> list[Path]:
    real = Path(os.path.realpath(path))
    return [real, *real.parents]


def _is_project(folder: Path) -> bool:
    if not any((folder / name).is_file() for name in (RECORD, RECORD_COPY)):
        return False
    return folder.suffix == PROJECT_SUFFIX or (folder / "scores").is_dir()  # other programs have a project.json, too


def _own_files(folder: Path) -> set[str]:
    marker = next((name for name in (MARKER, _EARLIER_MARKER) if (folder / name).is_file()), "")
    content = read_json(folder / marker, _MARKER_BYTES) if marker else None
    files = content.get("files") if isinstance(content, dict) else None
    return {marker, *(name for name in files if isinstance(name, str))} if isinstance(files, list) else set()


@contextlib.contextmanager
def _staged(target: Path, commit: Callable[[Path], object]) -> Iterator[Path]:
    made: list[Path] = []
    temporary = target.with_name(f"{part_prefix(target)}{secrets.token_hex(6)}.part")
    complete = False
    try:
        made = _make_parents(target)
        yield temporary
        flush(temporary)
        commit(temporary)
        sync_folders([target.parent, *(folder.parent for folder in made)])
        complete = True
    except OSError as error:
        raise LipError(f"Cannot write {target}: {explain(error)}.") from error
    finally:
        if not complete:
            remove(temporary)
            for folder in made:
                with contextlib.suppress(OSError):
                    folder.rmdir()


def _make_parents(target: Path) -> list[Path]:
    """Make the missing parent folders; those made are returned, innermost first."""
    missing = [folder for folder in target.absolute().parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
    return missing


def _replace_folder(built: Path, target: Path, overwrite: bool) -> None:
    if not os.path.lexists(target):
        os.rename(built, target)
        return
    check_folder(target, overwrite)  # again: the work in between may have taken hours
    old = target.with_name(f"{part_prefix(target)}{secrets.token_hex(6)}.old")
    os.rename(target, old)
    try:
        os.rename(built, target)
    except OSError:
        os.rename(old, target)
        raise
    remove(old)


def flush(path: Path) -> None:
    """Make a file, or a folder with all that is in it, durable; OSError."""
    if not path.is_dir():
        _flush_file(path)
        return
    for folder, _, names in os.walk(path):
        for name in names:
            _flush_file(Path(folder, name))
        sync_folders([Path(folder)])


def _flush_file(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    except PermissionError:  # the umask took every right to the file away
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a temporary file or folder as far as the system lets us."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
