"""Matching against plain loops: who has a say, within which window, and that unlabelled cells have none."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from lipcore.model.matching import BEST, WINDOW, Keys, Matcher, Reference, label_shares

HEIGHT, WIDTH, DIMENSIONS, LABELS = 6, 21, 5, 3


def unit(*shape: int, seed: int = 0) -> Tensor:
    values = torch.randn(*shape, DIMENSIONS, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.normalize(values, dim=-1)


def shares_of(cells: int, batch: int = 1, seed: int = 5) -> Tensor:
    values = torch.rand(batch, cells, LABELS, generator=torch.Generator().manual_seed(seed))
    return values / values.sum(dim=2, keepdim=True)


@pytest.fixture
def matcher() -> Matcher:
    return Matcher((4, 6, 8), DIMENSIONS).requires_grad_(False)


def plainly(matcher: Matcher, keys: Keys, reference: Reference, window: int | None = None) -> Tensor:
    """Shares (B, 1 + K, h, w), cell by cell: the ten likest labelled cells vote by their likeness."""
    batch, (height, width) = len(keys.values), keys.size
    found = torch.zeros(batch, reference.shares.shape[2], height, width)
    for image in range(batch):
        for cell in range(height * width):
            alike = []
            for other in range(reference.keys.shape[1]):
                down, across = other // width - cell // width, other % width - cell % width
                seen = window is None or (abs(down) <= window and abs(across) <= window)
                if seen and float(reference.shares[image, other].sum()) > 0:
                    alike.append((float(keys.values[image, cell] @ reference.keys[image, other]), other))
            best = sorted(alike, reverse=True)[:BEST]
            weights = torch.tensor([value for value, _ in best]).mul(float(matcher.log_sharpness.exp())).exp()
            votes = sum(
                weight * reference.shares[image, other] for weight, (_, other) in zip(weights, best, strict=True)
            )
            if best:
                found[image, :, cell // width, cell % width] = votes / votes.sum()
    return found


def test_the_likest_cells_vote_by_their_likeness(matcher: Matcher) -> None:
    keys = Keys(unit(2, HEIGHT * WIDTH), (HEIGHT, WIDTH))
    reference = Reference(unit(2, 40, seed=1), shares_of(40, 2))
    found = matcher(keys, reference)
    torch.testing.assert_close(found, plainly(matcher, keys, reference), rtol=1e-4, atol=1e-5)


def test_a_large_grid_is_read_part_by_part(matcher: Matcher) -> None:
    size = (30, 40)
    keys, reference = Keys(unit(1, 1200), size), Reference(unit(1, 50, seed=1), shares_of(50))
    found = matcher(keys, reference)
    for row in (0, 15, 29):
        part = matcher(Keys(keys.values[:, row * 40 : row * 40 + 40], (1, 40)), reference)
        torch.testing.assert_close(found[:, :, row : row + 1], part, rtol=1e-4, atol=1e-5)


def test_few_cells_all_vote(matcher: Matcher) -> None:
    keys, reference = Keys(unit(1, 12), (3, 4)), Reference(unit(1, 4, seed=1), shares_of(4))
    torch.testing.assert_close(matcher(keys, reference), plainly(matcher, keys, reference), rtol=1e-4, atol=1e-5)


def test_near_sees_no_further_than_its_window(matcher: Matcher) -> None:
    """A grid wider than the window, against a loop; and what lies beyond makes no difference at all."""
    keys = Keys(unit(2, HEIGHT * WIDTH), (HEIGHT, WIDTH))
    before = Reference(unit(2, HEIGHT * WIDTH, seed=1), shares_of(HEIGHT * WIDTH, 2))
    found = matcher.near(keys, before)
    torch.testing.assert_close(found, plainly(matcher, keys, before, WINDOW), rtol=1e-4, atol=1e-5)
    for column in (0, 3, WIDTH - 1):
        beyond = (torch.arange(WIDTH) - column).abs() > WINDOW
        changed = torch.where(beyond.repeat(HEIGHT)[None, :, None], shares_of(HEIGHT * WIDTH, seed=9), before.shares)
        other = matcher.near(keys, Reference(before.keys, changed))
        torch.testing.assert_close(other[..., column], found[..., column], rtol=0, atol=0)
        assert not torch.equal(other, found)


@pytest.mark.parametrize("size", [(WINDOW + 1, 4), (5, WINDOW + 1), (1, 1)])
def test_near_is_the_global_reading_where_the_window_covers_the_frame(matcher: Matcher, size: tuple[int, int]) -> None:
    cells = size[0] * size[1]
    keys, before = Keys(unit(2, cells), size), Reference(unit(2, cells, seed=1), shares_of(cells, 2))
    torch.testing.assert_close(matcher.near(keys, before), matcher(keys, before), rtol=1e-5, atol=1e-6)


def test_tall_grids_are_read_tile_by_tile_like_wide_ones(matcher: Matcher) -> None:
    height, width = 23, 3
    keys = Keys(unit(1, height * width), (height, width))
    before = Reference(unit(1, height * width, seed=1), shares_of(height * width))
    torch.testing.assert_close(matcher.near(keys, before), plainly(matcher, keys, before, WINDOW), rtol=1e-4, atol=1e-5)


def test_a_frame_that_is_matched_with_itself_has_its_own_labels() -> None:
    """With sharp keys of many dimensions every cell is likest to itself."""
    matcher = Matcher((4, 6, 8), 64).requires_grad_(False)
    matcher.log_sharpness.fill_(4.6)
    values = torch.nn.functional.normalize(torch.randn(1, 60, 64, generator=torch.Generator().manual_seed(0)), dim=2)
    keys = Keys(values, (6, 10))
    labels = torch.randint(0, LABELS, (60,), generator=torch.Generator().manual_seed(1))
    shares = torch.nn.functional.one_hot(labels, LABELS).float()[None]
    for found in (matcher(keys, Reference(values, shares)), matcher.near(keys, Reference(values, shares))):
        assert torch.equal(found.flatten(2)[0].argmax(dim=0), labels)
        assert float((found.flatten(2)[0].amax(dim=0)).min()) > 0.99


def two_things(size: tuple[int, int], noise: float = 0.3) -> tuple[Keys, Tensor]:
    """Keys of a frame with an object in the middle, and the object's cells (h w,) bool."""
    there = torch.zeros(size)
    there[size[0] // 3 : -size[0] // 3, size[1] // 3 : -size[1] // 3] = 1
    looks = unit(2, seed=3)[there.flatten().long()]
    values = torch.nn.functional.normalize(looks + noise * unit(size[0] * size[1], seed=4), dim=1)
    return Keys(values[None], size), there.flatten() > 0


@pytest.mark.parametrize("size", [(24, 40), (23, 37), (9, 11)])
def test_quick_reading_is_the_plain_one_where_labels_meet_and_nearly_it_elsewhere(
    matcher: Matcher, size: tuple[int, int]
) -> None:
    matcher.log_sharpness.fill_(4.0)
    keys, there = two_things(size)
    shares = torch.stack((~there, there, torch.zeros_like(there)), dim=1).float()[None]
    reference = Reference(two_things(size, noise=0.2)[0].values, shares)
    plain, quick = matcher(keys, reference), matcher.quickly(keys, reference)
    torch.testing.assert_close(quick, plain, rtol=0, atol=0.05)
    rows = torch.nn.functional.max_pool2d(there.view(1, 1, *size).float(), 3, 1, 1)[0, 0] > 0
    edge = rows & ~there.view(size)
    torch.testing.assert_close(quick[..., edge], plain[..., edge], rtol=1e-5, atol=1e-6)


def test_quick_reading_asks_for_fewer_cells(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    matcher.log_sharpness.fill_(4.0)
    keys, there = two_things((48, 64))
    shares = torch.stack((~there, there), dim=1).float()[None]
    asked: list[int] = []
    read = Matcher._read

    def counted(self: Matcher, cells: Tensor, reference: Reference, never: Tensor | None) -> Tensor:
        asked.append(cells.shape[1])
        return read(self, cells, reference, never)

    monkeypatch.setattr(Matcher, "_read", counted)
    matcher.quickly(keys, Reference(keys.values, shares))
    assert sum(asked) < 0.7 * 48 * 64


def test_tiles_around_which_all_cells_have_one_label_take_over_theirs(matcher: Matcher) -> None:
    """An object in one corner: far from it nothing is compared, and the answer is the same."""
    size = (40, 40)
    keys = Keys(unit(1, 1600), size)
    labels = torch.zeros(size, dtype=torch.long)
    labels[:9, :9] = 1
    before = Reference(unit(1, 1600, seed=1), torch.nn.functional.one_hot(labels.flatten(), LABELS).float()[None])
    torch.testing.assert_close(matcher.near(keys, before), plainly(matcher, keys, before, WINDOW), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("batch", [1, 2])
def test_cells_without_labels_have_no_vote(matcher: Matcher, batch: int) -> None:
    """Even where they are the likest of all; shares sum to one all the same."""
    cells = HEIGHT * WIDTH
    keys = Keys(unit(batch, cells), (HEIGHT, WIDTH))
    shares = shares_of(cells, batch)
    shares[:1, ::3] = 0
    shares[1:, 1::4] = 0
    reference = Reference(keys.values, shares)
    for found, window in ((matcher(keys, reference), None), (matcher.near(keys, reference), WINDOW)):
        torch.testing.assert_close(found, plainly(matcher, keys, reference, window), rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(found.sum(dim=1), torch.ones(batch, HEIGHT, WIDTH))


def test_a_frame_with_a_few_labelled_cells_is_read_from_these_alone(matcher: Matcher) -> None:
    cells = HEIGHT * WIDTH
    keys = Keys(unit(1, cells), (HEIGHT, WIDTH))
    shares = torch.zeros(1, cells, LABELS)
    shares[0, 0, 1] = 0.25  # a quarter of it is labelled
    reference = Reference(unit(1, cells, seed=1), shares)
    everywhere, around = matcher(keys, reference), matcher.near(keys, reference)
    torch.testing.assert_close(everywhere[:, 1], torch.ones(1, HEIGHT, WIDTH))
    torch.testing.assert_close(around[:, 1, :, : WINDOW + 1], torch.ones(1, HEIGHT, WINDOW + 1))
    assert not around[..., WINDOW + 1 :].any()  # nothing is known there


def test_without_any_label_nothing_is_known(matcher: Matcher) -> None:
    keys = Keys(unit(1, 12), (3, 4))
    reference = Reference(unit(1, 12, seed=1), torch.zeros(1, 12, LABELS))
    for found in (matcher(keys, reference), matcher.near(keys, reference)):
        assert torch.equal(found, torch.zeros(1, LABELS, 3, 4))


def test_keys_have_unit_length_and_weigh_the_three_strides_alike() -> None:
    torch.manual_seed(0)
    matcher = Matcher((4, 6, 8), DIMENSIONS)
    levels = [torch.randn(2, 4, 8, 12), torch.randn(2, 6, 4, 6), torch.randn(2, 8, 2, 3)]
    keys = matcher.keys(levels)
    assert keys.size == (8, 12)
    assert keys.values.shape == (2, 96, DIMENSIONS)
    torch.testing.assert_close(keys.values.norm(dim=2), torch.ones(2, 96))
    louder = matcher.keys([levels[0], 100 * levels[1], 0.01 * levels[2]])  # how strong a level is says nothing
    torch.testing.assert_close(louder.values, keys.values, rtol=1e-4, atol=1e-5)
    other = matcher.keys([levels[0], levels[1], torch.randn(2, 8, 2, 3)])  # what it says does
    assert not torch.allclose(other.values, keys.values, atol=0.1)


def test_shares_of_labels_count_pixels_and_leave_out_ignored_ones() -> None:
    labels = torch.zeros(1, 16, 24, dtype=torch.uint8)
    labels[0, :8, 4:8] = 1
    labels[0, 8:, :8] = 255
    labels[0, 8:12, 8:16] = 2
    shares = label_shares(labels, 2, (2, 3))[0]
    assert shares.tolist() == [[0.5, 0.5, 0], [1, 0, 0], [1, 0, 0], [0, 0, 0], [0.5, 0, 0.5], [1, 0, 0]]


def test_gradients_reach_keys_and_sharpness() -> None:
    matcher = Matcher((4, 6, 8), DIMENSIONS)
    keys = Keys(unit(1, HEIGHT * WIDTH).requires_grad_(), (HEIGHT, WIDTH))
    reference = Reference(unit(1, HEIGHT * WIDTH, seed=1).requires_grad_(), shares_of(HEIGHT * WIDTH))
    for found in (matcher(keys, reference), matcher.near(keys, reference)):
        matcher.zero_grad()
        found[0, 1].square().sum().backward()
        assert keys.values.grad is not None
        assert reference.keys.grad is not None
        assert matcher.log_sharpness.grad is not None
        assert all(bool(value.grad.any()) for value in (keys.values, reference.keys, matcher.log_sharpness))
        assert bool(torch.isfinite(keys.values.grad).all())
