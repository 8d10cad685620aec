"""Small files that claim to be huge are refused before memory is taken."""

from __future__ import annotations

import base64
import json
import struct
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.exchange import READABLE, open_import
from tests.core.hard_labels import labelled

SOURCE = labelled([np.zeros((40, 50), np.uint8)])


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, kind: int = 3, rows: bytes = b"") -> bytes:
    """A PNG whose header says anything; its pixels are `rows`, compressed."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
    palette = chunk(b"PLTE", bytes(6)) if kind == 3 else b""
    return b"\x89PNG\r\n\x1a\n" + header + palette + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture(autouse=True)
def little_memory() -> Iterator[None]:
    """No test may have more than 300 MB in Python's hands at once."""
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300_000_000


@pytest.mark.parametrize("form", [form.name for form in READABLE if form.name in ("davis", "youtube-vos", "masks")])
@pytest.mark.parametrize("kind", [0, 2, 3, 6])
def test_png_of_a_hundred_thousand_pixels_a_side(tmp_path: Path, form: str, kind: int) -> None:
    (tmp_path / "00000.png").write_bytes(png(100_000, 100_000, kind, bytes(1000)))
    with pytest.raises(LipError, match="100000 x 100000 pixels, but the video has 50 x 40"):
        list(open_import(tmp_path, SOURCE, form).read())


@pytest.mark.parametrize("kind", [0, 2, 3, 6])
def test_png_with_far_more_data_than_pixels(tmp_path: Path, kind: int) -> None:
    (tmp_path / "00000.png").write_bytes(png(50, 40, kind, bytes(100_000_000)))
    try:
        (step,) = open_import(tmp_path, SOURCE, "davis").read()
        assert step.labels.shape == (40, 50)
    except LipError as refusal:
        assert "00000.png" in str(refusal) or "shows an object" in str(refusal)  # noqa: PT017


def test_labelme_mask_that_claims_to_be_huge(tmp_path: Path) -> None:
    text = base64.b64encode(png(100_000, 100_000, 0)).decode()
    shape = {"label": "a", "points": [[0, 0], [9, 9]], "shape_type": "mask", "group_id": None, "mask": text}
    (tmp_path / "00000.json").write_text(json.dumps({"shapes": [shape]}))
    with pytest.raises(LipError, match="does not fit"):
        list(open_import(tmp_path, SOURCE, "labelme").read())


@pytest.mark.parametrize(
    "text", ["[" * 1_000_000, '{"a":' * 500_000, "9" * 1_000_000, '{"images": [' + "{}," * 3_900_000]
)
@pytest.mark.parametrize("form", ["coco", "labelme"])
def test_json_that_is_deep_long_or_cut_off(tmp_path: Path, form: str, text: str) -> None:
    (tmp_path / "00000.json").write_text(text)
    with pytest.raises(LipError, match="Cannot read"):
        open_import(tmp_path / "00000.json", SOURCE, form)


def test_links_out_of_the_folder_are_read_only_as_pictures(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    folder = tmp_path / "clip"
    folder.mkdir()
    (folder / "00000.png").symlink_to(secret)
    with pytest.raises(LipError, match="not a PNG") as refusal:
        list(open_import(folder, SOURCE, "davis").read())
    assert "secret" not in str(refusal.value)
