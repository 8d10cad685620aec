"""Batches of clips, and the threads that make them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class ClipBatch:
    """B clips of T frames.

    `images` (B, T, 3, H, W) uint8 RGB; `labels` (B, T, H, W) uint8: 0 background, 1..N (at most 8, without gaps) the
    same object along T, 255 ignore; `unlabelled_objects` (B,) bool: the background may hold objects, take no negatives
    from it; `classes` (B, 256) int64: class id of an object id, 0 unknown.
    """

    images: Tensor
    labels: Tensor
    unlabelled_objects: Tensor
    classes: Tensor

    def to(self, device: torch.device | str) -> ClipBatch:
        """The same batch on a device."""
        return ClipBatch(
            self.images.to(device, non_blocking=True),
            self.labels.to(device, non_blocking=True),
            self.unlabelled_objects.to(device, non_blocking=True),
            self.classes.to(device, non_blocking=True),
        )


def in_threads(make: Callable[[int], Made], items: Sequence[int]) -> list[Made]:
    """What `make` gives for every item, in order, made in up to four threads of which each runs its operations alone.

    Many small operations shared by several threads each wait for one another: ten times slower on a busy machine.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="clips") as pool:
            return list(pool.map(make, items))
    finally:
        torch.set_num_threads(before)
