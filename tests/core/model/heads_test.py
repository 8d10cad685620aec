"""The quality head: it sees the features, the cues and the mask, each RoI by itself."""

from __future__ import annotations

import torch

from lipcore.model.heads import QualityHead


def test_each_roi_has_a_quality_that_depends_on_features_cues_and_mask() -> None:
    torch.manual_seed(0)
    head = QualityHead(6, 4, 8)
    features, cues, logits = torch.randn(3, 6, 14, 14), torch.randn(3, 4, 14, 14), torch.randn(3, 56, 56) * 5
    before = head(features, cues, logits)
    assert before.shape == (3,)
    assert before.dtype == torch.float32
    for changed in range(3):
        given = [features.clone(), cues.clone(), logits.clone()]
        given[changed][1] += 3
        after = head(*given)
        assert abs(float((after - before)[1].detach())) > 1e-4
        torch.testing.assert_close(after[[0, 2]], before[[0, 2]])


def test_without_cues_features_and_mask_suffice() -> None:
    torch.manual_seed(0)
    assert QualityHead(6, 0, 8)(torch.randn(2, 6, 7, 7), None, torch.randn(2, 28, 28)).shape == (2,)


def test_a_head_learns_which_masks_are_good() -> None:
    """Masks that agree with a channel of the features against masks that do not."""
    torch.manual_seed(0)
    head = QualityHead(2, 0, 16)
    optimizer = torch.optim.Adam(head.parameters(), lr=1e-2)

    def batch() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        objects = (torch.nn.functional.interpolate(torch.rand(32, 1, 3, 3), (14, 14)) > 0.5).float()
        good = (torch.arange(32) % 2).bool()
        masks = torch.where(good[:, None, None, None], objects, 1 - objects)
        large = torch.nn.functional.interpolate(masks, (28, 28))[:, 0]
        return objects.expand(-1, 2, -1, -1), (large * 2 - 1) * 6, good.float()

    for _ in range(60):
        features, logits, good = batch()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(head(features, None, logits), good)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    features, logits, good = batch()
    assert bool(((head(features, None, logits) > 0) == good.bool()).all())
