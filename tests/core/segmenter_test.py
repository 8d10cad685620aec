"""The segmenter: results depend on nothing but their inputs, tuned states come back bit for bit, errors are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load

from lipcore import segmenter as module
from lipcore.errors import LipError
from lipcore.model import LipNetwork
from lipcore.model.matching import Reference
from lipcore.model.specialise import with_untuned_masks
from lipcore.presets import find_preset
from lipcore.propagation.annotations import Annotation, chosen
from lipcore.propagation.propagator import PropagationConfig
from lipcore.propagation.result import FrameResult
from lipcore.segmenter import Segmenter
from lipcore.video import Video
from lipcore.weights.checkpoint import save_checkpoint
from tests.core.model.networks import tiny_network
from tests.core.moving import TINY_BUDGET, frame_of, moving_video, tiny_segmenter, write_tiny_checkpoint
from tests.helpers import Labels


def tune(segmenter: Segmenter, annotations: Mapping[int, Labels], iterations: int = 3) -> None:
    video, _ = moving_video()
    list(segmenter.tune(video, annotations, config=replace(TINY_BUDGET, iterations=iterations)))


def run(
    segmenter: Segmenter, annotations: Mapping[int, Labels], frames: range | None = None, direction: str = "forward",
    config: PropagationConfig | None = None,
) -> dict[int, FrameResult]:  # fmt: skip
    video, _ = moving_video()
    results = [each for each in segmenter.propagate(video, annotations, frames, direction, config) if each.is_final]
    assert len({result.frame for result in results}) == len(results)
    return {result.frame: result for result in results}


def assert_same(first: Mapping[int, FrameResult], second: Mapping[int, FrameResult]) -> None:
    """The frames that both hold are equal bit for bit."""
    assert set(first) & set(second)
    for frame in set(first) & set(second):
        np.testing.assert_array_equal(first[frame].labels, second[frame].labels)
        assert first[frame].instances == second[frame].instances


@pytest.mark.parametrize("direction", ["forward", "both"])
def test_results_do_not_depend_on_how_objects_are_numbered(direction: str) -> None:
    _, truth = moving_video()
    table = np.arange(256, dtype=np.uint8)
    table[[1, 2]] = 200, 1
    numbered = [{0: truth[0], 4: truth[4]}, {4: table[truth[4]], 0: table[truth[0]]}]  # the order in a dict is none
    results = []
    for masks in numbered:
        segmenter = tiny_segmenter()
        tune(segmenter, masks)
        results.append(run(segmenter, masks, direction=direction))
    for frame, result in results[0].items():
        np.testing.assert_array_equal(table[result.labels], results[1][frame].labels, err_msg=f"frame {frame}")
        scores = {(int(table[item.object_id]), item.score, item.box) for item in result.instances}
        assert scores == {(item.object_id, item.score, item.box) for item in results[1][frame].instances}


@pytest.fixture(scope="module")
def tuned() -> tuple[Segmenter, bytes]:
    """A tiny segmenter tuned on frame 0, and its state."""
    segmenter = tiny_segmenter()
    tune(segmenter, {0: moving_video()[1][0]})
    return segmenter, segmenter.tuned_weights()


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
def test_results_do_not_depend_on_what_was_run_before(tuned: tuple[Segmenter, bytes], direction: str) -> None:
    segmenter, state = tuned
    segmenter.restore(state)
    _, truth = moving_video()
    annotations = {0: truth[0], 4: truth[4]}
    whole = run(segmenter, annotations, direction=direction)
    assert sorted(whole) == ([0, 1, 2, 3, 4] if direction == "backward" else [0, 1, 2, 3, 4, 5])
    for frames in (range(3, 4), range(1, 3), range(2, 6)):
        assert_same(run(segmenter, annotations, frames, direction), whole)
    stopped = segmenter.propagate(moving_video()[0], annotations, None, direction)
    next(stopped)
    stopped.close()  # type: ignore[attr-defined]
    assert_same(run(segmenter, annotations, direction=direction), whole)
    assert segmenter.tuned_weights() == state


@pytest.mark.parametrize("paper", [True, False])
def test_a_result_has_the_size_of_the_video_and_annotated_frames_their_labels(
    tuned: tuple[Segmenter, bytes], paper: bool
) -> None:
    segmenter, state = tuned
    segmenter.restore(state)
    _, truth = moving_video()
    config = find_preset("paper").propagation if paper else None
    results = run(segmenter, {0: truth[0], 3: truth[3]}, config=config)
    for frame, result in results.items():
        assert (result.labels.shape, result.labels.dtype) == ((64, 96), np.uint8)
        assert set(np.unique(result.labels)) <= {0, 1, 2}
        assert {one.object_id for one in result.instances} <= set(np.unique(result.labels).tolist())
        assert all(0 <= one.score <= 1 for one in result.instances)
        assert result.seconds > 0
        if frame in (0, 3):
            np.testing.assert_array_equal(result.labels, truth[frame])


@pytest.mark.parametrize("name", ["static_memory", "track_proposals", "mask_cue", "flow", "matching", "drop_strays"])
def test_every_switch_runs_alone(tuned: tuple[Segmenter, bytes], name: str) -> None:
    segmenter, state = tuned
    segmenter.restore(state)
    config = replace(PropagationConfig(id_adaptation=None), **{name: True})  # type: ignore[arg-type]
    assert len(run(segmenter, {0: moving_video()[1][0]}, range(3), config=config)) == 3


def test_with_one_annotated_frame_alone_the_untuned_masks_join(
    tuned: tuple[Segmenter, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    segmenter, state = tuned
    segmenter.restore(state)
    shares = []

    def noted(network: LipNetwork, untuned: LipNetwork, share: float) -> LipNetwork:
        assert untuned is segmenter.network
        shares.append(share)
        return with_untuned_masks(network, untuned, share)

    monkeypatch.setattr(module, "with_untuned_masks", noted)
    truth = moving_video()[1]
    rules = replace(find_preset("small").propagation, untuned_masks=0.75)
    run(segmenter, {0: truth[0]}, range(2), config=rules)
    assert shares == [0.75]
    run(segmenter, {0: truth[0], 3: truth[3]}, range(2), config=rules)
    run(segmenter, {0: truth[0]}, range(2), config=replace(rules, untuned_masks=0.0))
    assert shares == [0.75]
    assert segmenter.tuned_weights() == state


def test_an_annotated_frame_on_which_no_object_is_in_sight(tuned: tuple[Segmenter, bytes]) -> None:
    segmenter, state = tuned
    segmenter.restore(state)
    truth = moving_video()[1]
    annotations = {0: truth[0], 2: np.zeros_like(truth[0])}
    for direction in ("forward", "backward", "both"):
        results = run(segmenter, annotations, direction=direction)
        assert not results[2].labels.any()
        assert results[2].instances == ()
    tune(segmenter, annotations, 1)


def test_untuned_propagation_starts_from_the_annotated_frame() -> None:
    segmenter = tiny_segmenter()
    assert len(run(segmenter, {0: moving_video()[1][0]}, range(3))) == 3


def test_a_tuned_state_comes_back_bit_for_bit(tuned: tuple[Segmenter, bytes]) -> None:
    segmenter, state = tuned
    segmenter.restore(state)
    annotations = {0: moving_video()[1][0]}
    before = run(segmenter, annotations)
    tune(segmenter, annotations)
    assert segmenter.tuned_weights() != state
    segmenter.restore(state)
    assert segmenter.tuned_weights() == state
    assert_same(run(segmenter, annotations), before)
    other = tiny_segmenter()
    other.restore(state)
    assert other.tuned_weights() == state
    assert_same(run(other, annotations), before)
    other.restore(b"")
    assert other.tuned_weights() == b""


def test_the_same_seed_tunes_the_same(tuned: tuple[Segmenter, bytes]) -> None:
    annotations = {0: moving_video()[1][0]}
    states = []
    for seed in (0, 3):
        segmenter = tiny_segmenter(seed)
        video, _ = moving_video()
        list(segmenter.tune(video, annotations, config=replace(TINY_BUDGET, seed=seed)))
        states.append(segmenter.tuned_weights())
    assert states[0] == tuned[1]
    assert states[1] != tuned[1]


def test_tuning_again_goes_on_from_the_current_weights() -> None:
    segmenter, annotations = tiny_segmenter(), {0: moving_video()[1][0]}
    tune(segmenter, annotations, 2)
    first = load(segmenter.tuned_weights())
    tune(segmenter, annotations, 0)
    assert all(torch.equal(value, first[name]) for name, value in load(segmenter.tuned_weights()).items())
    tune(segmenter, annotations, 1)
    second = load(segmenter.tuned_weights())
    assert not torch.equal(second["mask_head.layer.weight"], first["mask_head.layer.weight"])


def test_of_many_annotated_frames_a_few_are_learnt_from_and_all_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "chosen", partial(chosen, most=2))
    video, truth = moving_video()
    painted = dict(enumerate(truth))
    segmenter = tiny_segmenter()
    config = replace(TINY_BUDGET, iterations=1, augmented_clips=0)
    steps = list(segmenter.tune(video, painted, config=config))
    assert steps[0].to_prepare == 2
    seen = list[int]()
    monkeypatch.setattr(Segmenter, "_seen", noted(Segmenter._seen, seen))
    results = run(segmenter, painted)
    assert sorted(seen) == [0, len(truth) - 1]
    for frame, result in results.items():
        np.testing.assert_array_equal(result.labels, truth[frame])


def noted(method: Callable[..., Reference], frames: list[int]) -> Callable[..., Reference]:
    """`Segmenter._seen` that writes down which frames it is asked for."""

    def asked(self: Segmenter, network: LipNetwork, video: Video, annotation: Annotation, *more: object) -> Reference:
        frames.append(annotation.frame)
        return method(self, network, video, annotation, *more)

    return asked


def test_a_new_object_leaves_the_outputs_of_the_others_as_they_are() -> None:
    segmenter = tiny_segmenter()
    labels = np.where(frame_of(0, 1, 2)[1] == 1, 7, frame_of(0, 1, 2)[1]).astype(np.uint8)  # objects 2 and 7
    tune(segmenter, {0: labels})
    before = load(segmenter.tuned_weights())
    later = np.where(frame_of(3, 3)[1] == 3, 5, 0).astype(np.uint8)  # object 5 comes between them by number
    tune(segmenter, {0: labels, 3: later}, 0)
    after = load(segmenter.tuned_weights())
    rows = {0: 0, 1: 1, 2: 2}  # background and the two objects; the new one comes last
    for name in ("instance_head.id_layer.layer.weight", "instance_head.id_layer.shortcut.weight",
                 "mask_head.layer.weight", "mask_head.shortcut.weight"):  # fmt: skip
        for old, new in rows.items():
            assert torch.equal(before[name][old], after[name][new]), name
    for old, new in rows.items():
        name = "instance_head.box_layer.layer.weight"
        assert torch.equal(before[name][4 * old : 4 * old + 4], after[name][4 * new : 4 * new + 4])
    common = [name for name in before if before[name].shape == after[name].shape]
    assert all(torch.equal(before[name], after[name]) for name in common)
    results = run(segmenter, {0: labels, 3: later})
    assert (results[3].labels == 5).sum() == (later == 5).sum()


def test_tuning_that_fails_at_once_leaves_no_new_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    segmenter, truth = tiny_segmenter(), moving_video()[1]
    with monkeypatch.context() as patched:
        patched.setattr("lipcore.tuning.tuner.build_cache", exhausted)
        with pytest.raises(LipError, match="Out of memory"):
            tune(segmenter, {0: truth[0]})
    assert segmenter.tuned_weights() == b""


@pytest.mark.parametrize("prepared", [0, 2])
def test_stopping_while_preparing_leaves_everything_as_it_was(prepared: int) -> None:
    """A new object on an untuned network, and a further one on a tuned network."""
    segmenter, (video, truth) = tiny_segmenter(), moving_video()
    for painted in ({0: truth[0]}, {0: truth[0], 3: frame_of(3, 1, 2, 3)[1]}):
        before = segmenter.tuned_weights()
        steps = segmenter.tune(video, painted, config=TINY_BUDGET)
        assert any(step.preparing and step.prepared >= prepared for step in steps)
        steps.close()  # type: ignore[attr-defined]
        assert segmenter.tuned_weights() == before
        tune(segmenter, painted)
        assert segmenter.tuned_weights() != before


def test_an_object_that_was_never_tuned_is_said(tuned: tuple[Segmenter, bytes]) -> None:
    segmenter, state = tuned
    segmenter.restore(state)
    with pytest.raises(LipError, match="Object 3 is new: tune again"):
        run(segmenter, {0: frame_of(0, 1, 2, 3)[1]})


@pytest.mark.parametrize(
    ("annotations", "sentence"),
    [
        ({0: np.zeros((64, 96), np.uint8)}, "nothing to tune on"),
        ({0: np.full((64, 96), 255, np.uint8)}, "nothing to tune on"),
        ({}, "nothing to tune on"),
        ({0: np.ones((64, 95), np.uint8)}, "The mask of frame 0 is 95x64, the video is 96x64"),
        ({6: np.ones((64, 96), np.uint8)}, "There is no frame 6 in moving, which has 6 frames"),
        ({-1: np.ones((64, 96), np.uint8)}, "There is no frame -1"),
    ],
)
def test_annotations_that_do_not_fit(annotations: dict[int, Labels], sentence: str) -> None:
    segmenter = tiny_segmenter()
    with pytest.raises(LipError, match=sentence):
        tune(segmenter, annotations)
    with pytest.raises(LipError, match=sentence.replace("tune on", "propagate")):
        run(segmenter, annotations)


@pytest.mark.parametrize("frames", [range(0, 7), range(-1, 3), range(0, 6, 2), range(5, 0, -1)])
def test_ranges_that_do_not_fit(tuned: tuple[Segmenter, bytes], frames: range) -> None:
    with pytest.raises(LipError, match="There is no range"):
        run(tuned[0], {0: moving_video()[1][0]}, frames)


def test_directions_and_qualities_there_are_not(tuned: tuple[Segmenter, bytes]) -> None:
    video, truth = moving_video()
    with pytest.raises(LipError, match="There is no direction sideways; choose one of forward, backward, both"):
        tuned[0].propagate(video, {0: truth[0]}, direction="sideways")
    with pytest.raises(LipError, match="There is no quality superb"):
        tuned[0].tune(video, {0: truth[0]}, "superb")


@pytest.mark.parametrize(
    "damage", [lambda state: state[:100], lambda state: b"x" * 50, lambda state: b"\x08" + b"\0" * 7 + b"[1, 2, 3"]
)
def test_damaged_states_are_refused_and_change_nothing(tuned: tuple[Segmenter, bytes], damage) -> None:  # noqa: ANN001
    segmenter, state = tuned
    segmenter.restore(state)
    with pytest.raises(LipError, match="damaged or belong to another network"):
        segmenter.restore(damage(state))
    assert segmenter.tuned_weights() == state


def test_states_of_other_weights_are_refused(tuned: tuple[Segmenter, bytes]) -> None:
    from tests.core.model.networks import tiny_network

    other = Segmenter(tiny_network(seed=1), torch.device("cpu"))
    with pytest.raises(LipError, match="belong to a network with other weights"):
        other.restore(tuned[1])


def test_loading(tmp_path: Path) -> None:
    path = write_tiny_checkpoint(tmp_path / "tiny.safetensors")
    segmenter = Segmenter.load(weights=path, device="cpu", max_side=96)
    assert (segmenter.preset, segmenter.trained, segmenter.weights_hash) == (
        "small",
        True,
        tiny_segmenter().weights_hash,
    )
    size = segmenter.input_size(moving_video()[0])
    assert (size.height, size.width) == (64, 96)
    with pytest.raises(LipError, match=r"are for preset small, not paper"):
        Segmenter.load("paper", path, "cpu")
    with pytest.raises(LipError, match="There is no preset large"):
        Segmenter.load("large")
    with pytest.raises(LipError, match="There is no device abacus"):
        Segmenter.load(weights=path, device="abacus")
    with pytest.raises(LipError, match="there is no such file"):
        Segmenter.load(weights=tmp_path / "none.safetensors", device="cpu")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(LipError, match="damaged"):
        Segmenter.load(weights=path, device="cpu")


def test_weights_say_their_preset_and_are_refused_for_another(tmp_path: Path) -> None:
    path = tmp_path / "paper.safetensors"
    save_checkpoint(path, tiny_network("paper"), {})
    assert Segmenter.load(weights=path, device="cpu").preset == "paper"
    with pytest.raises(LipError, match="are for preset paper, not small"):
        Segmenter.load("small", path, "cpu")
