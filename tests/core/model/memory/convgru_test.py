"""The Conv-GRU against loops over pixels in float64, its zero start, and path augmentation."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from lipcore.model.memory.convgru import ConvGRU, Memory

CHANNELS, HEIGHT, WIDTH = 8, 3, 5
Array = NDArray[np.float64]


def convolve(image: Array, filters: Array) -> Array:
    """Filters (O, C, 3, 3) over an image (C, H, W), zeros around it."""
    _, height, width = image.shape
    out = np.zeros((len(filters), height, width))
    for output in range(len(filters)):
        for y in range(height):
            for x in range(width):
                for dy in (-1, 0, 1):
                    for dx in (-1, 0, 1):
                        if 0 <= y + dy < height and 0 <= x + dx < width:
                            out[output, y, x] += filters[output, :, dy + 1, dx + 1] @ image[:, y + dy, x + dx]
    return out


def normalise(values: Array, norm: nn.GroupNorm) -> Array:
    """Group normalisation of (C, H, W), group by group."""
    out = np.zeros_like(values)
    width = len(values) // norm.num_groups
    for first in range(0, len(values), width):
        group = values[first : first + width]
        out[first : first + width] = (group - group.mean()) / np.sqrt(group.var() + norm.eps)
    scale, offset = norm.weight.detach().numpy(), norm.bias.detach().numpy()
    return out * scale[:, None, None] + offset[:, None, None]


def sigmoid(values: Array) -> Array:
    return 1 / (1 + np.exp(-values))


class Equations:
    """A random cell in float64, what it computes, and equations 1a to 1d of the paper computed by loops."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        cell = ConvGRU(CHANNELS).double()
        for norm in (cell.update_norm, cell.reset_norm, cell.candidate_norm):
            nn.init.normal_(norm.weight, 1.0, 0.3)
            nn.init.normal_(norm.bias, 0.0, 0.3)
        self.seen: dict[str, Array] = {}
        for name, norm in (("z", cell.update_norm), ("r", cell.reset_norm), ("candidate", cell.candidate_norm)):
            norm.register_forward_hook(self._record(name))
        features, hidden = torch.randn(2, 1, CHANNELS, HEIGHT, WIDTH, dtype=torch.float64)
        self.seen["h"] = cell(features, hidden)[0].detach().numpy()

        x, before = features[0].numpy(), hidden[0].numpy()
        w_xz, w_xr, w_x = cell.from_input.weight.detach().numpy().reshape(3, CHANNELS, CHANNELS, 3, 3)
        w_hz, w_hr = cell.from_hidden.weight.detach().numpy().reshape(2, CHANNELS, CHANNELS, 3, 3)
        w_h = cell.from_reset.weight.detach().numpy()
        z = sigmoid(normalise(convolve(before, w_hz) + convolve(x, w_xz), cell.update_norm))
        r = sigmoid(normalise(convolve(before, w_hr) + convolve(x, w_xr), cell.reset_norm))
        candidate = np.tanh(normalise(convolve(r * before, w_h) + convolve(x, w_x), cell.candidate_norm))
        self.wanted = {"z": z, "r": r, "candidate": candidate, "h": (1 - z) * before + z * candidate}

    def _record(self, name: str) -> object:
        squash = torch.tanh if name == "candidate" else torch.sigmoid

        def hook(_: nn.Module, __: object, output: Tensor) -> None:
            self.seen[name] = squash(output)[0].detach().numpy()

        return hook


@pytest.fixture(scope="module")
def equations() -> Equations:
    return Equations()


@pytest.mark.parametrize("name", ["z", "r", "candidate", "h"], ids=["1a", "1b", "1c", "1d"])
def test_equation_equals_a_loop_over_pixels(equations: Equations, name: str) -> None:
    np.testing.assert_allclose(equations.seen[name], equations.wanted[name], rtol=0, atol=1e-12)


def test_no_start_is_the_same_as_explicit_zeros() -> None:
    torch.manual_seed(0)
    cell = ConvGRU(16).double()
    nn.init.normal_(cell.candidate_norm.bias)
    features = torch.randn(2, 16, 5, 7, dtype=torch.float64)
    torch.testing.assert_close(cell(features, None), cell(features, torch.zeros_like(features)), rtol=0, atol=1e-12)


