"""One step of propagation, on detections made by hand: absent and returning objects, continuity, overlaps, scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch import Tensor

from lipcore.model import LipNetwork
from lipcore.model.heads import RoiPredictions
from lipcore.model.network import Masks
from lipcore.model.specialise import specialise
from lipcore.network_input import InputSize
from lipcore.propagation import propagator as module
from lipcore.propagation.propagator import FrameOutput, PropagationConfig, PropagationState, Propagator, with_painted
from lipcore.propagation.stages.candidates import Candidates
from lipcore.propagation.stages.components import matched_components
from lipcore.propagation.stages.id_adaptation import IdAdaptationConfig
from tests.core.model.networks import noise, tiny_network

PAPER = PropagationConfig(id_adaptation=None)
LEFT, RIGHT, FAR = (4.0, 4.0, 20.0, 20.0), (30.0, 30.0, 50.0, 50.0), (40.0, 2.0, 60.0, 14.0)
Detection = tuple[int, float, tuple[float, float, float, float]]  # object 1 or 2, id score, box


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> LipNetwork:
    """A tiny network for two objects whose masks fill the RoI they are asked for."""
    network = specialise(tiny_network("paper"), 2)
    monkeypatch.setattr(network, "segment", lambda step, rois, ids, cues, rows: filled(len(rois)))
    return network


def filled(count: int) -> Masks:
    """Masks that fill their RoIs."""
    return Masks(torch.full((count, 28, 28), 9.0), None)


def picture(seed: int = 0) -> np.ndarray:
    return (noise(64, 64, seed=seed)[..., None].expand(64, 64, 3).numpy() * 255).astype(np.uint8)


def painted(**boxes: tuple[float, float, float, float]) -> np.ndarray:
    """Slots (64, 64) with object s<k> in its box."""
    slots = np.zeros((64, 64), np.uint8)
    for name, (x1, y1, x2, y2) in boxes.items():
        slots[int(y1) : int(y2), int(x1) : int(x2)] = int(name[1:])
    return slots


def candidates(*found: Detection) -> Candidates:
    """Candidates that say 0 for the other object."""
    scores, boxes = torch.zeros(len(found), 2), torch.zeros(len(found), 2, 4)
    for row, (slot, score, box) in enumerate(found):
        scores[row, slot - 1] = score
        boxes[row, :] = torch.tensor(box)
    rois = boxes[:, 0] if found else torch.zeros(0, 4)
    count = len(found)
    parts = (torch.zeros(count, 3), torch.zeros(count, 3, 4), torch.zeros(count, 24), torch.zeros(count, 16))
    return Candidates(scores, boxes, rois, RoiPredictions(*parts))


@pytest.fixture
def follow(network: LipNetwork, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[FrameOutput]]:
    """Run frames with the detections given for each; both objects are painted on the frame before."""

    def run(
        *frames: list[Detection], config: PropagationConfig = PAPER, **boxes: tuple[float, ...]
    ) -> list[FrameOutput]:
        propagator = Propagator(network, InputSize(64, 64, 64, 64), config, None)
        state = propagator.start(propagator.look(picture()), painted(**(boxes or {"s1": LEFT, "s2": RIGHT})))
        outputs = []
        for number, found in enumerate(frames):
            monkeypatch.setattr(module, "detect", lambda *_, found=found: candidates(*found))
            output, state = propagator.advance(propagator.look(picture(number)), state)
            outputs.append(output)
        return outputs

    return run


def share(output: FrameOutput, slot: int, box: tuple[float, float, float, float]) -> float:
    """IoU of an object's pixels with a box."""
    found, wanted = output.slots == slot, painted(s1=box) == 1
    return float((found & wanted).sum() / (found | wanted).sum())


