"""Propagation with a memory that is told labels: nothing changes at first; then labels and motion count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from lipcore.model import LipNetwork, State
from lipcore.model.specialise import specialise
from lipcore.network_input import InputSize
from lipcore.presets import find_preset
from lipcore.propagation.propagator import Propagator
from tests.core.model.networks import noise, plain_and_told

RULES = replace(find_preset("small").propagation, colour_weight=0.0)


def frames(count: int) -> list[np.ndarray]:
    """A texture that moves to the right by four pixels a frame."""
    wide = (noise(64, 128, 3, seed=1).repeat_interleave(4, 0).repeat_interleave(4, 1).numpy() * 255).astype(np.uint8)
    return [np.ascontiguousarray(wide[:64, 64 - 4 * time : 160 - 4 * time]) for time in range(count)]


def slots() -> np.ndarray:
    labels = np.zeros((64, 96), np.uint8)
    labels[16:48, 16:48] = 1
    return labels


def followed(network: LipNetwork, labels: np.ndarray) -> tuple[list[np.ndarray], list[State]]:
    """Slots of two frames after the annotated one, and the memory after each of the three."""
    torch.manual_seed(0)
    tuned = specialise(network, 1)
    first, *others = frames(3)
    seen = tuned.encode(torch.from_numpy(first).permute(2, 0, 1)[None].float() / 255)
    reference = tuned.reference(seen, torch.from_numpy(slots())[None], 1)
    propagator = Propagator(tuned, InputSize(64, 96, 64, 96), RULES, reference)
    state = propagator.start(propagator.look(first), labels)
    found, memories = [], [state.memory]
    for frame in others:
        output, state = propagator.advance(propagator.look(frame), state)
        found.append(output.slots)
        memories.append(state.memory)
    return found, [memory for memory in memories if memory is not None]


def test_a_new_memory_finds_what_is_found_without_one() -> None:
    plain, told = plain_and_told(gain=0.0)
    expected, found = followed(plain, slots())[0], followed(told, slots())[0]
    assert expected[1].any()
    np.testing.assert_array_equal(expected, found)


def test_what_is_painted_makes_the_memory() -> None:
    _, told = plain_and_told(gain=0.5)
    ours, others = followed(told, slots())[1], followed(told, np.zeros_like(slots()))[1]
    assert all(not torch.allclose(a.hidden[0], b.hidden[0]) for a, b in zip(ours, others, strict=True))


def test_the_memory_follows_the_motion() -> None:
    """The state that is handed to the next frame lies where the texture has moved to."""
    _, told = plain_and_told(gain=0.5)
    given: list[State] = []
    moved = State.moved
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(State, "moved", lambda state, flow: given.append(moved(state, flow)) or given[-1])
        memories = followed(told, slots())[1]
    before, after = memories[0].hidden[0], given[0].hidden[0]  # stride 8: half a cell
    halfway = (before[..., :-1] + before[..., 1:]) / 2
    inner = (..., slice(1, -1), slice(2, -1))
    assert (after[..., 1:] - halfway)[inner].abs().mean() < 0.3 * (after - before)[inner].abs().mean()
