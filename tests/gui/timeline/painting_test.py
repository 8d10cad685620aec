"""The numbers of the ruler: none is cut off, none lies under the playhead's flag."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from PySide6.QtGui import QFont, QFontMetrics, QPalette

from lipgui.timeline.colours import TimelineColours
from lipgui.timeline.geometry import FrameAxis, LaneLayout
from lipgui.timeline.painting import TimelinePainter, playhead_half_width


def numbers(width: int, playhead: int) -> dict[int, float]:
    """The frames that have a number, and where it begins, on a ruler of 49 frames."""
    metrics = QFontMetrics(QFont())
    painter = Mock(**{"fontMetrics.return_value": metrics})
    axis, layout = FrameAxis.fitted(49, width), LaneLayout(label_width=100)
    TimelinePainter(painter, axis, layout, TimelineColours.of(QPalette()), 100).ruler(100, 100 + width, playhead)
    return {int(call.args[1]): call.args[0].x() for call in painter.drawText.call_args_list}


@pytest.mark.parametrize("width", range(300, 1200, 90))
def test_the_last_number_is_not_cut_off_and_none_is_under_the_flag(qapp: object, width: int) -> None:
    metrics = QFontMetrics(QFont())
    for playhead in (0, 20, 48):
        shown = numbers(width, playhead)
        assert len(shown) >= 2
        for frame, x in shown.items():
            right = x + metrics.horizontalAdvance(str(frame))
            assert right <= 100 + width
            middle = 100 + (playhead + 0.5) * width / 49
            half = playhead_half_width(metrics, playhead)
            assert right <= middle - half or x >= middle + half
