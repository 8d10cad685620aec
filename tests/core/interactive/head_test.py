"""The interactive head: sizes, what depends on what, and the folded copy that gives the same."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from lipcore.interactive.head import InteractiveHead, build_head, folded, likeness
from lipcore.prompts import ADDED, CHANNELS
from tests.core.interactive.heads import lively_trunk, tiny_head


def logits_of(head: InteractiveHead, pictures: Tensor, prompts: Tensor) -> Tensor:
    with torch.no_grad():
        result: Tensor = head(head.look(pictures, lively_trunk()(pictures)), prompts)
    return result


@pytest.mark.parametrize("size", [(64, 96), (32, 64)])
def test_logits_come_at_half_the_size_of_the_pictures(size: tuple[int, int]) -> None:
    pictures, prompts = torch.randn(2, 3, *size), torch.zeros(2, CHANNELS, *size)
    assert logits_of(tiny_head(), pictures, prompts).shape == (2, 1, size[0] // 2, size[1] // 2)


def test_the_head_is_small() -> None:
    assert sum(value.numel() for value in build_head().parameters()) < 1_500_000


@pytest.mark.parametrize("channel", range(CHANNELS))
def test_every_channel_of_a_prompt_matters(channel: int) -> None:
    torch.manual_seed(1)
    pictures, prompts = torch.randn(1, 3, 64, 64), torch.zeros(1, CHANNELS, 64, 64)
    before = logits_of(tiny_head(), pictures, prompts)
    prompts[:, channel, 20:40, 20:40] = 1
    assert not torch.equal(logits_of(tiny_head(), pictures, prompts), before)


def test_the_folded_head_gives_the_same() -> None:
    torch.manual_seed(1)
    pictures, prompts = torch.randn(1, 3, 64, 64), torch.rand(1, CHANNELS, 64, 64)
    plain = logits_of(tiny_head(lively=True), pictures, prompts)
    torch.testing.assert_close(
        logits_of(folded(tiny_head(lively=True)), pictures, prompts), plain, rtol=1e-3, atol=1e-4
    )


def test_a_cell_like_the_clicked_one_is_likest() -> None:
    keys = torch.zeros(1, 4, 2, 2)
    keys[0, :, 0, 0] = keys[0, :, 1, 1] = torch.tensor((1.0, 0.0, 0.0, 1.0))
    keys[0, :, 0, 1] = keys[0, :, 1, 0] = torch.tensor((0.0, 1.0, 0.0, -1.0))
    guides = torch.zeros(1, 3, 8, 8)
    guides[0, ADDED, :4, :4] = 1
    found = likeness(keys, guides, groups=2)
    assert found.shape == (1, 6, 2, 2)
    torch.testing.assert_close(found[0, 0], torch.tensor(((1.0, 0.0), (0.0, 1.0))), rtol=0, atol=1e-3)
    torch.testing.assert_close(found[0, 1], torch.tensor(((1.0, -1.0), (-1.0, 1.0))), rtol=0, atol=1e-3)
    assert not found[0, 2:].any()  # nothing was said to be taken away, and there is no mask so far
