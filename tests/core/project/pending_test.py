"""Pending frames: taken in the order of their last changes, and whole edits at once."""

from __future__ import annotations

from lipcore.project.pending import PendingFrames


def edit(pending: PendingFrames, *frames: int) -> None:
    """An edit that changes these frames."""
    for frame in frames:
        pending.add(frame)
    pending.end_edit()


def test_the_oldest_change_is_taken_first_and_a_new_one_goes_to_the_end() -> None:
    pending = PendingFrames()
    for frame in (4, 2, 9, 4):
        edit(pending, frame)
    assert len(pending) == 3
    assert pending.take(2) == ([2, 9], False)
    assert pending.take(2) == ([4], False)
    assert pending.take(2) == ([], False)


def test_an_edit_of_several_frames_makes_all_that_waits_whole() -> None:
    pending = PendingFrames()
    edit(pending, 1)
    edit(pending, 2, 3)
    assert pending.take(1) == ([1, 2, 3], True)
    edit(pending, 5)
    assert pending.take(1) == ([5], False)  # the next one is not


def test_the_same_frame_twice_in_an_edit_is_one_frame() -> None:
    pending = PendingFrames()
    edit(pending, 3, 3)
    assert pending.take(1) == ([3], False)


def test_an_edit_of_one_frame_is_whole_where_it_is_said() -> None:
    pending = PendingFrames()
    pending.make_whole()
    assert pending.take(1) == ([], False)  # there is nothing to write
    pending.make_whole()
    edit(pending, 3)
    assert pending.take(1) == ([3], True)


def test_what_could_not_be_written_is_taken_again_as_it_was() -> None:
    pending = PendingFrames()
    edit(pending, 1, 2)
    frames, is_whole = pending.take(1)
    edit(pending, 6)
    pending.put_back(frames, is_whole)
    assert pending.take(1) == ([6, 1, 2], True)
