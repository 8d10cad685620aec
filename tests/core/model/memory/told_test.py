"""A memory that is told labels: what it is told, how its state moves and rests, that it changes nothing at first."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F

from lipcore.model import State
from lipcore.model.assembly import with_told_memory
from lipcore.model.memory.convgru import GAIN_UNIT, Memory, ToldGRU
from lipcore.model.memory.told import Teller, moved
from lipcore.model.network import RESTS
from tests.core.model.networks import noise, plain_and_told

CPU = torch.device("cpu")


def teller(objects: int = 2) -> Teller:
    return Teller.drawn(1, objects, 6, CPU, seed=0)


def identity(number: int, objects: int = 2) -> torch.Tensor:
    """The identity of object `number`, as a picture full of it is told."""
    return teller(objects).painted(torch.full((1, 32, 32), number))[0, 1:, 0, 0]


def test_identities_are_unit_vectors_that_stay_when_objects_join() -> None:
    assert identity(1).norm() == pytest.approx(1.0)
    assert torch.equal(identity(2), identity(2, objects=5))
    assert not torch.allclose(identity(1), identity(2))


def test_every_clip_has_identities_of_its_own() -> None:
    torch.manual_seed(0)
    first, second = Teller.drawn(2, 1, 6, CPU).painted(torch.ones(2, 32, 32))
    assert not torch.allclose(first, second)


def test_painted_labels_are_told_by_their_shares_and_unknown_ones_not_at_all() -> None:
    labels = torch.zeros(1, 32, 40, dtype=torch.uint8)
    labels[:, :8, :4] = 1
    labels[:, 8:16, :8] = 255
    maps = teller().painted(labels)
    assert maps.shape == (1, 7, 4, 8)  # padded to 32x64
    torch.testing.assert_close(maps[0, :, 0, 0], torch.cat((torch.tensor([0.5]), identity(1) / 2)))
    assert not maps[0, :, 1, 0].any()
    assert not maps[0, :, :, 5:].any()
    assert torch.equal(maps[0, :, 0, 1], torch.tensor([1.0, 0, 0, 0, 0, 0, 0]))


def test_carried_masks_and_matches_have_half_the_say_each() -> None:
    masks = torch.zeros(1, 2, 32, 32)
    masks[:, 1, :8, :8] = 1
    matches = torch.zeros(1, 3, 4, 4)
    matches[:, 1] = 1
    alone, both = teller().carried(masks, None), teller().carried(masks, matches)
    torch.testing.assert_close(alone[0, 1:, 0, 0], identity(2))
    torch.testing.assert_close(both[0, 1:, 0, 0], (identity(1) + identity(2)) / 2)
    torch.testing.assert_close(both[0, :, 3, 3], torch.cat((torch.tensor([0.5]), identity(1) / 2)))


def test_masks_that_overlap_share_a_cell() -> None:
    maps = teller().carried(torch.ones(1, 2, 32, 32), None)
    torch.testing.assert_close(maps[0, 1:, 0, 0], (identity(1) + identity(2)) / 2)
    assert not maps[0, 0].any()


def test_maps_move_by_the_flow_in_cells_of_their_stride() -> None:
    maps = noise(1, 3, 4, 8)
    flow = torch.zeros(1, 32, 64, 2)
    flow[..., 0], flow[..., 1] = -16.0, 8.0  # what is seen here lay two cells to the left and one down
    found = moved(maps, flow, 8)
    torch.testing.assert_close(found[..., :3, 2:], maps[..., 1:, :-2])
    assert not found[..., :2].any()
    torch.testing.assert_close(moved(maps, torch.zeros_like(flow), 8), maps)


def test_a_state_moves_on_each_level_by_its_own_stride() -> None:
    state = State(tuple(noise(1, 2, 128 // stride, 128 // stride) for stride in (8, 16, 32, 64)))
    flow = torch.full((1, 128, 128, 2), 32.0)
    for level, found, cells in zip(state.hidden[:3], state.moved(flow).hidden, (4, 2, 1), strict=False):
        torch.testing.assert_close(found[..., :-cells, :-cells], level[..., cells:, cells:])


@torch.no_grad()
def test_a_new_memory_changes_nothing() -> None:
    plain, told = plain_and_told(gain=0.0)
    images = noise(1, 3, 64, 96)
    labels = teller().painted(torch.ones(1, 64, 96))
    features, state = told.step(images, None, None, labels)
    again, _ = told.step(images, state.moved(torch.zeros(1, 64, 96, 2)), None, labels)
    for expected, first, second in zip(plain.step(images, None)[0].levels, features.levels, again.levels, strict=True):
        assert torch.equal(expected, first)
        assert torch.equal(expected, second)
    assert [level.shape[-1] for level in state.hidden] == [12, 6, 3, 2]
    with pytest.raises(ValueError, match="has a memory"):
        with_told_memory(told)


@torch.no_grad()
def test_a_memory_rests_on_the_annotated_frame() -> None:
    """What is told makes the state, and seeing the frame once more hardly changes it any longer."""
    _, told = plain_and_told(gain=0.5)
    levels = told.encode(noise(1, 3, 64, 96)).levels
    objects, background = (teller().painted(torch.full((1, 64, 96), number)) for number in (1, 0))
    _, state = told.recur(levels, None, objects)
    _, after = told.recur(levels, state, objects)
    _, other = told.recur(levels, None, background)
    rested, differs = ((state.hidden[0] - each.hidden[0]).abs().mean() for each in (after, other))
    assert rested < 0.2 * differs
    hidden = told.memory.recur(levels, None, objects)
    changes = []
    for _ in range(RESTS):
        following = told.memory.recur(levels, hidden, objects)
        changes.append(float((following[0] - hidden[0]).abs().mean()))
        hidden = following
    assert all(later < earlier for earlier, later in pairwise(changes))


@torch.no_grad()
def test_a_cell_is_a_conv_gru_of_features_and_what_is_told() -> None:
    torch.manual_seed(0)
    cell = ToldGRU(8, 6)
    features, hidden, told = noise(1, 8, 4, 4), noise(1, 8, 4, 4), noise(1, 7, 8, 8)
    expected = cell.unit(features + cell.tell(F.avg_pool2d(told, 2)), hidden)
    torch.testing.assert_close(cell(features, hidden, told), expected)
    assert torch.equal(cell(features, hidden, None), cell.unit(features, hidden))


@torch.no_grad()
def test_heads_see_the_features_and_the_gain_times_the_hidden_state() -> None:
    memory = Memory(8, 3, 2, bypass=True, told=6)
    levels = [noise(1, 8, 16 // 2**level, 16 // 2**level, seed=level) for level in range(3)]
    hidden = memory.recur(levels, None, noise(1, 7, 8, 8))
    torch.nn.init.constant_(memory.cells[0].gain, 0.1)
    finest, middle, coarsest = memory.output(levels, hidden)
    assert torch.equal(finest, levels[0])
    torch.testing.assert_close(middle, levels[1] + 0.1 * GAIN_UNIT * hidden[0])
    assert torch.equal(coarsest, levels[2])
