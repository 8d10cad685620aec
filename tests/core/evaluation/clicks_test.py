"""Numbers of clicks: counted as the literature does, by any method, on frames and stills."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lipcore.evaluation.clicks import (
    MOST_CLICKS,
    Case,
    ClickScore,
    GrabCutClicked,
    HeadClicked,
    count_clicks,
    davis_cases,
    mean_clicks,
    still_cases,
)
from lipcore.interactive.answering import AnswerConfig, ClickModel
from lipcore.prompts import Click
from tests.core.evaluation.standing import write_davis
from tests.core.interactive.balls import ball_and_ground
from tests.core.interactive.heads import lively_trunk, tiny_head
from tests.core.training.pictures import made_data


@dataclass
class Slowly:
    """Gets a quarter of the object right with every click."""

    truth: NDArray[np.bool_]
    clicks: list[Click] = field(default_factory=list)

    def click(self, click: Click) -> NDArray[np.bool_]:
        self.clicks.append(click)
        mask = self.truth.copy()
        mask[:, 10 * len(self.clicks) :] = False
        return mask


def square_case() -> Case:
    truth = np.zeros((60, 60), np.bool_)
    truth[10:50, :40] = True
    return Case("square", np.zeros((60, 60, 3), np.uint8), truth, np.ones_like(truth))


def test_clicks_are_counted_until_the_mask_is_good_enough() -> None:
    case = square_case()
    slowly = Slowly(case.truth)
    score = count_clicks(case, slowly, 0.9)
    assert score.overlaps == (0.25, 0.5, 0.75, 1.0)
    assert (score.clicks_to(0.5), score.clicks_to(0.85), score.after(1), score.after(9)) == (2, 4, 0.25, 1.0)
    assert all(case.truth[int(click.y), int(click.x)] and click.added for click in slowly.clicks)
    assert slowly.clicks[1].x > 10  # in what is missing


def test_masks_that_never_get_there_count_all_clicks() -> None:
    case = square_case()

    class Never:
        def click(self, click: Click) -> NDArray[np.bool_]:
            return np.zeros_like(case.truth)

    score = count_clicks(case, Never(), 0.9)
    assert len(score.overlaps) == MOST_CLICKS
    assert mean_clicks([score, ClickScore("good", (0.95,))], 0.9) == (MOST_CLICKS + 1) / 2


def test_grabcut_finds_a_ball_by_a_few_clicks() -> None:
    rows, columns = np.indices((240, 427))
    truth = np.hypot(rows - 120, columns - 200) < 60
    frame = np.where(truth[:, :, None], (220, 40, 40), (40, 120, 60)).astype(np.uint8)
    score = count_clicks(Case("ball", frame, truth, np.ones_like(truth)), GrabCutClicked(frame), 0.9)
    assert score.overlaps[-1] >= 0.9
    assert len(score.overlaps) <= 5


def test_the_head_is_told_of_its_own_answers() -> None:
    frame, _ = ball_and_ground(96, 128)
    model = ClickModel(lively_trunk(), tiny_head(lively=True), AnswerConfig(longer_side=128, window_side=96))
    clicked = HeadClicked(model, frame)
    first = clicked.click(Click(60, 40))
    assert first.shape == (96, 128)
    assert clicked._prompt.so_far is not None
    clicked.click(Click(90, 70, added=False))
    assert len(clicked._prompt.clicks) == 2


def test_every_tenth_frame_and_every_still_is_a_case(tmp_path: Path) -> None:
    write_davis(tmp_path, "one", 12)
    assert [case.name for case in davis_cases(tmp_path, ["one"])] == ["one/00000/1", "one/00010/1"]
    cases = list(still_cases(made_data()))
    assert len(cases) == 6
    assert all(np.count_nonzero(case.truth) == 40 * 50 for case in cases)  # the larger one of two
