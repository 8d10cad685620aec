"""Cryptomatte: hashes and ranks as the specification has them, read back by OpenEXR, ffmpeg and its own reader."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from lipcore.export.delivery.cryptomatte import hashed, ranks
from lipcore.export.delivery.layers import Layers
from tests.core.export.delivery.sources import (
    SEEN,
    SIZE,
    deliver,
    ffmpeg_raw,
    maps,
    selection,
)


def test_cryptomatte_hashes_as_the_specification_does() -> None:
    assert f"{hashed('hello'):08x}" == "248bfa47"  # MurmurHash3_x86_32, seed 0
    for name in map(str, range(3000)):
        value = np.uint32(hashed(name)).view(np.float32)
        assert np.isfinite(value)
        assert abs(value) >= np.finfo(np.float32).tiny


def test_cryptomatte_lists_objects_by_share(tmp_path: Path) -> None:
    out = deliver(selection(), "cryptomatte", tmp_path / "out")
    path = out / "clip_crypto_00000.exr"
    file = OpenEXR.File(str(path), separate_channels=True)
    channels, labels = file.channels(), maps()[0]
    identity = channels["CryptoObject00.R"].pixels
    assert identity.dtype == np.float32
    for number, name in ((1, "Käse / 1"), (2, "Object 2")):
        found = identity.view(np.uint32) == hashed(name)
        np.testing.assert_array_equal(found, labels == number)
        assert f"{hashed(name):08x}" in file.header()["cryptomatte/3ae39a5/manifest"]
    np.testing.assert_array_equal(channels["CryptoObject00.G"].pixels, SEEN[0])
    assert not channels["CryptoObject02.A"].pixels.any()
    planes = ffmpeg_raw(path, "gbrapf32le", np.dtype("<f4"), "-layer", "CryptoObject00").reshape(4, *SIZE)
    np.testing.assert_array_equal(planes[2].view(np.uint32), identity.view(np.uint32))


def test_ranks_are_sorted_by_share() -> None:
    class Shared(Layers):
        """Object n covers n hundredths of every pixel."""

        def alpha(self, number: int | None) -> np.ndarray:
            return np.full((2, 2), (number or 0) / 100, np.float32)

    layer = Shared(selection(), 0, np.zeros((2, 2), np.uint8))
    found, shares = ranks(layer, {number: 1000 + number for number in (3, 1, 9, 2, 7, 5, 8)})
    assert found[:, 0, 0].tolist() == [1009, 1008, 1007, 1005, 1003, 1002]
    np.testing.assert_allclose(shares[:, 1, 1], [0.09, 0.08, 0.07, 0.05, 0.03, 0.02], atol=1e-6)


def test_cryptomatte_is_read_by_its_reader(tmp_path: Path) -> None:
    reader = pytest.importorskip("cryptomatte_api")
    out = deliver(selection(), "cryptomatte", tmp_path / "out")
    for frame, labels in enumerate(maps()):
        (matte,) = reader.Cryptomatte.load(str(out / f"clip_crypto_{frame:05d}.exr"), load_preview=False)
        for number, name in ((1, "Käse / 1"), (2, "Object 2")):
            np.testing.assert_array_equal(np.asarray(matte.mask(name)), labels == number)
