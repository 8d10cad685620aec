"""Pictures as a video: a folder in natural order, or the pages of a file; damaged ones are found on opening."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.files import IMAGE_EXTENSIONS, explain, list_images
from lipcore.video.cache import DEFAULT_BUDGET, FrameCache
from lipcore.video.pictures import LIGHT, Header, Picture, as_rgb, read_header, read_pixels
from lipcore.video.protocol import Video
from lipcore.video.values import ValueRange, find_range
from lipcore.video.wholeness import damage_note

_LOOKED_AT = 32  # pictures whose values are read to find their range: all, or so many evenly spread ones
_MOST_THREADS = 8
# Endings of pictures that no library here reads, so that the sentence can say so.
_OTHER_PICTURES = frozenset(f".{name}" for name in "jxl jxr wdp cin cr2 cr3 nef arw dng raf orf rw2 svg jls".split())


_Found: TypeAlias = tuple[list[Picture], tuple[str, ...], Header, list[tuple[str, str]]]
"""The pictures, their names, the first one's header, and the names of damaged ones with what is wrong with them."""


class VideoPictures(Video):
    """A `Video` of pictures."""

    def __init__(
        self, path: Path, cache_bytes: int = DEFAULT_BUDGET, values: tuple[float, float] | None = None
    ) -> None:
        self.path = path
        self.frame_rate = 24.0
        self._pictures, names, header, complaints = _pages(path) if path.is_file() else _files(path)
        self.frame_names = names
        self.name = path.stem if path.is_file() else path.resolve().name
        self.height, self.width = header.height, header.width
        self._cache = FrameCache(cache_bytes)
        self._closed = False
        self._range = self._find_values(values)
        self.values = None if self._range is None else (self._range.low, self._range.high)
        told = self._range is not None and (not self._range.is_usual or values is not None)
        shown = (self._range.sentence(),) if told and self._range is not None else ()
        self.notes = (*shown, *((damage_note(complaints),) if complaints else ()))

    def __len__(self) -> int:
        return len(self._pictures)

    def __getitem__(self, frame: int) -> NDArray[np.uint8]:
        if not 0 <= frame < len(self._pictures):
            raise IndexError(frame)
        if self._closed:
            raise LipError(f"Cannot read frame {frame} of {self.path}: the video is closed.")
        shown = self._cache.get(frame)
        if shown is None:
            pixels = read_pixels(self._pictures[frame])
            if pixels.shape[:2] != (self.height, self.width):
                first = self._pictures[0].file
                raise _size_error(self.path, self._pictures[frame].file, pixels.shape, first, (self.height, self.width))
            values = self._range or find_range([pixels], False)
            shown = as_rgb(pixels if values is None else values.show(pixels))
            self._cache.put(frame, shown)
        return shown

    def close(self) -> None:
        """Forget the decoded frames; asking for frames afterwards raises LipError."""
        self._closed = True
        self._cache.clear()

    def _find_values(self, wanted: tuple[float, float] | None) -> ValueRange | None:
        """The range of all frames, so that they do not flicker: the wanted one, else found in some of them."""
        is_light = self._pictures[0].file.suffix.lower() in LIGHT
        if wanted is not None:
            return ValueRange(*wanted, is_light)
        first = read_pixels(self._pictures[0])
        if first.dtype == np.uint8:
            return None
        count = len(self._pictures)
        frames = sorted({round(place) for place in np.linspace(0, count - 1, min(count, _LOOKED_AT)).tolist()})
        found = [find_range([read_pixels(self._pictures[frame])], is_light) for frame in frames]
        return _widest([one for one in found if one is not None])


def _widest(ranges: list[ValueRange]) -> ValueRange:
    return replace(ranges[0], low=min(one.low for one in ranges), high=max(one.high for one in ranges))


def _pages(path: Path) -> _Found:
    header = read_header(path)
    names = tuple(f"{frame:05d}" for frame in range(len(header.pictures)))
    complaints = [(path.name, header.complaint)] if header.complaint else []
    return [Picture(path, page) for page in header.pictures], names, header, complaints


def _files(folder: Path) -> _Found:
    files = list_images(folder)
    if not files:
        raise LipError(_no_pictures(folder))
    names = tuple(file.stem for file in files)
    seen: dict[str, Path] = {}
    for name, file in zip(names, files, strict=True):
        if name in seen:
            raise LipError(f"Cannot open {folder}: {seen[name].name} and {file.name} would be the same frame.")
        seen[name] = file
    first = read_header(files[0])
    complaints = []
    with closing(_headers(files, first)) as headers:
        for file, header in zip(files, headers, strict=True):
            if len(header.pictures) > 1:
                raise LipError(
                    f"Cannot open {folder}: {file.name} holds {len(header.pictures)} pictures; "
                    "open it as a video of its own."
                )
            if (header.height, header.width) != (first.height, first.width):
                size = (header.height, header.width)
                raise _size_error(folder, file, size, files[0], (first.height, first.width))
            if header.complaint:
                complaints.append((file.name, header.complaint))
    return [Picture(file) for file in files], names, first, complaints


def _headers(files: Sequence[Path], first: Header) -> Generator[Header]:
    """The headers in order, read by several threads, since most pictures are decoded to see whether they are whole."""
    yield first
    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as pool:
        waiting = [pool.submit(read_header, file) for file in files[1:]]
        try:
            for each in waiting:
                yield each.result()
        finally:
            for each in waiting:
                each.cancel()


def _no_pictures(folder: Path) -> str:
    try:
        endings = Counter(Path(name).suffix.lower() for name in os.listdir(folder))
    except OSError as error:
        return f"Cannot read the folder {folder}: {explain(error)}."
    unread = [ending for ending, _ in endings.most_common() if ending in _OTHER_PICTURES]
    if not unread:
        return f"Cannot open {folder}: the folder contains no images."
    known = ", ".join(sorted(ending[1:] for ending in IMAGE_EXTENSIONS))
    return f"Cannot open {folder}: its {unread[0]} pictures cannot be read; save them as one of {known}."


def _size_error(path: Path, file: Path, size: Sequence[int], first: Path, expected: tuple[int, int]) -> LipError:
    return LipError(
        f"Cannot open {path}: {file.name} is {size[1]} x {size[0]} pixels, "
        f"but {first.name} is {expected[1]} x {expected[0]}."
    )