def test_hidden_states_stay_between_minus_one_and_one_over_many_frames() -> None:
    torch.manual_seed(0)
    cell = ConvGRU(16)
    hidden: Tensor | None = None
    with torch.no_grad():
        for _ in range(50):
            hidden = cell(torch.randn(1, 16, 4, 4) * 100, hidden)
    assert hidden is not None
    assert float(hidden.abs().max()) <= 1.0
    assert float(hidden.std()) > 0.05


def levels(channels: int = 8) -> list[Tensor]:
    torch.manual_seed(1)
    return [torch.randn(2, channels, *size) for size in ((16, 24), (8, 12), (4, 6), (2, 3), (1, 2))]


def test_path_augmentation_adds_each_level_at_half_size_to_the_next() -> None:
    hidden = levels()
    found = Memory(8, 5, 5).output(levels(), hidden)
    wanted = [hidden[0]]
    for level in hidden[1:]:
        below, size = wanted[-1], level.shape[-2:]
        half = torch.zeros_like(level)
        for y in range(size[0]):
            for x in range(size[1]):
                half[..., y, x] = below[..., 2 * y : 2 * y + 2, 2 * x : 2 * x + 2].mean(dim=(-2, -1))
        wanted.append(level + half)
    for level, expected in zip(found, wanted, strict=True):
        torch.testing.assert_close(level, expected)


def test_path_augmentation_reaches_the_coarsest_level_from_the_finest() -> None:
    hidden = levels()
    moved = [hidden[0] + 1, *hidden[1:]]
    memory = Memory(8, 5, 5)
    before, after = memory.output(hidden, hidden), memory.output(moved, moved)
    torch.testing.assert_close(after[4], before[4] + 1)


def test_bypassed_memory_changes_nothing_until_its_gains_are_trained() -> None:
    memory = Memory(8, 5, 5, bypass=True)
    features = levels()
    with torch.no_grad():
        found = memory.output(features, memory.recur(features, None))
        assert all(torch.equal(level, feature) for level, feature in zip(found, features, strict=True))
        memory.gains[2][0].fill_(1.0)
        changed = memory.output(features, memory.recur(features, None))
    assert not torch.equal(changed[2], features[2])
    assert torch.equal(changed[0], features[0])


def test_gains_of_a_bypassed_memory_get_gradients_at_zero() -> None:
    memory = Memory(8, 5, 5, bypass=True)
    features = levels()
    sum(level.square().sum() for level in memory.output(features, memory.recur(features, None))).backward()
    assert all(gain.grad is not None and bool(gain.grad[0].any()) for gain in memory.gains)
    assert all(gain.grad is not None and bool(gain.grad[1].any()) for gain in list(memory.gains)[1:])


@pytest.mark.parametrize("bypass", [False, True])
def test_the_coarsest_levels_alone_have_a_memory_and_the_finer_ones_pass_as_they_are(bypass: bool) -> None:
    torch.manual_seed(0)
    memory = Memory(8, 5, 2, bypass)
    for gain in memory.gains:
        nn.init.normal_(gain)
    features = levels()
    first, other = memory.recur(features, None), memory.recur(levels(), [torch.ones_like(x) for x in features[3:]])
    assert [state.shape for state in first] == [level.shape for level in features[3:]]
    before, after = memory.output(features, first), memory.output(features, other)
    assert torch.equal(before[0], features[0])
    assert [torch.equal(one, two) for one, two in zip(before, after, strict=True)] == [True, True, True, False, False]


@pytest.mark.parametrize("bypass", [False, True])
def test_without_a_memory_there_is_no_state_and_path_augmentation_stays(bypass: bool) -> None:
    memory = Memory(8, 5, 0, bypass)
    features = levels()
    assert memory.recur(features, None) == ()
    found = memory.output(features, ())
    below = nn.functional.avg_pool2d(features[0], 2)
    torch.testing.assert_close(found[1], features[1] if bypass else features[1] + below)


def test_a_bypassed_memory_adds_its_gain_times_the_hidden_state() -> None:
    memory = Memory(8, 5, 2, bypass=True)
    features, hidden = levels(), [torch.randn_like(level) for level in levels()[3:]]
    with torch.no_grad():
        memory.gains[3][0].fill_(0.5)
        memory.gains[4][1].fill_(0.25)
    found = memory.output(features, hidden)
    torch.testing.assert_close(found[3], features[3] + 0.5 * hidden[0])
    below = nn.functional.avg_pool2d(found[3], 2, ceil_mode=True, count_include_pad=False)
    torch.testing.assert_close(found[4], features[4] + 0.25 * below)
