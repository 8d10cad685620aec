"""Fine-tuning of the id layer while propagating: what becomes an example, when it stops, what it keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from lipcore.model.heads import RoiPredictions, ShortcutLinear
from lipcore.propagation.stages.id_adaptation import IdAdaptationConfig, IdExamples, adapt_id_layer, id_examples

CONFIG = IdAdaptationConfig(learning_rate=0.5)
NONE = IdExamples(torch.zeros(0, 4), torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64))


def layer(seed: int = 0) -> ShortcutLinear:
    """An id layer for two objects over features of four dimensions."""
    torch.manual_seed(seed)
    return ShortcutLinear(4, 3, 3).requires_grad_(False)


def examples(*slots: int) -> IdExamples:
    """One RoI per slot, whose feature is the unit vector of its slot."""
    features = torch.eye(4)[list(slots)]
    return IdExamples(features, torch.zeros(len(slots), 3), torch.tensor(slots))


def loss(of: ShortcutLinear, given: IdExamples) -> float:
    """Cross entropy, background and objects weighing the same."""
    values = torch.nn.functional.cross_entropy(of(given.features, given.roi_means), given.slots, reduction="none")
    seen = given.slots > 0
    return float((values[seen].mean() + values[~seen].mean()) / 2)


def test_examples_are_what_overlaps_a_certain_object() -> None:
    boxes = torch.tensor([[0.0, 0.0, 10.0, 10.0], [50.0, 50.0, 60.0, 60.0]])
    rois = torch.tensor(
        [
            [0.0, 0.0, 10.0, 5.0],  # IoU 0.5 with the first
            [0.0, 0.0, 10.0, 4.9],  # 0.49: neither one nor the other
            [0.0, 0.0, 10.0, 3.0],  # 0.3: the same
            [0.0, 0.0, 10.0, 2.9],  # 0.29: background
            [50.0, 50.0, 60.0, 60.0],  # the second, which is uncertain
            [90.0, 90.0, 99.0, 99.0],  # background
        ]
    )
    features = torch.arange(6.0)[:, None]
    predictions = RoiPredictions(torch.zeros(6, 3), torch.zeros(6, 3, 4), features, features + 10)
    found = id_examples(predictions, rois, boxes, torch.tensor([True, False]))
    assert found.features[:, 0].tolist() == [0, 3, 5]
    assert found.roi_means[:, 0].tolist() == [10, 13, 15]
    assert found.slots.tolist() == [1, 0, 0]


def test_the_loss_falls_under_the_floor_and_there_training_stops() -> None:
    reference, seen = examples(0, 1, 2), examples(0, 1)
    together = IdExamples(*(torch.cat(pair) for pair in zip(reference, seen, strict=True)))
    before = layer()
    adapted = adapt_id_layer(before, reference, seen, CONFIG)
    assert loss(before, together) > 1
    assert loss(adapted, together) < CONFIG.loss_floor
    longer = adapt_id_layer(before, reference, seen, replace(CONFIG, iterations=100_000))
    assert torch.equal(longer.layer.weight, adapted.layer.weight)  # stopped by the loss, not by the number
    assert not adapted.layer.weight.requires_grad


@pytest.mark.parametrize("iterations", [1, 2, 7])
def test_no_more_iterations_than_given(monkeypatch: pytest.MonkeyPatch, iterations: int) -> None:
    steps = []
    step = torch.optim.SGD.step
    monkeypatch.setattr(torch.optim.SGD, "step", lambda self: (steps.append(1), step(self)))
    adapt_id_layer(layer(), examples(0, 1, 2), examples(0, 1), replace(CONFIG, iterations=iterations, loss_floor=0.0))
    assert len(steps) == iterations


def test_five_hundred_iterations_are_the_papers_limit() -> None:
    assert CONFIG.iterations == 500


def test_a_layer_that_is_good_enough_stays_itself() -> None:
    before = layer()
    adapted = adapt_id_layer(before, examples(0, 1, 2), examples(0, 1), CONFIG)
    assert adapted is not before
    assert adapt_id_layer(adapted, examples(0, 1, 2), examples(0, 1), CONFIG) is adapted


def test_without_a_certain_object_nothing_changes() -> None:
    before = layer()
    assert adapt_id_layer(before, examples(0, 1, 2), examples(0, 0), CONFIG) is before
    assert adapt_id_layer(before, examples(0, 1, 2), NONE, CONFIG) is before


def test_the_layer_itself_and_its_shortcut_are_never_changed() -> None:
    before = layer()
    weight, bias = before.layer.weight.clone(), before.layer.bias.clone()
    adapted = adapt_id_layer(before, examples(0, 1, 2), examples(0, 1), CONFIG)
    assert torch.equal(before.layer.weight, weight)
    assert torch.equal(before.layer.bias, bias)
    assert torch.equal(adapted.shortcut.weight, before.shortcut.weight)


def test_what_the_annotated_frame_showed_is_not_forgotten() -> None:
    """An unlike picture of object 1 alone would drive object 2 out; the reference keep it."""
    before = adapt_id_layer(layer(), examples(0, 1, 2), examples(0, 1, 2), CONFIG)
    new = IdExamples(torch.eye(4)[[3, 0]], torch.zeros(2, 3), torch.tensor([1, 0]))
    adapted = adapt_id_layer(before, examples(0, 1, 2), new, replace(CONFIG, loss_floor=0.01))
    scores = adapted(torch.eye(4), torch.zeros(4, 3)).softmax(dim=1)
    assert scores.argmax(dim=1).tolist() == [0, 1, 2, 1]
    assert float(scores[2, 2]) > 0.9


def test_objects_weigh_the_same_however_many_rois_they_have() -> None:
    """Forty RoIs of one object, one of the other, both unlike what the layer knows: both are learnt."""
    torch.manual_seed(0)
    slots = torch.tensor([0] * 40 + [1] * 40 + [2])
    seen = IdExamples(torch.eye(4)[slots], torch.zeros(len(slots), 3), slots)
    adapted = adapt_id_layer(layer(), examples(0), seen, replace(CONFIG, iterations=5, loss_floor=0.0))
    scores = adapted(torch.eye(4), torch.zeros(4, 3)).softmax(dim=1)
    assert float(scores[1, 1]) == pytest.approx(float(scores[2, 2]), abs=0.05)
    few = IdExamples(*(part[[0, 40, 80]] for part in seen))
    alike = adapt_id_layer(layer(), examples(0), few, replace(CONFIG, iterations=5, loss_floor=0.0))
    torch.testing.assert_close(adapted.layer.weight, alike.layer.weight, rtol=1e-3, atol=1e-3)


def test_many_iterations_lower_the_loss_under_autocast_too() -> None:
    torch.manual_seed(0)
    layer = ShortcutLinear(8, 4, 2).requires_grad_(False)
    features = torch.nn.functional.normalize(torch.randn(40, 8), dim=1)
    examples = IdExamples(features, torch.zeros(40, 4), (features[:, 0] + 0.3 * torch.randn(40) > 0).long())
    config = IdAdaptationConfig(iterations=500, loss_floor=0.0, learning_rate=0.2)

    def loss(one: ShortcutLinear) -> float:
        return torch.nn.functional.cross_entropy(one(features, examples.roi_means), examples.slots).item()

    with torch.no_grad():
        with torch.autocast("cpu", dtype=torch.bfloat16):
            adapted = adapt_id_layer(layer, examples, examples, config)
        assert loss(adapted) < 0.8 * loss(layer)