def test_a_mask_is_read_from_the_predicted_box_itself(
    follow: Callable[..., list[FrameOutput]], network: LipNetwork
) -> None:
    """Boxes are 10 % wider than masks by training; they are not widened again."""
    asked: list[list[float]] = []
    network.segment = lambda step, rois, ids, cues, rows: (  # type: ignore[method-assign]
        asked.append(rois[0].tolist()),
        filled(len(rois)),
    )[1]
    follow([(1, 0.8, LEFT)])
    assert asked == [[0, *LEFT]]


def test_an_object_has_the_mask_of_its_best_detection(follow: Callable[..., list[FrameOutput]]) -> None:
    (output,) = follow([(1, 0.5, FAR), (1, 0.8, LEFT), (2, 0.6, RIGHT)])
    assert output.scores.tolist() == pytest.approx([0.8, 0.6])
    assert output.boxes[0].tolist() == list(LEFT)
    assert share(output, 1, LEFT) > 0.7
    assert share(output, 2, RIGHT) > 0.7


def test_a_detection_far_from_the_last_place_is_suppressed(follow: Callable[..., list[FrameOutput]]) -> None:
    (output,) = follow([(1, 0.95, FAR), (2, 0.6, RIGHT)])
    assert output.scores.tolist() == pytest.approx([0.0, 0.6])
    assert not (output.slots == 1).any()


def test_continuity_is_asked_of_boxes_whatever_the_mask(
    follow: Callable[..., list[FrameOutput]], network: LipNetwork
) -> None:
    logits = torch.full((28, 28), -9.0)
    logits[10:18, 10:18] = 9.0  # a tenth of the box
    network.segment = lambda step, rois, ids, cues, rows: Masks(logits.expand(len(rois), 28, 28), None)  # type: ignore[method-assign]
    outputs = follow(*[[(1, 0.9, LEFT)]] * 3)
    assert [float(output.scores[0]) for output in outputs] == pytest.approx([0.9, 0.9, 0.9])
    assert 0 < (outputs[2].slots == 1).sum() < 60


def test_an_absent_object_has_no_pixels_and_comes_back_anywhere(follow: Callable[..., list[FrameOutput]]) -> None:
    seen = [(2, 0.9, RIGHT)]
    outputs = follow([(1, 0.9, LEFT), *seen], seen, seen, [(1, 0.3, FAR), *seen], [(1, 0.9, LEFT), *seen])
    assert [float(output.scores[0]) for output in outputs] == pytest.approx([0.9, 0.0, 0.0, 0.3, 0.9])
    assert [bool((output.slots == 1).any()) for output in outputs] == [True, False, False, True, True]
    assert share(outputs[3], 1, FAR) > 0.7  # it came back at another place,
    assert share(outputs[4], 1, LEFT) > 0.7  # and, seen with less than 0.4 there, may jump once more
    assert all((output.slots == 2).any() for output in outputs)


def test_nothing_in_sight_is_an_empty_frame(follow: Callable[..., list[FrameOutput]]) -> None:
    for output in follow([], [(1, 0.2, LEFT), (2, 0.1, RIGHT)]):
        assert not output.slots.any()
        assert output.scores.tolist() == [0.0, 0.0]


def test_an_object_that_was_not_painted_may_be_found(follow: Callable[..., list[FrameOutput]]) -> None:
    (output,) = follow([(1, 0.9, LEFT), (2, 0.5, FAR)], s1=LEFT)
    assert output.scores.tolist() == pytest.approx([0.9, 0.5])


