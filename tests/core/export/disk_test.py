"""Writes that really fail while the system refuses to let files grow: a sentence, and nothing is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.exchange import WRITABLE, Selection, export, find_format
from tests.core.exchange import labelled
from tests.helpers import ArrayVideo

resource = pytest.importorskip("resource", reason="limits file sizes as POSIX systems do")


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("name", [form.name for form in WRITABLE])
def test_failed_write_leaves_nothing(tmp_path: Path, name: str) -> None:
    generator = np.random.default_rng(0)
    maps = list(generator.integers(0, 3, (6, 90, 120)).astype(np.uint8))
    pictures = ArrayVideo(generator.integers(0, 256, (6, 90, 120, 3)).astype(np.uint8))
    form = find_format(name)
    selection = Selection(labelled(maps), pictures=pictures)
    with largest_file(512), pytest.raises(LipError, match=r"Cannot write|Cannot encode"):
        list(export(selection, form, tmp_path / f"out{form.writer.suffix}"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["davis", "coco", "overlay"])
def test_earlier_output_survives_a_failed_one(tmp_path: Path, name: str) -> None:
    form = find_format(name)
    target = tmp_path / f"out{form.writer.suffix}"
    noise = np.random.default_rng(0).integers(0, 3, (90, 120)).astype(np.uint8)
    pictures = ArrayVideo(np.random.default_rng(0).integers(0, 256, (1, 90, 120, 3)).astype(np.uint8))
    selection = Selection(labelled([noise]), pictures=pictures)
    list(export(selection, form, target))

    def state() -> dict[str, bytes]:
        files = [target] if target.is_file() else target.rglob("*")
        return {str(path): path.read_bytes() for path in files if path.is_file()}

    before = state()
    with largest_file(512), pytest.raises(LipError):
        list(export(selection, form, target, overwrite=True))
    assert state() == before
    assert list(tmp_path.iterdir()) == [target]
