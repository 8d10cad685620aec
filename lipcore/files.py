"""Files and folders: writing whole or not at all, natural order, bounded JSON, digests, names that stay inside."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path, PureWindowsPath
from typing import BinaryIO

from lipcore.errors import LipError

# The pictures that some library here can read, by the endings of their names.
IMAGE_EXTENSIONS = frozenset(
    f".{name}"
    for name in (
        "avif bmp bw dds dib dpx exr gif hdr heic heif hif icb jfif jp2 jpe jpeg jpg pbm pcx pfm pgm pic png pnm ppm "
        "psd pxm qoi ras rgb rgba sgi sr tga tif tiff vda vst webp"
    ).split()
)
_DIGITS = re.compile(r"([0-9]+)")
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.ENOENT: "it does not exist",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.EIO: "the disk reports an error",
}
# What file systems answer that cannot flush folders, such as some network disks, or that do not let us open one.
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF, errno.EACCES, errno.EPERM}


def explain(error: OSError) -> str:
    """The cause of a system error as the end of a sentence, without a full stop: "the disk is full"."""
    reason = _REASONS.get(error.errno or 0)
    return reason or (error.strerror or str(error) or "the system gave no reason").rstrip(".")


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: whatever happens, `path` holds its old content or all of `data`.

    The bytes are on disk when this returns. Raises LipError, with the old file untouched and nothing left beside it.
    """
    write_all_atomic({path: data})