def test_what_is_not_known_yet_is_not_found(network: LipNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    propagator = Propagator(network, InputSize(64, 64, 64, 64), PAPER, None)
    state = propagator.start(propagator.look(picture()), painted(s1=LEFT))
    monkeypatch.setattr(module, "detect", lambda *_: candidates((1, 0.9, LEFT), (2, 0.9, RIGHT)))
    output, after = propagator.advance(propagator.look(picture(1)), state, {1})
    assert output.scores.tolist() == pytest.approx([0.9, 0.0])
    assert not (output.slots == 2).any()
    output, _ = propagator.advance(propagator.look(picture(1)), after, {1, 2})
    assert output.scores.tolist() == pytest.approx([0.9, 0.9])


def test_a_pixel_belongs_to_one_object(follow: Callable[..., list[FrameOutput]], network: LipNetwork) -> None:
    logits = {1: 2.0, 2: 4.0}
    network.segment = lambda step, rois, ids, cues, rows: Masks(  # type: ignore[method-assign]
        torch.stack([torch.full((28, 28), logits[int(slot)]) for slot in ids]), None
    )
    low, high = (4.0, 4.0, 40.0, 40.0), (20.0, 20.0, 56.0, 56.0)
    (output,) = follow([(1, 0.9, low), (2, 0.5, high)], s1=low, s2=high)
    assert (output.slots[22:38, 22:38] == 2).all()  # by the mask, not by the id score
    assert (output.slots[8:16, 8:16] == 1).all()


@pytest.mark.parametrize(("score", "adapted"), [(0.71, True), (0.7, False), (0.5, False)])
def test_the_id_layer_follows_an_object_seen_with_a_high_score(
    network: LipNetwork, monkeypatch: pytest.MonkeyPatch, score: float, adapted: bool
) -> None:
    propagator = Propagator(
        network, InputSize(64, 64, 64, 64), replace(PAPER, id_adaptation=IdAdaptationConfig(iterations=3)), None
    )
    state = propagator.start(propagator.look(picture()), painted(s1=LEFT, s2=RIGHT))
    monkeypatch.setattr(module, "detect", lambda *_: candidates((1, score, LEFT), (2, 0.0, FAR)))
    _, after = propagator.advance(propagator.look(picture(1)), state)
    assert (after.id_layer is not state.id_layer) is adapted
    assert after.examples is state.examples
    own = network.instance_head.id_layer
    assert state.id_layer is not own  # which tuning changes in place
    assert torch.equal(state.id_layer.layer.weight, own.layer.weight)


def test_static_memory_gives_zeros_to_every_step(network: LipNetwork) -> None:
    given: list[object] = []
    recur = network.recur
    network.recur = lambda levels, memory, told: (given.append(memory), recur(levels, memory))[1]  # type: ignore[method-assign]
    for static in (True, False):
        propagator = Propagator(network, InputSize(64, 64, 64, 64), replace(PAPER, static_memory=static), None)
        state = propagator.start(propagator.look(picture()), painted(s1=LEFT))
        for number in range(2):
            _, state = propagator.advance(propagator.look(picture(number)), state)
    assert given[:3] == [None, None, None]
    assert given[3] is None
    assert all(memory is not None for memory in given[4:])


def values(state: PropagationState) -> list[Tensor]:
    """Every tensor of a state."""
    assert state.memory is not None
    layer = [*state.id_layer.parameters()]
    return [*state.memory.hidden, *state.tracks, torch.from_numpy(state.grey), *state.examples, *layer]


def test_a_state_is_a_value(network: LipNetwork) -> None:
    """Advancing twice from one state gives the same twice, bit for bit, and leaves it as it was."""
    config = PropagationConfig(id_adaptation=IdAdaptationConfig(iterations=3), track_proposals=True, flow=True)
    propagator = Propagator(network, InputSize(80, 96, 64, 64), config, None)
    state = propagator.start(propagator.look(picture()), painted(s1=LEFT, s2=RIGHT))
    before = [value.clone() for value in values(state)]
    frame = np.ascontiguousarray(np.pad(picture(3), ((0, 16), (0, 32), (0, 0)), mode="edge"))
    first, after = propagator.advance(propagator.look(frame), state)
    propagator.advance(propagator.look(frame[::-1].copy()), after)
    second, again = propagator.advance(propagator.look(frame), state)
    np.testing.assert_array_equal(first.slots, second.slots)
    assert first.slots.shape == (80, 96)
    assert torch.equal(first.boxes, second.boxes)
    assert all(torch.equal(*pair) for pair in zip(values(after), values(again), strict=True))
    assert all(torch.equal(*pair) for pair in zip(before, values(state), strict=True))


def test_painted_objects_replace_their_tracks_alone(network: LipNetwork) -> None:
    propagator = Propagator(network, InputSize(64, 64, 64, 64), PAPER, None)
    tracks = propagator.start(propagator.look(picture()), painted(s1=LEFT, s2=RIGHT)).tracks
    assert tracks.scores.tolist() == [1.0, 1.0]
    torch.testing.assert_close(tracks.boxes[0], torch.tensor([3.2, 3.2, 20.8, 20.8]))  # 10 % wider and higher
    after = with_painted(tracks, painted(s1=FAR, s2=LEFT), [1])
    assert torch.equal(after.masks[0], torch.from_numpy(painted(s1=FAR)).float())
    assert torch.equal(after.masks[1], tracks.masks[1])
    gone = with_painted(tracks, painted(s1=FAR), [2])
    assert gone.scores.tolist() == [1.0, 0.0]
    assert not gone.masks[1].any()
    assert tracks.scores.tolist() == [1.0, 1.0]


def test_the_quality_of_a_mask_is_what_the_network_expects_of_it(
    follow: Callable[..., list[FrameOutput]], network: LipNetwork
) -> None:
    """And its id score where it has no such head; an object that is not seen has none."""
    (output,) = follow([(1, 0.8, LEFT)])
    assert output.qualities.tolist() == pytest.approx([0.8, 0.0])
    network.segment = lambda step, rois, ids, cues, rows: filled(len(rois))._replace(  # type: ignore[method-assign]
        quality=torch.tensor([0.3]).logit()
    )
    (output,) = follow([(1, 0.8, LEFT)])
    assert output.qualities.tolist() == pytest.approx([0.3, 0.0])
    assert output.scores.tolist() == pytest.approx([0.8, 0.0])


@pytest.mark.parametrize(
    ("objects", "margin", "found"), [(1, 0.0, True), (1, 0.1, False), (2, 0.0, True), (2, 0.1, False)]
)
def test_masks_need_a_margin_over_one_half(objects: int, margin: float, found: bool) -> None:
    network = specialise(tiny_network("paper"), objects)
    propagator = Propagator(network, InputSize(96, 96, 64, 64), replace(PAPER, mask_margin=margin), None)
    masks = torch.zeros(objects, 64, 64)
    masks[0, :, 32:] = 0.55
    slots = propagator._labels(masks, np.zeros((96, 96, 3), np.uint8))
    assert slots.shape == (96, 96)
    assert (slots[:, 52:] == int(found)).all()
    assert not slots[:, :48].any()


SMALL = replace(PAPER, mask_cue=True, matching=True, frame_before=0.5)


class Matched(NamedTuple):
    """A propagator with matching for two objects, and the state after the painted frame."""

    network: LipNetwork
    propagator: Propagator
    state: PropagationState


@pytest.fixture
def matched() -> Matched:
    network = specialise(tiny_network("small"), 2)
    slots = painted(s1=LEFT, s2=RIGHT)
    with torch.no_grad():
        appearance = network.encode(torch.from_numpy(picture()).permute(2, 0, 1)[None].float() / 255)
        reference = network.reference(appearance, torch.from_numpy(slots)[None], 2)
    propagator = Propagator(network, InputSize(64, 64, 64, 64), SMALL, reference)
    return Matched(network, propagator, propagator.start(propagator.look(picture()), slots))


def judged(network: LipNetwork, *qualities: float) -> Callable[..., Masks]:
    """Masks that fill their RoIs, whose qualities the network expects to be so."""
    return lambda step, rois, ids, cues, rows: filled(len(rois))._replace(
        quality=torch.tensor([qualities[int(slot) - 1] for slot in ids]).logit()
    )


@pytest.mark.parametrize(
    ("found", "qualities", "speaks"),
    [
        ([(1, 0.9, LEFT), (2, 0.9, RIGHT)], (0.9, 0.6), True),
        ([(1, 0.9, LEFT), (2, 0.9, RIGHT)], (0.9, 0.4), False),
        ([(1, 0.9, LEFT)], (0.9, 0.9), False),
    ],
    ids=["certain", "doubtful", "lost"],
)
def test_a_frame_speaks_for_the_next_one_where_it_is_certain(
    matched: Matched,
    monkeypatch: pytest.MonkeyPatch,
    found: list[Detection],
    qualities: tuple[float, float],
    speaks: bool,
) -> None:
    network, propagator, state = matched
    assert state.before is not None  # painted masks are certain
    monkeypatch.setattr(network, "segment", judged(network, *qualities))
    monkeypatch.setattr(module, "detect", lambda *_: candidates(*found))
    _, after = propagator.advance(propagator.look(picture(1)), state)
    assert (after.before is not None) == speaks
    if after.before is not None:
        assert after.before.shares.shape == (1, 64, 3)
        torch.testing.assert_close(after.before.shares.sum(dim=2), torch.ones(1, 64))


@torch.no_grad()
def test_annotated_frames_keep_their_share_of_the_vote_whatever_the_frame_before_says(matched: Matched) -> None:
    network, propagator, state = matched
    step, _ = network.step(torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)), None)
    assert propagator.reference is not None
    annotated = network.match(step.appearance, propagator.reference)[0]
    found = propagator._match(step, state, annotated)
    assert found is not None
    assert found.before is not None
    torch.testing.assert_close(found.together, (found.annotated + found.before) / 2)
    alone = propagator._match(step, state._replace(before=None), annotated)
    assert alone is not None
    assert alone.before is None
    assert torch.equal(alone.together, found.annotated)


