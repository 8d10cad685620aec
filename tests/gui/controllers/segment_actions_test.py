"""What the menu Segment asks of the network: which frames, which way, and what is said where nothing can be done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipgui.basics.settings import Preferences
from lipgui.controllers.segment_actions import Running
from lipgui.document import edits
from lipgui.document.document import Document
from lipgui.widgets.notice import Message
from tests.gui.document.helpers import push_run, square


class Segmentation:
    """Notes what it is asked for; `running` is what it seems to be busy with."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.running = ""

    def __getattr__(self, name: str) -> object:
        return lambda *given: self.asked.append((name, *given))


class Menu:
    """The actions over a document whose object is painted on frame 4, which is in view."""

    def __init__(self, document: Document) -> None:
        self.document, self.segmentation, self.parent = document, Segmentation(), QObject()
        document.go_to(4)
        edits.paint(document, square(10, 10))
        self.running = Running(document, self.segmentation, self.parent)  # type: ignore[arg-type]
        self.told: list[str] = []
        self.messages: list[Message] = []
        self.running.told.connect(self.told.append)
        self.running.announced.connect(self.messages.append)

    def do(self, name: str) -> list[tuple[object, ...]]:
        """Do an action; what the network is asked for."""
        self.segmentation.asked.clear()
        self.running.answers()[name]()
        return list(self.segmentation.asked)


@pytest.fixture
def menu(document: Document) -> Iterator[Menu]:
    yield Menu(document)
    document.close()


@pytest.fixture
def tuned(menu: Menu) -> Menu:
    menu.document.push_tuning("Tune", b"weights", [4])
    return menu


@pytest.mark.parametrize(
    ("name", "direction", "frames"),
    [
        ("propagate_forward", "forward", range(4, 12)),
        ("propagate_backward", "backward", range(5)),
        ("propagate_both", "both", range(12)),
    ],
)
def test_each_way_reaches_its_frames(tuned: Menu, name: str, direction: str, frames: range) -> None:
    ((verb, asked, reached),) = tuned.do(name)
    assert (verb, asked) == ("propagate", direction)
    assert isinstance(reached, range)
    assert set(reached) | {4} == set(frames)


def test_untuned_one_is_asked_first_and_may_go_on_either_way(menu: Menu) -> None:
    assert menu.do("propagate_backward") == []
    (message,) = menu.messages
    assert [text for text, _ in message.choices] == ["Tune, then propagate", "Propagate untuned"]
    message.choices[1][1]()
    message.choices[0][1]()
    (plain, tuning) = menu.segmentation.asked
    assert plain[:2] == ("propagate", "backward")
    assert tuning[:2] == ("tune_and_propagate", "backward")
    assert plain[2] == tuning[2]


def test_while_it_is_being_tuned_propagation_waits_behind_it(menu: Menu) -> None:
    menu.segmentation.running = "tune"
    assert [asked[:2] for asked in menu.do("propagate_forward")] == [("propagate", "forward")]
    assert menu.messages == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [("tune", "tune"), ("tune_and_propagate", "tune"), ("correct", "tune"), ("propagate_both", "both"),
     ("propagate_next", "forward")],
)  # fmt: skip
def test_the_key_that_starts_also_stops(tuned: Menu, name: str, kind: str) -> None:
    tuned.segmentation.running = kind
    assert tuned.do(name) == [("stop",)]
    assert tuned.told == ["Stopping after this step; what is finished is kept."]


def test_some_frames_alone(tuned: Menu) -> None:
    tuned.running.use(Preferences(frame_step=3))
    assert tuned.do("propagate_next") == [("propagate", "forward", range(5, 8))]
    assert tuned.do("propagate_here") == [("propagate", "forward", range(4, 5))]
    assert tuned.do("propagate_to_out") == [("propagate", "forward", range(4, 12))]
    tuned.document.set_in_out(0, 6)
    assert tuned.do("propagate_next") == [("propagate", "forward", range(5, 7))]
    tuned.document.go_to(1)  # all that is painted comes later
    assert tuned.do("propagate_here") == [("propagate", "backward", range(1, 2))]
    tuned.running.rerun(2, 5, [1])
    assert tuned.segmentation.asked[-1] == ("propagate", "both", range(2, 6), frozenset({1}))


def test_where_nothing_can_be_done_a_sentence_says_why(tuned: Menu) -> None:
    tuned.document.go_to(11)
    for name, sentence in (
        ("propagate_next", "There is no further frame"),
        ("take_offered", "No correction left out a mask on frame 11."),
    ):
        with pytest.raises(LipError, match=sentence):
            tuned.do(name)
    tuned.document.set_in_out(0, 3)
    tuned.document.go_to(4)
    with pytest.raises(LipError, match="outside the working range"):
        tuned.do("correct")
    tuned.document.undo()
    tuned.document.undo()  # the masks
    with pytest.raises(LipError, match="Paint at least one object"):
        tuned.do("propagate_forward")
    assert tuned.segmentation.asked == []


def test_a_correction_runs_again_what_depends_on_the_frame(tuned: Menu) -> None:
    assert tuned.do("correct") == [("correct", "forward", range(4, 12))]
    push_run(tuned.document, 2, job=1)
    assert tuned.do("correct") == [("correct", "both", range(2, 12))]


def test_the_rest_is_handed_on(tuned: Menu, qtbot: QtBot) -> None:
    assert tuned.do("stop") + tuned.do("continue_run") + tuned.do("roll_back") + tuned.do("tune") == [
        ("stop",),
        ("go_on",),
        ("roll_back",),
        ("tune",),
    ]
    tuned.running.offer_tuning("Tune first.")
    assert (tuned.messages[-1].text, len(tuned.messages[-1].choices)) == ("Tune first.", 1)
