"""Box, id and mask heads over RoI features (paper, section 3.1 and figures 2, 4 and 5)."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lipcore.model.backbone import group_norm


class RoiPredictions(NamedTuple):
    """What the box and id heads say of R RoIs; output 0 of each layer is background."""

    id_logits: Tensor  # (R, 1 + K) for K classes or objects
    box_deltas: Tensor  # (R, 1 + K, 4) as BoxCoder encodes them, or (R, 2, 4) while boxes are class-agnostic
    id_features: Tensor  # (R, D), what the id layer sees
    roi_means: Tensor  # (R, C), what its shortcut sees


class ShortcutLinear(nn.Module):
    """A last layer with a shortcut from the RoI feature to its logits (paper, figure 4), zero at the start."""

    def __init__(self, width: int, roi_channels: int, outputs: int) -> None:
        super().__init__()
        self.layer = nn.Linear(width, outputs)
        self.shortcut = nn.Linear(roi_channels, outputs, bias=False)
        nn.init.normal_(self.layer.weight, std=0.01)
        nn.init.zeros_(self.layer.bias)
        nn.init.zeros_(self.shortcut.weight)

    def forward(self, features: Tensor, roi_means: Tensor) -> Tensor:
        """Logits (R, outputs) of features (R, width) and RoI features averaged over their cells (R, C)."""
        logits: Tensor = self.layer(features) + self.shortcut(roi_means)
        return logits


class InstanceHead(nn.Module):
    """Box and id heads on a common trunk over 7x7 RoI features.

    `convolutions` 3x3 layers and `linears` fully connected ones of `width`; `embedding` > 0 turns the id feature
    into a unit vector of that many dimensions, so that ids are told apart by angle.
    """

    def __init__(
        self,
        channels: int,
        *,
        side: int,
        convolutions: int,
        linears: int,
        width: int,
        embedding: int,
        id_outputs: int,
        box_outputs: int,
    ) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        for _ in range(convolutions):
            blocks += [nn.Conv2d(channels, channels, 3, padding=1, bias=False), group_norm(channels), nn.ReLU()]
        blocks.append(nn.Flatten())
        for number in range(linears):
            blocks += [nn.Linear(width if number else channels * side * side, width), nn.ReLU()]
        self.trunk = nn.Sequential(*blocks)
        self.embed = nn.Linear(width, embedding) if embedding else None
        self.scale = nn.Parameter(torch.tensor(10.0))  # sharpness of cosines between unit id features
        self.id_layer = ShortcutLinear(embedding or width, channels, id_outputs)
        self.box_layer = ShortcutLinear(width, channels, 4 * box_outputs)
        nn.init.normal_(self.box_layer.layer.weight, std=0.001)

    def forward(self, roi_features: Tensor, stop_id_gradient: bool = False) -> RoiPredictions:
        """Predictions for RoI features (R, C, side, side); `stop_id_gradient` trains no layer of ids but the last."""
        roi_means = roi_features.mean(dim=(2, 3))
        shared = self.trunk(roi_features)
        id_features = F.normalize(self.embed(shared), dim=1) if self.embed is not None else shared
        id_inputs = (id_features.detach(), roi_means.detach()) if stop_id_gradient else (id_features, roi_means)
        deltas = self.box_layer(shared, roi_means)
        return RoiPredictions(self.id_layer(*id_inputs), deltas.unflatten(1, (-1, 4)), id_features, roi_means)


class MaskHead(nn.Module):
    """Mask logits over RoI features of side S: 3x3 layers, a deconvolution to 2 S, one map per output.

    Cues, where the network has them, are added as further input channels of the first layer: `cue_channels` at side
    S. With `edge_channels` > 0 an edge stage doubles the resolution once more to 4 S and corrects the logits from the
    picture's own colours (beyond the paper: the edge stage).
    """

    def __init__(
        self,
        channels: int,
        *,
        convolutions: int,
        width: int,
        cue_channels: int,
        detail_channels: int,
        edge_channels: int,
        outputs: int,
    ) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, width, 3, padding=1)
        self.cue = nn.Conv2d(cue_channels, width, 3, padding=1, bias=False) if cue_channels else None
        rest: list[nn.Module] = []
        for _ in range(convolutions - 1):
            rest += [nn.Conv2d(width, width, 3, padding=1), nn.ReLU()]
        self.rest = nn.Sequential(*rest)
        self.enlarge = nn.ConvTranspose2d(width, width, 2, stride=2)
        self.layer = nn.Conv2d(width, outputs, 1)
        self.shortcut = nn.Conv2d(channels, outputs, 1, bias=False)
        self.edge = EdgeStage(width, edge_channels, detail_channels) if edge_channels else None
        nn.init.zeros_(self.shortcut.weight)
        for module in (self.first, self.enlarge, *rest):
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
                nn.init.zeros_(module.bias) if module.bias is not None else None

    def forward(self, roi_features: Tensor, outputs: Tensor, cues: Tensor | None, details: Tensor | None) -> Tensor:
        """Logits (R, 2 S, 2 S), or (R, 4 S, 4 S) with the edge stage, of output `outputs[r]` for each RoI.

        `roi_features` (R, C, S, S), `outputs` (R,) int64, `cues` (R, cue_channels, S, S) and `details`
        (R, detail_channels, 4 S, 4 S): colours and previous masks.
        """
        hidden = self.first(roi_features)
        if self.cue is not None and cues is not None:
            hidden = hidden + self.cue(cues)
        hidden = F.relu(self.enlarge(self.rest(F.relu(hidden))))
        shortcut = F.interpolate(self.shortcut(roi_features), scale_factor=2.0, mode="bilinear", align_corners=False)
        every = self.layer(hidden) + shortcut
        logits: Tensor = every[torch.arange(len(every), device=every.device), outputs]
        if self.edge is not None and details is not None:
            logits = self.edge(logits, hidden, details)
        return logits.float()


class EdgeStage(nn.Module):
    """Doubles the resolution of mask logits, and moves their edges to those of the picture."""

    def __init__(self, width: int, channels: int, detail_channels: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(width, channels, 1)
        self.look = nn.Conv2d(channels + 1 + detail_channels, channels, 3, padding=1)
        self.correct = nn.Conv2d(channels, channels, 3, padding=1)
        self.layer = nn.Conv2d(channels, 1, 1)
        nn.init.zeros_(self.layer.weight)
        if self.layer.bias is not None:
            nn.init.zeros_(self.layer.bias)

    def forward(self, logits: Tensor, hidden: Tensor, details: Tensor) -> Tensor:
        """Logits (R, 2 M, 2 M) from logits (R, M, M), features (R, width, M, M) and details (R, D, 2 M, 2 M)."""
        larger = F.interpolate(logits[:, None], scale_factor=2.0, mode="bilinear", align_corners=False)
        features = F.interpolate(self.reduce(hidden), scale_factor=2.0, mode="nearest")
        seen = torch.cat((features, larger.tanh().to(features.dtype), details.to(features.dtype)), dim=1)
        correction = self.layer(F.relu(self.correct(F.relu(self.look(seen)))))
        corrected: Tensor = (larger + correction)[:, 0]
        return corrected


class QualityHead(nn.Module):
    """Predicts the IoU of a mask with its object from RoI features, cues and the mask itself (Huang et al. 2019)."""

    def __init__(self, channels: int, cue_channels: int, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels + cue_channels + 1, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, stride=2, padding=1)
        self.third = nn.Conv2d(width, width, 3, stride=2, padding=1)
        self.layer = nn.Sequential(nn.Linear(2 * width, width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, roi_features: Tensor, cues: Tensor | None, logits: Tensor) -> Tensor:
        """Logits (R,) of the IoU for features (R, C, S, S), cues (R, cue_channels, S, S) and mask logits (R, M, M)."""
        side = roi_features.shape[-1]
        mask = F.interpolate(logits.sigmoid()[:, None], (side, side), mode="area").to(roi_features.dtype)
        seen = [roi_features, mask] if cues is None else [roi_features, cues.to(roi_features.dtype), mask]
        x = F.avg_pool2d(torch.cat(seen, dim=1), 2)
        for layer in (self.first, self.second, self.third):
            x = F.relu(layer(x))
        pooled = torch.cat((x.mean(dim=(2, 3)), x.amax(dim=(2, 3))), dim=1)
        quality: Tensor = self.layer(pooled)
        return quality[:, 0].float()
