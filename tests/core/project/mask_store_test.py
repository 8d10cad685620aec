"""MaskStore: compressed label maps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from lipcore.errors import LipError
from lipcore.masks import encode_label_map
from lipcore.project.mask_store import MaskStore, PackedLabels


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(0, 255)))
@settings(max_examples=80, deadline=None)
def test_packing_gives_back_every_map(labels: np.ndarray) -> None:
    packed, areas = PackedLabels.pack(labels)
    np.testing.assert_array_equal(packed.unpack(), labels)
    np.testing.assert_array_equal(areas, np.bincount(labels.ravel(), minlength=256))


def test_busy_maps_are_kept_as_pixels_and_calm_ones_as_runs() -> None:
    busy = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    calm = np.zeros((64, 64), np.uint8)
    assert PackedLabels.pack(busy)[0].coding == "pixels"
    assert PackedLabels.pack(calm)[0].coding == "runs"
    np.testing.assert_array_equal(PackedLabels.pack(busy)[0].unpack(), busy)


def test_views_of_other_layouts_are_packed_right() -> None:
    labels = np.arange(48, dtype=np.uint8).reshape(6, 8)
    for view in (labels.T, labels[::2, ::3], np.asfortranarray(labels)):
        np.testing.assert_array_equal(PackedLabels.pack(view)[0].unpack(), view)


def test_mask_files_are_decoded_when_they_are_wanted() -> None:
    labels = np.zeros((8, 9), np.uint8)
    labels[2:4] = 3
    store = MaskStore(4, 8, 9)
    store.set_packed(1, PackedLabels(8, 9, "png", encode_label_map(labels)))
    np.testing.assert_array_equal(store.get(1), labels)
    assert not store.get(1).flags.writeable
    store.set_packed(2, PackedLabels(8, 9, "png", b"junk"))
    with pytest.raises(LipError, match="frame 2"):
        store.get(2)
    store.set_packed(3, PackedLabels(8, 9, "png", encode_label_map(labels[:, :4])))
    with pytest.raises(LipError, match="4 x 8, not 9 x 8"):
        store.get(3)


def test_few_maps_are_kept_decoded() -> None:
    store = MaskStore(50, 1000, 1000)
    for frame in range(50):
        store.set(frame, np.full((1000, 1000), frame, np.uint8))
    assert all(store.get(frame)[0, 0] == frame for frame in range(50))
    assert len(store._decoded) == 32
    assert store.packed_bytes < 50 * 1000
    assert 7 in store
