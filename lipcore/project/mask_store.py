"""Mask store: the label maps of a video in memory, compressed, with a few decoded and a revision per frame."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.masks import decode_label_map

_DECODED_BYTES = 32_000_000  # room for the decoded label maps that are kept: sixteen at 1080p
_LEVEL = 1  # zlib; run lengths of masks hardly shrink further at higher levels


@dataclass(frozen=True)
class PackedLabels:
    """A label map (height, width) uint8, compressed and immutable.

    `runs` are run lengths in reading order (little-endian uint32), then the runs' ids (uint8), both through zlib;
    `pixels` are the plain ids through zlib, for maps too busy for runs; `png` is the content of a mask file.
    """

    height: int
    width: int
    coding: Literal["runs", "pixels", "png"]
    data: bytes

    @classmethod
    def pack(cls, labels: NDArray[np.uint8]) -> tuple[PackedLabels, NDArray[np.int32]]:
        """Compress a label map (H, W) uint8; also gives the number of pixels of each id, (256,) int32."""
        height, width = labels.shape
        flat = np.ascontiguousarray(labels).ravel()
        starts = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1, [flat.size]))
        lengths, ids = np.diff(starts), flat[starts[:-1]]
        areas = np.bincount(ids, weights=lengths, minlength=256).astype(np.int32)
        if len(ids) > flat.size // 8:
            return cls(height, width, "pixels", zlib.compress(flat.tobytes(), _LEVEL)), areas
        runs = lengths.astype("<u4").tobytes() + ids.tobytes()
        return cls(height, width, "runs", zlib.compress(runs, _LEVEL)), areas

    @classmethod
    def checked(cls, height: int, width: int, coding: str, data: bytes) -> PackedLabels:
        """A label map from a file that cannot be trusted; LipError unless it unpacks to (height, width).

        A `png` is checked when it is unpacked.
        """
        size = height * width
        if coding == "png":
            return cls(height, width, "png", data)
        unpacker = zlib.decompressobj()
        try:
            raw = unpacker.decompress(data, 5 * size + 1)
        except zlib.error as error:
            raise LipError("A label map is damaged.") from error
        lengths = np.frombuffer(raw, "<u4", len(raw) // 5).astype(np.int64)
        if coding == "runs" and len(raw) % 5 == 0 and lengths.sum() == size and unpacker.eof:
            return cls(height, width, "runs", data)
        if coding == "pixels" and len(raw) == size and unpacker.eof:
            return cls(height, width, "pixels", data)
        raise LipError("A label map is damaged.")

    def unpack(self, name: str = "") -> NDArray[np.uint8]:
        """The label map: (H, W) uint8, read-only. LipError for a damaged `png`, which it calls the mask `name`."""
        if self.coding == "png":
            labels = decode_label_map(self.data, name)
            if labels.shape != (self.height, self.width):
                size = f"{labels.shape[1]} x {labels.shape[0]}"
                raise LipError(f"Cannot use the mask {name}: it is {size}, not {self.width} x {self.height} pixels.")
        elif self.coding == "pixels":
            labels = np.frombuffer(zlib.decompress(self.data), np.uint8).reshape(self.height, self.width)
        else:
            raw = zlib.decompress(self.data)
            count = len(raw) // 5
            lengths = np.frombuffer(raw, "<u4", count)
            ids = np.frombuffer(raw, np.uint8, count, offset=4 * count)
            labels = np.repeat(ids, lengths).reshape(self.height, self.width)
        labels.setflags(write=False)
        return labels


class MaskStore:
    """Label maps (H, W) uint8 of ids by frame, all zeros where none was set; every change raises the frame's revision.

    10,000 maps of 1080p take some 20 MB. Not thread safe: the project that owns it holds the lock.
    """

    def __init__(self, frame_count: int, height: int, width: int) -> None:
        self.height, self.width = height, width
        self._packed: dict[int, PackedLabels] = {}
        self._revisions = np.zeros(frame_count, np.int64)
        self._decoded: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()
        self._room = max(2, _DECODED_BYTES // max(1, height * width))
        self._empty = np.zeros((height, width), np.uint8)
        self._empty.setflags(write=False)

    def __contains__(self, frame: int) -> bool:
        return frame in self._packed

    @property
    def packed_bytes(self) -> int:
        """Bytes of all compressed label maps."""
        return sum(len(packed.data) for packed in self._packed.values())

    def revision(self, frame: int) -> int:
        """How often the frame's label map was set: 0 at first, never falls."""
        return int(self._revisions[frame])

    def get(self, frame: int) -> NDArray[np.uint8]:
        """The frame's label map: (H, W) uint8, read-only. Raises LipError for one read from a file that is damaged."""
        decoded = self._decoded.get(frame)
        if decoded is None:
            packed = self._packed.get(frame)
            if packed is None:
                return self._empty
            decoded = packed.unpack(f"of frame {frame}")
            self._keep(frame, decoded)
        else:
            self._decoded.move_to_end(frame)
        return decoded

    def packed(self, frame: int) -> PackedLabels | None:
        """The frame's label map as it is kept, None if none was set."""
        return self._packed.get(frame)

    def set(self, frame: int, labels: NDArray[np.uint8]) -> NDArray[np.int32]:
        """Replace the frame's label map by a copy of `labels`, (H, W) uint8; gives the pixels per id, (256,) int32."""
        if labels.shape != (self.height, self.width) or labels.dtype != np.uint8:
            raise ValueError(f"got {labels.shape} {labels.dtype}, expected {(self.height, self.width)} uint8")
        packed, areas = PackedLabels.pack(labels)
        self.set_packed(frame, packed)
        decoded = labels.copy()
        decoded.setflags(write=False)
        self._keep(frame, decoded)
        return areas

    def set_packed(self, frame: int, packed: PackedLabels | None) -> None:
        """Replace the frame's label map by one that is already compressed, None for one that was never set."""
        self._revisions[frame] += 1
        if packed is None:
            self._packed.pop(frame, None)
        else:
            self._packed[frame] = packed
        self._decoded.pop(frame, None)

    def _keep(self, frame: int, decoded: NDArray[np.uint8]) -> None:
        self._decoded[frame] = decoded
        self._decoded.move_to_end(frame)
        while len(self._decoded) > self._room:
            self._decoded.popitem(last=False)
