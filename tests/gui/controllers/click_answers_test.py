"""The click model is loaded when it is first needed, and looks at a frame once."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.prompts import Prompt
from lipgui.basics.settings import Preferences
from lipgui.controllers.click_answers import ClickAnswers

FRAME, OTHER = np.zeros((6, 8, 3), np.uint8), np.ones((6, 8, 3), np.uint8)
PROMPT = Prompt(())


class Model:
    """Notes the frames that it looks at, and answers with the number of those."""

    def __init__(self) -> None:
        self.seen: list[object] = []

    def look(self, frame: object) -> SimpleNamespace:
        self.seen.append(frame)
        return SimpleNamespace(frame=frame)

    def answer(self, look: SimpleNamespace, prompt: Prompt, closely: bool) -> np.ndarray:
        return np.full(look.frame.shape[:2], len(self.seen), np.float32)


@pytest.fixture
def models() -> dict[str, Model]:
    return {}


@pytest.fixture
def answers(models: dict[str, Model]) -> ClickAnswers:
    return ClickAnswers(lambda device: models.setdefault(device, Model()))  # type: ignore[arg-type]


def test_nothing_is_loaded_before_it_is_needed(answers: ClickAnswers, models: dict[str, Model]) -> None:
    assert not answers.ready(FRAME)
    assert models == {}
    answers.look(FRAME)
    assert answers.ready(FRAME)
    assert list(models) == ["auto"]


def test_a_frame_is_looked_at_once_for_all_its_prompts(answers: ClickAnswers, models: dict[str, Model]) -> None:
    for _ in range(3):
        assert (answers.answer(FRAME, PROMPT, closely=False) == 1).all()
    assert (answers.answer(OTHER, PROMPT, closely=False) == 2).all()
    assert not answers.ready(FRAME)
    answers.look(FRAME)
    assert [each is FRAME for each in models["auto"].seen] == [True, False, True]


def test_another_device_begins_anew_and_the_same_one_does_not(answers: ClickAnswers, models: dict[str, Model]) -> None:
    answers.look(FRAME)
    answers.use(Preferences())
    assert answers.ready(FRAME)
    answers.use(replace(Preferences(), device="cpu"))
    assert not answers.ready(FRAME)
    answers.look(FRAME)
    assert list(models) == ["auto", "cpu"]


def test_a_model_that_cannot_be_loaded_is_tried_again() -> None:
    tries: list[str] = []

    def load(device: str) -> Model:
        tries.append(device)
        if len(tries) == 1:
            raise LipError("The weights are missing.")
        return Model()

    answers = ClickAnswers(load)  # type: ignore[arg-type]
    with pytest.raises(LipError):
        answers.look(FRAME)
    answers.look(FRAME)
    assert answers.ready(FRAME)
