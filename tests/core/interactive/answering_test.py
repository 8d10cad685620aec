"""Answers on frames: sizes, the window about a small object, and the bundled weights on a picture made for them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.interactive import answering
from lipcore.interactive.answering import AnswerConfig, ClickModel, load_click_model
from lipcore.interactive.clicker import next_click, overlap
from lipcore.prompts import Click, Prompt
from tests.core.interactive.balls import ball_and_ground
from tests.core.interactive.heads import lively_trunk, tiny_head

SMALL = AnswerConfig(longer_side=128, window_side=96, smallest_window=32)
Frame = NDArray[np.uint8]


@pytest.fixture(scope="module")
def model() -> ClickModel:
    return ClickModel(lively_trunk(), tiny_head(lively=True), SMALL)


def noise(height: int, width: int) -> Frame:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [(90, 160), (200, 75), (33, 47)])
def test_answers_have_the_size_of_the_frame(model: ClickModel, size: tuple[int, int]) -> None:
    look = model.look(noise(*size))
    for closely in (False, True):
        found = model.answer(look, Prompt((Click(20, 20),)), closely)
        assert found.shape == size
        assert found.dtype == np.float32
        assert 0 <= found.min() <= found.max() <= 1


def test_the_same_prompt_gives_the_same_answer(model: ClickModel) -> None:
    look = model.look(noise(90, 160))
    prompt = Prompt((Click(20, 20), Click(100, 50, added=False)), box=(10, 10, 60, 60))
    assert np.array_equal(model.answer(look, prompt), model.answer(look, prompt))
    assert not np.array_equal(model.answer(look, prompt), model.answer(look, prompt.clicked(Click(70, 70))))


def small_mask(height: int = 400, width: int = 600) -> NDArray[np.bool_]:
    mask = np.zeros((height, width), np.bool_)
    mask[200:230, 300:340] = True
    return mask


def test_a_small_object_is_seen_in_a_window_that_is_kept(model: ClickModel) -> None:
    look = model.look(noise(400, 600))
    found = model.answer(look, Prompt((Click(320, 215),), so_far=small_mask()))
    window = look.window
    assert window is not None
    left, top, right, bottom = window.area
    assert left < 300 < 340 < right
    assert top < 200 < 230 < bottom
    assert max(right - left, bottom - top) < 120
    outside = np.ones((400, 600), np.bool_)
    outside[top:bottom, left:right] = False
    assert not found[outside].any()
    model.answer(look, Prompt((Click(322, 216),), so_far=small_mask()))
    assert look.window is window
    model.answer(look, Prompt((Click(322, 216), Click(500, 300)), so_far=small_mask()))
    assert look.window is not window


def test_a_large_object_is_seen_in_the_whole_frame(model: ClickModel) -> None:
    look = model.look(noise(400, 600))
    mask = np.zeros((400, 600), np.bool_)
    mask[20:380, 30:570] = True
    model.answer(look, Prompt((Click(320, 215),), so_far=mask))
    assert look.window is None


def test_a_preview_never_looks_closer(model: ClickModel) -> None:
    look = model.look(noise(400, 600))
    found = model.answer(look, Prompt((Click(320, 215),), so_far=small_mask()), closely=False)
    assert look.window is None
    assert found[5, 5] > 0


def test_the_bundled_weights_find_a_ball_by_one_click_and_by_a_box() -> None:
    frame, ball = ball_and_ground()
    model = load_click_model()
    look = model.look(frame)
    click = next_click(ball, np.zeros_like(ball))
    assert click is not None
    for prompt in (Prompt((click,)), Prompt(box=(385, 105, 615, 335))):
        for closely in (False, True):
            assert overlap(ball, model.answer(look, prompt, closely) > 0.5) > 0.85


def test_missing_weights_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "BUNDLED", "weights/lip-none.safetensors")
    with pytest.raises(LipError, match="lip-none"):
        load_click_model()
