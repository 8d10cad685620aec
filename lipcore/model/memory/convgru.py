"""The visual memory: convolutional gated recurrent units, one for each pyramid level (paper, section 3.2)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lipcore.model.backbone import group_norm

GAIN_UNIT = 5.0  # of the stored gains of a memory that is told labels


class ConvGRU(nn.Module):
    """Equations 1a to 1d of the paper, 3x3 filters, with group normalisation in place of biases.

    The filters of a common input are stored together: `from_input` holds W_xz, W_xr, W_x and `from_hidden`
    W_hz, W_hr, in this order along the output channels; `from_reset` is W_h.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.from_input = nn.Conv2d(channels, 3 * channels, 3, padding=1, bias=False)
        self.from_hidden = nn.Conv2d(channels, 2 * channels, 3, padding=1, bias=False)
        self.from_reset = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.update_norm = group_norm(channels)
        self.reset_norm = group_norm(channels)
        self.candidate_norm = group_norm(channels)

    def forward(self, features: Tensor, hidden: Tensor | None) -> Tensor:
        """Next hidden state (B, C, h, w) in (-1, 1) from x_t and h_{t-1}; None is the zero state at a clip's start."""
        update, reset, candidate = self.from_input(features).chunk(3, dim=1)
        if hidden is None:  # without biases every term in h_{t-1} is exactly zero
            return torch.sigmoid(self.update_norm(update)) * torch.tanh(self.candidate_norm(candidate))
        hidden_update, hidden_reset = self.from_hidden(hidden).chunk(2, dim=1)
        z = torch.sigmoid(self.update_norm(update + hidden_update))
        r = torch.sigmoid(self.reset_norm(reset + hidden_reset))
        h = torch.tanh(self.candidate_norm(candidate + self.from_reset(r * hidden)))
        return (1 - z) * hidden + z * h


class ToldGRU(nn.Module):
    """A ConvGRU that is told the labels of every cell (beyond the paper): a 1x1 filter adds them to its input.

    The heads see the features plus a gain per channel, zero at first, times the hidden state. The gain is stored as a
    fifth of what it is: short trainings at one rate for all weights hardly open it otherwise.
    """

    def __init__(self, channels: int, told: int) -> None:
        super().__init__()
        self.unit = ConvGRU(channels)
        self.tell = nn.Conv2d(1 + told, channels, 1, bias=False)
        nn.init.normal_(self.tell.weight)  # identities have unit length: as large as the features then
        self.gain = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, features: Tensor, hidden: Tensor | None, told: Tensor | None) -> Tensor:
        """As ConvGRU; `told` (B, 1 + D, ., .) covers the image at any stride, None says nothing."""
        if told is not None:
            size = (features.shape[-2], features.shape[-1])
            features = features + self.tell(F.interpolate(told, size, mode="area"))
        state: Tensor = self.unit(features, hidden)
        return state


class Memory(nn.Module):
    """A ConvGRU for each of the coarsest pyramid levels, then bottom-up path augmentation (paper, figure 3).

    Of `levels` pyramid levels the last `with_memory` have a ConvGRU; the finer ones pass as they are. With `bypass`
    the input features pass by the memory: output = x + g * h with a gain g per channel that starts at zero, and path
    augmentation likewise, so that an untrained memory changes nothing. With `told` dimensions of identities it is told
    the labels, and the gains of the hidden states lie with the cells.
    """

    def __init__(self, channels: int, levels: int, with_memory: int, bypass: bool = False, told: int = 0) -> None:
        super().__init__()
        self.first, self.is_told = levels - with_memory, told > 0
        self.cells = nn.ModuleList(ToldGRU(channels, told) if told else ConvGRU(channels) for _ in range(with_memory))
        self.gains = nn.ParameterList(
            nn.Parameter(torch.zeros(2, channels, 1, 1)) for _ in range(levels if bypass else 0)
        )

    def recur(
        self, features: Sequence[Tensor], hidden: Sequence[Tensor] | None, told: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        """Next hidden state of every level with a ConvGRU, from the features and the last state (None: zeros)."""
        before = hidden if hidden is not None else [None] * len(self.cells)
        more = (told,) if self.is_told else ()
        return tuple(cell(x, h, *more) for cell, x, h in zip(self.cells, features[self.first :], before, strict=True))

    def output(self, features: Sequence[Tensor], hidden: Sequence[Tensor]) -> list[Tensor]:
        """What the heads see: hidden states after path augmentation, each level plus the one below at half size."""
        levels = list(features)
        for number, h in enumerate(hidden, start=self.first):
            cell = self.cells[number - self.first]
            if isinstance(cell, ToldGRU):
                levels[number] = features[number] + GAIN_UNIT * cell.gain * h
            else:
                levels[number] = features[number] + self.gains[number][0] * h if self.gains else h
        for finer, level in enumerate(levels[1:]):
            below = F.avg_pool2d(levels[finer], 2, ceil_mode=True, count_include_pad=False)
            levels[finer + 1] = level + (self.gains[finer + 1][1] * below if self.gains else below)
        return levels
