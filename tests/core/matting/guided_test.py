"""The guided filter: planes follow the edges of their guide, and what the colours explain stays as it is."""

from __future__ import annotations

import numpy as np

from lipcore.matting.guided import GuidedFilter

HEIGHT, WIDTH = 40, 60


def two_colours() -> np.ndarray:
    """A guide (40, 60, 3): dark red on the left, light green on the right."""
    guide = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    guide[:, :30], guide[:, 30:] = (0.4, 0.1, 0.1), (0.3, 0.9, 0.4)
    return guide


def test_a_plane_that_is_linear_in_the_colours_comes_back() -> None:
    guide = np.random.default_rng(0).random((HEIGHT, WIDTH, 3)).astype(np.float32)
    plane = (guide @ np.array([0.5, -0.25, 0.125], np.float32) + 0.3).astype(np.float32)
    np.testing.assert_allclose(GuidedFilter(guide, 4, 1e-6)(plane), plane, atol=1e-3)


def test_a_mask_is_drawn_to_the_edge_of_the_colours() -> None:
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    mask[:, 33:] = 1  # three pixels off the edge
    row = GuidedFilter(two_colours(), 8, 1e-4)(mask)[20]
    assert int(np.abs(np.diff(row)).argmax()) == 29  # between the two colours
    assert row[29] < 0.1
    assert row[30] > 0.5


def test_where_the_guide_is_of_one_colour_the_plane_is_averaged() -> None:
    plane = np.zeros((HEIGHT, WIDTH), np.float32)
    plane[:, ::2] = 1
    found = GuidedFilter(np.full((HEIGHT, WIDTH, 3), 0.5, np.float32), 8, 1e-4)(plane)
    np.testing.assert_allclose(found, 0.5, atol=0.05)
