"""Fingerprints of videos: find a video again, or notice that another one stands in its place."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import explain, list_images
from lipcore.project.record import ProjectRecord, VideoFingerprint

_END_BYTES = 1_000_000


class MissingVideo(LipError):
    """The video of a project is not where it was, or another one is there; `path` is where it was."""

    def __init__(self, message: str, path: Path) -> None:
        super().__init__(message)
        self.path = path


def fingerprint_of(path: Path) -> VideoFingerprint:
    """The fingerprint of a video file or a folder of images; reads at most two megabytes. LipError if it cannot."""
    state = hashlib.blake2b(digest_size=16)
    try:
        if not path.is_dir():
            if not path.is_file():
                raise LipError(f"Cannot read {path}: it is no file and no folder.")
            size = path.stat().st_size
            state.update(_ends(path, size))
            return VideoFingerprint(size, state.hexdigest())
        images = list_images(path)
        sizes = [image.stat().st_size for image in images]
        for image, size in zip(images, sizes, strict=True):
            state.update(f"{len(image.name)} {image.name} {size}\n".encode(errors="surrogatepass"))
        for image, size in zip(images[:1] + images[-1:], sizes[:1] + sizes[-1:], strict=True):
            state.update(_ends(image, size))
    except OSError as error:
        raise LipError(f"Cannot read {path}: {explain(error)}.") from error
    return VideoFingerprint(sum(sizes), state.hexdigest())


def find_video(record: ProjectRecord) -> Path:
    """Where the project's video is; MissingVideo if it is gone or another video has its place."""
    path = record.video_path
    try:
        present = path.exists()
    except OSError:
        present = False
    if not present:
        raise MissingVideo(f"The video of {record.name} is not at {path} any more. Where is it now?", path)
    if record.fingerprint is not None:
        try:
            same = fingerprint_of(path) == record.fingerprint
        except LipError as error:
            raise MissingVideo(f"{str(error).rstrip('.')}. Where is the video of {record.name} now?", path) from error
        if not same:
            raise MissingVideo(f"{path} is not the video that {record.name} was made with. Where is that now?", path)
    return path


def _ends(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        start = file.read(_END_BYTES)
        file.seek(max(0, size - _END_BYTES))
        return start + file.read(_END_BYTES)
