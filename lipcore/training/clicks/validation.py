"""What a head is worth on held-out pictures: overlaps after one, two and more clicks of a simulated person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import nn

from lipcore.interactive.clicker import next_click, overlap
from lipcore.interactive.head import InteractiveHead
from lipcore.machine.device import precision
from lipcore.prompts import Prompt
from lipcore.training.clicks.batch import stacked
from lipcore.training.clicks.losses import answers
from lipcore.training.clicks.samples import ClickSampler

PICTURES, BATCH = 96, 8
CLICKS = 5


@torch.no_grad()
def validate_clicks(
    head: InteractiveHead, trunk: nn.Module, sampler: ClickSampler, device: torch.device
) -> dict[str, float]:
    """Mean overlaps "iou_1" to "iou_5", 0..1, after so many clicks, and "loss", one less their mean.

    The first click is in the middle of the object, each further one in the middle of the largest error. The pictures
    are always the same, so that figures of two heads compare.
    """
    reached: list[list[float]] = [[] for _ in range(CLICKS)]
    for start in range(0, PICTURES, BATCH):
        samples = []
        for number in range(start, start + BATCH):
            sample = sampler.sample(number)
            click = next_click(sample.truth, np.zeros_like(sample.truth))
            samples.append(replace(sample, prompt=Prompt((click,) if click is not None else ())))
        batch = stacked(samples).to(device)
        with precision(device):
            found = answers(head, trunk, batch, CLICKS)
        for reach, logits in zip(reached, found, strict=True):
            masks = (logits > 0).cpu().numpy()
            reach += [overlap(each.truth, mask, each.known) for each, mask in zip(samples, masks, strict=True)]
    means = [float(np.mean(reach)) for reach in reached]
    return {"loss": 1 - float(np.mean(means)), **{f"iou_{number}": mean for number, mean in enumerate(means, 1)}}