def write_all_atomic(files: Mapping[Path, bytes]) -> None:
    """Write some files, each whole or not at all, in less time than one by one: all are flushed, then all renamed.

    Raises LipError, which names one file; every file then holds its old or its new content, and nothing is left beside.
    """
    temporaries = {path: path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.tmp") for path in files}
    current = Path()
    try:
        with contextlib.ExitStack() as stack:
            opened = []
            for path, data in files.items():
                current = path
                file = stack.enter_context(_create(temporaries[path]))
                file.write(data)
                file.flush()
                opened.append((path, file))
            for path, file in opened:
                current = path
                os.fsync(file.fileno())
        for path, temporary in temporaries.items():
            current = path
            os.replace(temporary, path)
        sync_folders(path.parent for path in files)
    except OSError as error:
        reason = f"the folder {current.parent} does not exist" if error.errno == errno.ENOENT else explain(error)
        raise LipError(f"Cannot write {current}: {reason}.") from error
    finally:
        for temporary in temporaries.values():
            with contextlib.suppress(OSError):
                temporary.unlink()


def move_all(files: Mapping[Path, Path]) -> None:
    """Rename each file, which is on disk already, to its new path, and replace what is there; LipError names one.

    Where the file system has hard links, a file keeps its old name until the new one is on disk: whatever a loss of
    power makes of two folders, one of them has it.
    """
    current = Path()
    try:
        for current, target in files.items():
            _link_over(current, target)
        sync_folders(target.parent for target in files.values())
        for current in files:
            current.unlink(missing_ok=True)
        sync_folders(source.parent for source in files)
    except OSError as error:
        raise LipError(f"Cannot move {current}: {explain(error)}.") from error


def remove_file(path: Path) -> None:
    """Remove a file, if it is there, so that it does not come back after a loss of power; LipError."""
    try:
        path.unlink(missing_ok=True)
        sync_folders([path.parent])
    except OSError as error:
        raise LipError(f"Cannot remove {path}: {explain(error)}.") from error


def make_folder(path: Path) -> Path:
    """Make the folder and its parents unless they exist, on disk when this returns, and return it; LipError."""
    try:
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        path.mkdir(parents=True, exist_ok=True)
        sync_folders(folder.parent for folder in missing)
    except FileExistsError as error:
        raise LipError(f"Cannot make the folder {path}: a file has that name.") from error
    except OSError as error:
        raise LipError(f"Cannot make the folder {path}: {explain(error)}.") from error
    return path


def make_writable_folder(path: Path) -> Path:
    """Make the folder and prove, before long work, that files can be written there; leaves no trace. LipError."""
    existed = path.is_dir()
    probe = path / ".lip-probe"
    try:
        make_folder(path)
        write_atomic(probe, b"probe")
    except LipError:
        if not existed:
            with contextlib.suppress(OSError):
                path.rmdir()
        raise
    with contextlib.suppress(OSError):
        probe.unlink()
    return path


def refuse_special(path: Path) -> None:
    """Raise LipError for a pipe, a device or a socket, which may keep a reader waiting for ever."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return  # whoever reads it says what is wrong
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise LipError(f"Cannot read {path}: it is a pipe or a device, not a file.")


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """The content of a file of at most `max_bytes`; LipError if it cannot be read, is no file or is larger."""
    refuse_special(path)
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size  # Python takes memory for as many bytes as are asked for
            data = file.read(min(size, max_bytes) + 1)
    except OSError as error:
        raise LipError(f"Cannot read {path}: {explain(error)}.") from error
    if len(data) > max_bytes:
        raise LipError(f"Cannot read {path}: it is larger than {max_bytes:,} bytes.")
    return data


def read_json(path: Path, max_bytes: int) -> object:
    """The value in a JSON file of at most `max_bytes`; LipError if it cannot be read, is larger or is not JSON."""
    data = read_bytes(path, max_bytes)
    try:
        value: object = json.loads(data)
    except RecursionError as error:
        raise LipError(f"Cannot read {path}: it is nested too deeply.") from error
    except ValueError as error:  # JSONDecodeError, UnicodeDecodeError and numbers of absurd length
        raise LipError(f"Cannot read {path}: it is not valid JSON.") from error
    return value


def file_states(path: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of change of a file, or of every file of a folder; cheap, unlike their contents. LipError."""
    try:
        found = sorted(path.iterdir()) if path.is_dir() else [path]
        states = [(file.name, file.stat()) for file in found]
    except OSError as error:
        raise LipError(f"Cannot read {path}: {explain(error)}.") from error
    return [(name, state.st_size, state.st_mtime_ns) for name, state in states]


def digest(data: bytes) -> str:
    """32 hexadecimal digits that differ for different content."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def natural_key(name: str) -> tuple[tuple[str | tuple[int, str], ...], str]:
    """Sort key that puts "frame2" before "frame10", without regard to case; numbers may have any length."""
    parts = _DIGITS.split(name.casefold())
    return tuple(_size(part) if index % 2 else part for index, part in enumerate(parts)), name


def _size(digits: str) -> tuple[int, str]:
    """Orders whole numbers as their values do; Python refuses to convert more than 4,300 digits."""
    plain = digits.lstrip("0")
    return len(plain), plain


def list_images(folder: Path) -> list[Path]:
    """The image files directly in a folder, by extension, in natural order; hidden files are left out.

    Raises LipError if the folder cannot be read, or if an image in it is a link that leads nowhere; a folder without
    images gives an empty list.
    """
    try:
        with os.scandir(folder) as entries:
            found = {entry.name: entry.is_file() for entry in entries if entry.is_file() or entry.is_symlink()}
    except OSError as error:
        raise LipError(f"Cannot read the folder {folder}: {explain(error)}.") from error
    names = [name for name in found if found[name] or not (folder / name).exists()]
    images = [name for name in names if not name.startswith(".") and Path(name).suffix.lower() in IMAGE_EXTENSIONS]
    for name in images:
        if not found[name]:
            raise LipError(f"Cannot read the folder {folder}: {name} is a link that leads nowhere.")
    return [folder / name for name in sorted(images, key=natural_key)]


def safe_child(folder: Path, name: str) -> Path:
    """The path of `name` (a relative path, forward slashes) below `folder`, for names read from files.

    Raises LipError for a name that is empty, absolute, has "..", a drive or a backslash, or leaves by a symbolic link.
    """
    windows = PureWindowsPath(name)
    parts = name.split("/")
    bad = not name or "\\" in name or "\0" in name or windows.drive or windows.root or {"", ".", ".."} & set(parts)
    if bad or any(ord(letter) < 32 for letter in name):
        raise LipError(f"The name {name!r} is refused: it must be a plain name inside {folder}.")
    path = folder.joinpath(*parts)
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError) as error:  # a circle of links; letters that no file name can have
        raise LipError(f"The name {name!r} is refused: its path cannot be followed.") from error
    if not inside:
        raise LipError(f"The name {name!r} is refused: it leads out of {folder}.")
    return path


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666), "wb")


def sync_folders(folders: Iterable[Path]) -> None:
    """Make what was renamed, made or removed in folders durable; OSError if the disk refuses.

    Where folders cannot be flushed (Windows, some network disks) this does nothing.
    """
    if os.name == "nt":
        return
    for folder in dict.fromkeys(folders):
        try:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            if error.errno not in _NO_FOLDER_SYNC:
                raise


def _link_over(source: Path, target: Path) -> None:
    """Give a file a second name, which replaces what has it; where there are no hard links, rename the file."""
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
    try:
        os.link(source, temporary)
    except FileNotFoundError:
        raise
    except OSError:
        os.replace(source, target)
        return
    try:
        os.replace(temporary, target)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()  # still there if that failed, or if both names were the same file already
