"""Losses of masks from clicks, over several answers of which each sees the one before and one click more."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lipcore.interactive.clicker import next_click
from lipcore.interactive.head import InteractiveHead
from lipcore.interactive.trunk import normalised
from lipcore.prompts import SO_FAR, draw_clicks
from lipcore.training.clicks.batch import ClickSamples

ANSWERS = (0.45, 0.35, 0.2)  # how often one, two and three answers are asked for
_SMOOTH = 1.0  # pixels
_FOCUS = 2.0  # exponent of the focal loss
_LARGEST_GAIN = 30.0  # of its normalisation


def click_losses(head: InteractiveHead, trunk: nn.Module, batch: ClickSamples) -> dict[str, Tensor]:
    """Mean losses "focal" and "overlap" over the answers; how many there are is drawn from torch's generator.

    Each further answer sees the mask before, with no gradient through it, and a click on its largest error, as a
    person would go on (Sofiiuk et al. 2021).
    """
    count = 1 + int(torch.multinomial(torch.tensor(ANSWERS), 1))
    focal, missed = [], []
    for logits in answers(head, trunk, batch, count):
        focal.append(focal_loss(logits, batch.truth, batch.known))
        missed.append(overlap_loss(logits, batch.truth, batch.known))
    return {"focal": torch.stack(focal).mean(), "overlap": torch.stack(missed).mean()}


def answers(head: InteractiveHead, trunk: nn.Module, batch: ClickSamples, count: int) -> list[Tensor]:
    """Logits (B, S, S) float32 of `count` answers, of which each is told of the largest error of the one before."""
    pictures = normalised(batch.pictures.float() / 255).contiguous(memory_format=torch.channels_last)
    with torch.no_grad():
        levels = trunk(pictures)
    features = head.look(pictures, levels)
    prompts = batch.prompts
    found: list[Tensor] = []
    for number in range(count):
        if number:
            prompts = _told(prompts, found[-1].detach(), batch)
        logits = head(features, prompts).float()
        found.append(F.interpolate(logits, scale_factor=2.0, mode="bilinear", align_corners=False)[:, 0])
    return found


def _told(prompts: Tensor, logits: Tensor, batch: ClickSamples) -> Tensor:
    """Prompts with the answer (B, S, S) as the mask so far and one more click."""
    prompts = prompts.clone()
    prompts[:, SO_FAR] = logits.sigmoid()
    masks, truth, known = ((each.cpu().numpy()) for each in (logits > 0, batch.truth, batch.known))
    for number in range(len(prompts)):
        click = next_click(truth[number], masks[number], known[number])
        if click is not None:
            planes = prompts[number].cpu().numpy()
            draw_clicks(planes, [click])
            prompts[number] = torch.from_numpy(planes)
    return prompts


def focal_loss(logits: Tensor, truth: Tensor, known: Tensor) -> Tensor:
    """Normalised focal loss (RITM) of logits (B, S, S) against truth, bool, where it is known."""
    signed = torch.where(truth, logits, -logits)
    weights = torch.where(known, torch.sigmoid(-signed) ** _FOCUS, torch.zeros_like(signed)).detach()
    pixels = known.sum(dim=(1, 2))
    gain = (pixels / weights.sum(dim=(1, 2)).clamp(min=1e-3)).clamp(max=_LARGEST_GAIN)
    losses = (weights * F.softplus(-signed)).sum(dim=(1, 2)) * gain / pixels.clamp(min=1)
    return losses.mean()


def overlap_loss(logits: Tensor, truth: Tensor, known: Tensor) -> Tensor:
    """One less the soft intersection over union of masks (B, S, S), where they are known."""
    inside = torch.where(known, logits.sigmoid(), torch.zeros_like(logits))
    wanted = (truth & known).float()
    shared = (inside * wanted).sum(dim=(1, 2))
    either = inside.sum(dim=(1, 2)) + wanted.sum(dim=(1, 2)) - shared
    return (1 - (shared + _SMOOTH) / (either + _SMOOTH)).mean()