@torch.no_grad()
def test_a_painted_object_is_what_matching_reads_of_the_frame_before(matched: Matched) -> None:
    _, propagator, state = matched
    assert state.before is not None
    slots = np.zeros((64, 64), np.uint8)
    slots[32:48, 32:64] = 2
    after = propagator.correct(state, slots, [2]).before
    assert after is not None
    before, shares = state.before.shares[0].reshape(8, 8, 3), after.shares[0].reshape(8, 8, 3)
    assert torch.equal(shares[4:6, 4:, 2], torch.ones(2, 4))
    assert not shares[4:6, 4:, :2].any()
    rest = torch.ones(8, 8, dtype=torch.bool)
    rest[4:6, 4:] = False
    assert not shares[..., 2][rest].any()
    assert torch.equal(shares[..., 1][rest], before[..., 1][rest])
    torch.testing.assert_close(shares.sum(dim=2), before.sum(dim=2))


def test_a_roi_holds_the_matched_parts_of_its_object_that_the_box_has_lost(
    matched: Matched, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, propagator, state = matched
    shares = torch.zeros(3, 8, 8)
    shares[1, :5, :3] = 1.0  # 24 wide and 40 high, of which the box holds a half
    shares[0] = 1 - shares[1]
    monkeypatch.setattr(module, "matched_components", lambda _: matched_components(shares))
    monkeypatch.setattr(module, "detect", lambda *_: candidates((1, 0.9, (4.0, 4.0, 20.0, 28.0))))
    monkeypatch.setattr(network, "segment", judged(network, 0.9, 0.9))
    seen = {}
    for whole in (False, True):
        propagator.config = replace(SMALL, whole_objects=whole)
        output, _ = propagator.advance(propagator.look(picture(1)), state)
        seen[whole] = output.slots == 1
    assert seen[False][6:26, 6:18].all()
    assert not seen[False][32:].any()
    assert seen[True][2:46, 2:30].all()  # and a cell of margin
    assert not seen[True][49:].any()
