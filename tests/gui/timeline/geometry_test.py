from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lipgui.timeline.geometry import MAXIMUM_PIXELS_PER_FRAME, FrameAxis, LaneLayout, tick_steps

axes = st.builds(
    lambda count, width, zoom, x: FrameAxis.fitted(count, width).zoomed(zoom, x),
    st.integers(1, 20_000),
    st.floats(50, 4000),
    st.floats(0.1, 500),
    st.floats(0, 4000),
)


def test_fitting_shows_the_first_and_the_last_frame() -> None:
    axis = FrameAxis.fitted(1000, 500)
    assert axis.left(0) == 0
    assert axis.left(1000) == pytest.approx(500)
    assert axis.is_fitted


def test_few_frames_do_not_grow_beyond_the_largest_scale() -> None:
    assert FrameAxis.fitted(2, 1000).pixels_per_frame == MAXIMUM_PIXELS_PER_FRAME


@given(axes, st.floats(0, 1), st.floats(0.2, 5))
def test_zooming_keeps_the_frame_under_the_pointer(axis: FrameAxis, share: float, factor: float) -> None:
    x = share * axis.width
    zoomed = axis.zoomed(factor, x)
    if 0 < zoomed.first < zoomed.largest_first:  # else an end of the video has to stay at the edge
        assert zoomed.first + x / zoomed.pixels_per_frame == pytest.approx(
            axis.first + x / axis.pixels_per_frame, abs=1e-6
        )


@given(axes)
def test_the_view_never_leaves_the_video(axis: FrameAxis) -> None:
    for moved in (axis.panned(1e6), axis.panned(-1e6), axis.resized(123.0), axis.zoomed(3, 10), axis.spanning(0, 0)):
        assert 0 <= moved.first <= moved.largest_first + 1e-9
        assert moved.smallest_scale * 0.999 <= moved.pixels_per_frame <= MAXIMUM_PIXELS_PER_FRAME


@given(axes, st.integers(0, 19_999))
def test_the_middle_of_a_frame_is_that_frame(axis: FrameAxis, frame: int) -> None:
    frame = min(frame, axis.frame_count - 1)
    assert axis.frame_at(axis.centre(frame)) == frame


def test_outside_the_video_the_nearest_frame_is_meant() -> None:
    axis = FrameAxis.fitted(10, 100)
    assert axis.frame_at(-50) == 0
    assert axis.frame_at(1000) == 9
    assert FrameAxis().frame_at(3) == 0


@given(axes, st.integers(0, 19_999))
def test_the_page_turns_so_that_the_frame_is_in_view(axis: FrameAxis, frame: int) -> None:
    frame = min(frame, axis.frame_count - 1)
    shown = axis.showing(frame)
    assert shown.centre(frame) >= 0
    assert shown.centre(frame) <= shown.width + 1
    assert shown.showing(frame) == shown


def test_a_fitted_view_stays_fitted_in_another_width() -> None:
    assert FrameAxis.fitted(1000, 500).resized(800) == FrameAxis.fitted(1000, 800)


def test_spanning_a_range_shows_all_of_it() -> None:
    axis = FrameAxis.fitted(10_000, 1000).spanning(2000, 2999)
    assert 0 < axis.left(2000) < 100
    assert 900 < axis.left(3000) < 1000


@given(st.floats(0.01, 96), st.floats(20, 200))
def test_ruler_labels_do_not_touch_and_small_ticks_divide_them(scale: float, width: float) -> None:
    step, small = tick_steps(scale, width)
    assert step * scale >= width
    assert step % small == 0
    assert step == small or small * scale >= 4


def test_lanes_and_positions_agree() -> None:
    layout = LaneLayout(count=5, lane_height=20, ruler_height=30, scroll=25)
    assert layout.lane_at(10) is None
    assert layout.lane_at(30) == 1
    assert layout.lane_at(layout.lane_top(3)) == 3
    assert layout.lane_at(layout.lane_top(5)) is None
    assert layout.visible_lanes(70) == range(1, 4)
    assert layout.largest_scroll(80) == 50


def test_scrolling_to_a_lane_moves_no_further_than_needed() -> None:
    layout = LaneLayout(count=10, lane_height=20, ruler_height=30)
    assert layout.scrolled_to(1, 90).scroll == 0
    assert layout.scrolled_to(5, 90).scroll == 60
    assert layout.scrolled_to(5, 90).scrolled_to(2, 90).scroll == 40
