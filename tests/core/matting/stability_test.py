"""alpha_change: alphas that move with the picture do not change, those that boil do."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.matting.scenes import motion_blur
from tests.core.matting.stability import alpha_change


def test_alphas_that_move_with_the_picture_do_not_change() -> None:
    before, after = motion_blur(80), motion_blur(84)
    moving = alpha_change(before.alpha, after.alpha, before.image, after.image)
    boiling = alpha_change(before.alpha, np.roll(after.alpha, 6, axis=1), before.image, after.image)
    assert moving < 0.5 * boiling
    assert alpha_change(after.alpha, after.alpha, after.image, after.image) == pytest.approx(0, abs=1e-3)
    empty = np.zeros_like(after.alpha)
    assert np.isnan(alpha_change(empty, empty, before.image, after.image))
